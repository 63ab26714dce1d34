//go:build !kuberay1_3

package operator

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
)

const defaultsStartParams = true

func jobMetadataChecks(job *rayv1.RayJob) []func() error {
	return []func() error{func() error { return utils.ValidateRayJobMetadata(job.ObjectMeta) }}
}

func serviceMetadataChecks(service *rayv1.RayService) []func() error {
	return []func() error{func() error { return utils.ValidateRayServiceMetadata(service.ObjectMeta) }}
}
