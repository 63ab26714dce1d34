package creation

import (
	"cmp"
	"slices"
	"strings"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	corev1 "k8s.io/api/core/v1"
	"raypolicy.dev/oracle/internal/apiserver"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const replicaName = "ray.io/worker-group-replica-name"

// masked replaces what differs from one run to the next in an object that is about to be created.
func masked(object client.Object) {
	labels := object.GetLabels()
	if name := labels[replicaName]; name != "" {
		labels[replicaName] = maskedName(name)
	}
	switch object := object.(type) {
	case *rayv1.RayJob:
		object.Name = object.Name[:strings.LastIndex(object.Name, "-")+1] + apiserver.Suffix
	case *corev1.Secret:
		for key := range object.StringData {
			object.StringData[key] = apiserver.Suffix
		}
	case *corev1.Service: // the operator walks a map
		slices.SortStableFunc(object.Spec.Ports, func(a, b corev1.ServicePort) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Port, b.Port))
		})
	}
}

// maskStatus replaces the random names that a reconciler keeps in the status for its next pass.
func maskStatus(object client.Object) {
	switch object := object.(type) {
	case *rayv1.RayJob:
		if object.Spec.JobId == "" {
			object.Status.JobId = maskedName(object.Status.JobId)
		}
		if len(object.Spec.ClusterSelector) == 0 {
			object.Status.RayClusterName = maskedName(object.Status.RayClusterName)
		}
	case *rayv1.RayService:
		object.Status.ActiveServiceStatus.RayClusterName = maskedName(object.Status.ActiveServiceStatus.RayClusterName)
		object.Status.PendingServiceStatus.RayClusterName = maskedName(object.Status.PendingServiceStatus.RayClusterName)
	}
}

// maskedName replaces the random end of a name.
func maskedName(name string) string {
	if len(name) < len(apiserver.Suffix) {
		return name
	}
	return name[:len(name)-len(apiserver.Suffix)] + apiserver.Suffix
}
