package creation

import (
	"context"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// scheme has the kinds that the operator creates.
var scheme = runtime.NewScheme()

func init() {
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(rayv1.AddToScheme(scheme))
}

// reconcilers are KubeRay's controllers for the kinds that every release has.
type reconcilers struct {
	cluster, job, service reconcile.Reconciler
}

func newReconcilers(mgr simulation) reconcilers {
	return reconcilers{
		cluster: newCluster(mgr),
		job:     newJob(mgr),
		service: ray.NewRayServiceReconciler(context.Background(), mgr, provider{}),
	}
}
