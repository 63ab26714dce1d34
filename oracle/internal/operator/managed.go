package operator

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Manages says whether the operator looks at the resource at all; `managedBy` may hand it to another controller.
func Manages(resource client.Object) bool {
	var manager *string
	switch resource := resource.(type) {
	case *rayv1.RayCluster:
		manager = resource.Spec.ManagedBy
	case *rayv1.RayJob:
		manager = resource.Spec.ManagedBy
	case *rayv1.RayService:
		manager = serviceManager(resource)
	}
	return utils.ManagedByExternalController(manager) == nil
}
