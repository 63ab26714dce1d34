//go:build !kuberay1_3 && !kuberay1_4 && !kuberay1_5 && !kuberay1_6

package creation

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func wake(resource client.Object) {
	switch resource := resource.(type) {
	case *rayv1.RayService:
		resource.Spec.Suspend = false
	case *rayv1.RayCronJob:
		resource.Spec.Suspend = nil
	}
}
