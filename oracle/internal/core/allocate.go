package core

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The default range of node ports.
const lowestNodePort, highestNodePort = 30000, 32767

// Allocate gives a new service what the server's allocators do before it validates: an address of a cluster with one
// family. The causes are node ports out of the default range, which only the allocator refuses.
func Allocate(service *corev1.Service) []metav1.StatusCause {
	spec := &service.Spec
	if spec.Type == corev1.ServiceTypeExternalName {
		return nil
	}
	if spec.ClusterIP == "" && len(spec.ClusterIPs) == 0 {
		spec.ClusterIP = "10.96.0.10"
	}
	if len(spec.ClusterIPs) == 0 {
		spec.ClusterIPs = []string{spec.ClusterIP}
	}
	if spec.IPFamilyPolicy == nil {
		single := corev1.IPFamilyPolicySingleStack
		spec.IPFamilyPolicy = &single
	}
	if len(spec.IPFamilies) == 0 {
		spec.IPFamilies = []corev1.IPFamily{corev1.IPv4Protocol}
	}
	var refusals []metav1.StatusCause
	for i, port := range spec.Ports {
		if port.NodePort != 0 && (port.NodePort < lowestNodePort || port.NodePort > highestNodePort) {
			refusals = append(refusals, metav1.StatusCause{
				Type:    metav1.CauseTypeFieldValueInvalid,
				Field:   fmt.Sprintf("spec.ports[%d].nodePort", i),
				Message: fmt.Sprintf("Invalid value: %d: provided port is not in the valid range. The range of valid ports is %d-%d", port.NodePort, lowestNodePort, highestNodePort),
			})
		}
	}
	return refusals
}
