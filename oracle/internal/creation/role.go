package creation

import (
	"strings"

	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// roleOf says what an object that the operator creates is for.
func roleOf(object client.Object) string {
	owner := ""
	if controller := metav1.GetControllerOf(object); controller != nil {
		owner = controller.Kind
	}
	labels := object.GetLabels()
	switch kind := kindOf(object); kind {
	case "Pod":
		if labels[utils.RayNodeTypeLabelKey] == "head" {
			return "head-pod"
		}
		return "worker-pod/" + labels[utils.RayNodeGroupLabelKey]
	case "Service":
		return serviceRole(owner, labels)
	case "Job":
		if owner == "RayJob" {
			return "submitter-job"
		}
		return "redis-cleanup-job"
	case "NetworkPolicy":
		if group := labels[utils.RayNodeGroupLabelKey]; group != utils.RayNodeHeadGroupLabelValue {
			return "network-policy/" + group
		}
		return "network-policy/head"
	case "ServiceAccount":
		return "service-account"
	case "RoleBinding":
		return "role-binding"
	case "Secret":
		return "auth-secret"
	case "PersistentVolumeClaim":
		return "gcs-pvc"
	case "HTTPRoute":
		return "http-route"
	case "Certificate", "Issuer":
		return strings.ToLower(kind) + "/" + object.GetName()
	default:
		return strings.ToLower(kind)
	}
}

func serviceRole(owner string, labels map[string]string) string {
	role := "head-service"
	if _, found := labels[utils.RayClusterHeadlessServiceLabelKey]; found {
		return "headless-service"
	}
	if _, found := labels[utils.RayClusterServingServiceLabelKey]; found {
		role = "serve-service"
	}
	if owner == "RayCluster" {
		return role
	}
	return "owner-" + role
}
