package creation

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// level wakes a resource and gives each group one replica of at most two hosts: the pods of a group are alike, and a
// group that starts empty may grow.
func level(resource client.Object) {
	switch resource := resource.(type) {
	case *rayv1.RayJob:
		resource.Spec.Suspend = false
	case *rayv1.RayCluster:
		resource.Spec.Suspend = nil
		for i := range resource.Spec.WorkerGroupSpecs {
			levelGroup(&resource.Spec.WorkerGroupSpecs[i])
		}
	default:
		wake(resource)
	}
}

func levelGroup(group *rayv1.WorkerGroupSpec) {
	one := int32(1)
	group.Suspend = nil
	group.Replicas, group.MinReplicas, group.MaxReplicas = &one, &one, &one
	group.NumOfHosts = min(group.NumOfHosts, 2)
}
