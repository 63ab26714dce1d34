//go:build kuberay1_5 || kuberay1_6

package creation

import (
	"context"

	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func newCluster(mgr simulation) reconcile.Reconciler {
	return ray.NewReconciler(context.Background(), mgr, ray.RayClusterReconcilerOptions{})
}
