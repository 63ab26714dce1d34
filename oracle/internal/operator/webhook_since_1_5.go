//go:build !kuberay1_3 && !kuberay1_4

package operator

import (
	"context"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	webhooks "github.com/ray-project/kuberay/ray-operator/pkg/webhooks/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func admitOther(resource client.Object) (found bool, err error) {
	switch resource := resource.(type) {
	case *rayv1.RayJob:
		_, err = (&webhooks.RayJobWebhook{}).ValidateCreate(context.Background(), resource)
	case *rayv1.RayService:
		_, err = (&webhooks.RayServiceWebhook{}).ValidateCreate(context.Background(), resource)
	default:
		return false, nil
	}
	return true, err
}
