//go:build kuberay1_4 || kuberay1_5

package operator

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
)

func clusterChecks(cluster *rayv1.RayCluster) []func() error {
	return []func() error{
		func() error { return utils.ValidateRayClusterMetadata(cluster.ObjectMeta) },
		func() error { return utils.ValidateRayClusterSpec(&cluster.Spec, cluster.Annotations) },
		func() error { return utils.ValidateRayClusterStatus(cluster) },
	}
}
