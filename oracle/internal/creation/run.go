// Package creation runs KubeRay's own reconcilers against an API server in memory and judges what they create.
package creation

import (
	"context"
	"fmt"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"raypolicy.dev/oracle/internal/apiserver"
	"raypolicy.dev/oracle/internal/verdict"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Result is what the operator would create for a resource, and what the API server would say about it.
type Result struct {
	Objects []verdict.Object
	Errors  []verdict.CreationError
}

// run is one resource's time in a cluster of its own.
type run struct {
	Result
	server      *apiserver.Server
	store       *store
	reconcilers reconcilers
	seen        map[string]bool           // roles
	refused     map[client.ObjectKey]bool // children that the operator refuses
	silent      bool                      // while setting up what the resource takes for granted
}

// Create builds what the operator would for a resource that has passed its validation.
func Create(server *apiserver.Server, resource client.Object) Result {
	r := &run{
		Result:  Result{Objects: []verdict.Object{}, Errors: []verdict.CreationError{}},
		server:  server,
		store:   &store{},
		seen:    map[string]bool{},
		refused: map[client.ObjectKey]bool{},
	}
	r.store.admit = r.create
	r.reconcilers = newReconcilers(simulation{store: r.store})
	resource = resource.DeepCopyObject().(client.Object)
	level(resource)
	resource.SetCreationTimestamp(metav1.Now())
	r.store.objects = append(r.store.objects, resource)
	key := client.ObjectKeyFromObject(resource)
	switch resource.(type) {
	case *rayv1.RayCluster:
		r.cluster(key)
	case *rayv1.RayJob:
		r.job(key)
	case *rayv1.RayService:
		r.service(key)
	default:
		r.other(resource)
	}
	r.cleanUp()
	return r.Result
}

// cluster builds a RayCluster; a second and third pass find the finalizer or the certificates in place.
func (r *run) cluster(key client.ObjectKey) {
	if r.refused[key] {
		return
	}
	r.account(key)
	err := r.pass("raycluster", r.reconcilers.cluster, key)
	for again := 0; again < 2 && !r.ready(key); again++ {
		r.beside(key)
		err = r.pass("raycluster", r.reconcilers.cluster, key)
	}
	r.beside(key)
	r.fail("raycluster", err)
}

// job builds a RayJob: its status, the cluster, the submitter, the service.
func (r *run) job(key client.ObjectKey) {
	if r.refused[key] {
		return
	}
	job := &rayv1.RayJob{}
	if r.store.Get(context.Background(), key, job) == nil && len(job.Spec.ClusterSelector) > 0 {
		r.assume(client.ObjectKey{Namespace: key.Namespace, Name: job.Spec.ClusterSelector["ray.io/cluster"]})
	}
	for range 2 {
		r.pass("rayjob", r.reconcilers.job, key)
	}
	r.clusters()
	r.pass("rayjob", r.reconcilers.job, key)
	r.fail("rayjob", r.pass("rayjob", r.reconcilers.job, key))
}

// service builds a RayService: its status, the cluster, the services.
func (r *run) service(key client.ObjectKey) {
	for range 3 {
		r.pass("rayservice", r.reconcilers.service, key)
	}
	r.clusters()
	r.pass("rayservice", r.reconcilers.service, key)
	r.fail("rayservice", r.pass("rayservice", r.reconcilers.service, key))
}

// clusters builds each RayCluster in the store.
func (r *run) clusters() {
	list := &rayv1.RayClusterList{}
	if r.store.List(context.Background(), list) == nil {
		for i := range list.Items {
			r.cluster(client.ObjectKeyFromObject(&list.Items[i]))
		}
	}
}

// cleanUp deletes each RayCluster that waits for that, so that the job that cleans up after it is built.
func (r *run) cleanUp() {
	list := &rayv1.RayClusterList{}
	if r.store.List(context.Background(), list) != nil {
		return
	}
	for i := range list.Items {
		cluster := &list.Items[i]
		if len(cluster.Finalizers) == 0 {
			continue
		}
		now := metav1.Now()
		cluster.DeletionTimestamp = &now
		if r.store.Update(context.Background(), cluster) == nil {
			for range 3 {
				r.pass("raycluster", r.reconcilers.cluster, client.ObjectKeyFromObject(cluster))
			}
		}
	}
}

func (r *run) ready(key client.ObjectKey) bool {
	cluster := &rayv1.RayCluster{}
	return r.store.Get(context.Background(), key, cluster) == nil && cluster.Status.State == rayv1.Ready
}

// pass calls a reconciler once; a panic of its ends the resource's life and is noted.
func (r *run) pass(role string, reconciler reconcile.Reconciler, key client.ObjectKey) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = nil
			r.note(role, "", "Panic", fmt.Sprintf("panic: %v", panicked))
		}
	}()
	_, err = reconciler.Reconcile(context.Background(), ctrl.Request{NamespacedName: key})
	return err
}

// fail notes why a reconciler could not finish.
func (r *run) fail(role string, err error) {
	if err != nil && err != errRefused {
		r.note(role, "", "Reconcile", err.Error())
	}
}

// note adds an error once.
func (r *run) note(role, field, kind, text string) {
	found := verdict.CreationError{Role: role, Field: field, Type: kind, Text: text}
	for _, known := range r.Errors {
		if known == found {
			return
		}
	}
	if !r.silent {
		r.Errors = append(r.Errors, found)
	}
}
