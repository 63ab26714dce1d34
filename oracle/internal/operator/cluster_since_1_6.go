//go:build !kuberay1_3 && !kuberay1_4 && !kuberay1_5

package operator

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func clusterChecks(cluster *rayv1.RayCluster) []func() error {
	return []func() error{
		func() error { return utils.ValidateRayClusterMetadata(cluster.ObjectMeta) },
		func() error { return utils.ValidateRayClusterSpec(&cluster.Spec, cluster.Annotations) },
		func() error { return utils.ValidateRayClusterUpgradeOptions(cluster) },
		func() error { return utils.ValidateRayClusterStatus(cluster) },
	}
}

func otherChecks(resource client.Object) []func() error {
	if cronJob, is := resource.(*rayv1.RayCronJob); is {
		return []func() error{func() error { return utils.ValidateRayCronJobSpec(cronJob) }}
	}
	return nil
}

func newResource(kind string) client.Object {
	switch kind {
	case "RayCluster":
		return &rayv1.RayCluster{}
	case "RayJob":
		return &rayv1.RayJob{}
	case "RayService":
		return &rayv1.RayService{}
	case "RayCronJob":
		return &rayv1.RayCronJob{}
	}
	return nil
}
