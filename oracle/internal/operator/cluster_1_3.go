//go:build kuberay1_3

package operator

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
)

const defaultsStartParams = false

func clusterChecks(cluster *rayv1.RayCluster) []func() error {
	return []func() error{
		func() error { return utils.ValidateRayClusterSpec(cluster) },
		func() error { return utils.ValidateRayClusterStatus(cluster) },
	}
}

func jobMetadataChecks(*rayv1.RayJob) []func() error { return nil }

func serviceMetadataChecks(*rayv1.RayService) []func() error { return nil }
