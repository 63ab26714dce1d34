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
	cronJob := resource.(*rayv1.RayCronJob)
	return []func() error{func() error { return utils.ValidateRayCronJobSpec(cronJob) }}
}

func newOther() client.Object { return &rayv1.RayCronJob{} }

func serviceManager(service *rayv1.RayService) *string { return service.Spec.ManagedBy }
