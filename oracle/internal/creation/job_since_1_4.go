//go:build !kuberay1_3

package creation

import (
	"context"

	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func newJob(mgr simulation) reconcile.Reconciler {
	return ray.NewRayJobReconciler(context.Background(), mgr, ray.RayJobReconcilerOptions{}, provider{})
}
