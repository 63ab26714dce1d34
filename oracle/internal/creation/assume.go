package creation

import (
	"context"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	corev1 "k8s.io/api/core/v1"
	"raypolicy.dev/oracle/internal/apiserver"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// account puts the ServiceAccount that the head of a RayCluster names into the store: whoever names one makes it, and
// the operator gives up where it is missing.
func (r *run) account(key client.ObjectKey) {
	cluster := &rayv1.RayCluster{}
	if r.store.Get(context.Background(), key, cluster) != nil {
		return
	}
	named := client.ObjectKey{Namespace: key.Namespace, Name: cluster.Spec.HeadGroupSpec.Template.Spec.ServiceAccountName}
	if named.Name == "" || r.store.find("ServiceAccount", named) >= 0 {
		return
	}
	account := &corev1.ServiceAccount{}
	account.Name, account.Namespace, account.UID = named.Name, named.Namespace, apiserver.UID
	r.store.objects = append(r.store.objects, account)
}

// assume puts a plain RayCluster where a RayJob selects one, without noting what becomes of it.
func (r *run) assume(key client.ObjectKey) {
	r.silent = true
	defer func() { r.silent = false }()
	cluster := &rayv1.RayCluster{}
	cluster.Name, cluster.Namespace, cluster.UID = key.Name, key.Namespace, apiserver.UID
	cluster.Spec.HeadGroupSpec.RayStartParams = map[string]string{}
	cluster.Spec.HeadGroupSpec.Template.Spec.Containers = []corev1.Container{{Name: "ray-head", Image: "rayproject/ray"}}
	if r.store.Create(context.Background(), cluster) == nil {
		r.cluster(key)
	}
}
