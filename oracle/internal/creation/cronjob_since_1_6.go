//go:build !kuberay1_3 && !kuberay1_4 && !kuberay1_5

package creation

import (
	"context"
	"time"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// longAgo is when a RayCronJob was created, so that a run of its is due.
var longAgo = metav1.NewTime(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))

// other builds a RayCronJob: its first RayJob, and all that follows from that.
func (r *run) other(resource client.Object) {
	resource.SetCreationTimestamp(longAgo)
	reconciler := ray.NewRayCronJobReconciler(simulation{store: r.store})
	r.fail("raycronjob", r.pass("raycronjob", reconciler, client.ObjectKeyFromObject(resource)))
	list := &rayv1.RayJobList{}
	if r.store.List(context.Background(), list) == nil {
		for i := range list.Items {
			r.job(client.ObjectKeyFromObject(&list.Items[i]))
		}
	}
}
