//go:build !kuberay1_3 && !kuberay1_4 && !kuberay1_5 && !kuberay1_6

package creation

import (
	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func newCluster(mgr simulation) reconcile.Reconciler {
	return ray.NewReconciler(mgr, ray.RayClusterReconcilerOptions{CertManagerAvailable: true})
}
