//go:build kuberay1_3 || kuberay1_4

package creation

import (
	"context"
	"os"

	configapi "github.com/ray-project/kuberay/ray-operator/apis/config/v1alpha1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func init() {
	// The constructor would ask a cluster whether it is OpenShift.
	utilruntime.Must(os.Setenv("USE_INGRESS_ON_OPENSHIFT", "true"))
}

func newCluster(mgr simulation) reconcile.Reconciler {
	return ray.NewReconciler(context.Background(), mgr, ray.RayClusterReconcilerOptions{}, configapi.Configuration{})
}

func (m simulation) GetConfig() *rest.Config { return &rest.Config{} }
