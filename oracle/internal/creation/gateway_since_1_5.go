//go:build !kuberay1_3 && !kuberay1_4

package creation

import (
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

func init() {
	utilruntime.Must(gatewayv1.Install(scheme))
}
