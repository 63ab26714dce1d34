//go:build kuberay1_6

package creation

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func wake(resource client.Object) {
	if cronJob, is := resource.(*rayv1.RayCronJob); is {
		cronJob.Spec.Suspend = false
	}
}
