package operator

import (
	"fmt"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Validate is the first error that the operator's reconcilers find; a panic of theirs is an error too.
func Validate(resource client.Object) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	for _, check := range checks(resource) {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checks are the reconciler's, in its order.
func checks(resource client.Object) []func() error {
	switch resource := resource.(type) {
	case *rayv1.RayCluster:
		return append([]func() error{func() error { setDefaults(resource); return nil }}, clusterChecks(resource)...)
	case *rayv1.RayJob:
		return append(jobMetadataChecks(resource),
			func() error { return utils.ValidateRayJobSpec(resource) },
			func() error { return utils.ValidateRayJobStatus(resource) },
		)
	case *rayv1.RayService:
		return append(serviceMetadataChecks(resource),
			func() error { return utils.ValidateRayServiceSpec(resource) },
		)
	}
	return otherChecks(resource)
}

// setDefaults gives groups without start parameters an empty map, as the unexported function of the same name does.
func setDefaults(cluster *rayv1.RayCluster) {
	if !defaultsStartParams {
		return
	}
	if cluster.Spec.HeadGroupSpec.RayStartParams == nil {
		cluster.Spec.HeadGroupSpec.RayStartParams = map[string]string{}
	}
	for i := range cluster.Spec.WorkerGroupSpecs {
		if cluster.Spec.WorkerGroupSpecs[i].RayStartParams == nil {
			cluster.Spec.WorkerGroupSpecs[i].RayStartParams = map[string]string{}
		}
	}
}
