package operator

import (
	"context"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	webhooks "github.com/ray-project/kuberay/ray-operator/pkg/webhooks/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Admit is what the validating webhook says about a new resource; found is false for a kind without one.
func Admit(resource client.Object) (found bool, err error) {
	if cluster, is := resource.(*rayv1.RayCluster); is {
		_, err = (&webhooks.RayClusterWebhook{}).ValidateCreate(context.Background(), cluster)
		return true, err
	}
	return admitOther(resource)
}
