//go:build kuberay1_3 || kuberay1_4 || kuberay1_5

package operator

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// These releases have three kinds: the API server has refused any other.
func otherChecks(client.Object) []func() error { return nil }

func newOther() client.Object { return nil }

func serviceManager(*rayv1.RayService) *string { return nil }
