package creation

import (
	"errors"
	"strconv"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"raypolicy.dev/oracle/internal/apiserver"
	"raypolicy.dev/oracle/internal/core"
	"raypolicy.dev/oracle/internal/operator"
	"raypolicy.dev/oracle/internal/verdict"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// errRefused ends a pass in which the API server refused a child; its reasons are noted already.
var errRefused = errors.New("the API server refused the resource")

// create notes an object that a reconciler creates and what the API server says about it. Kubernetes' own objects are
// stored even if it refuses them, so that one refusal hides no other. The first object of a role speaks for all.
func (r *run) create(object client.Object) (client.Object, error) {
	masked(object)
	role := roleOf(object)
	first := !r.seen[role] && !r.silent
	r.seen[role] = r.seen[role] || first
	if first {
		line, err := text(object)
		if err != nil {
			return nil, err
		}
		r.Objects = append(r.Objects, verdict.Object{Role: role, Object: line})
	}
	stored := object.DeepCopyObject().(client.Object)
	if stored.GetName() == "" {
		stored.SetName(stored.GetGenerateName() + apiserver.Suffix)
	}
	if isRay(stored) {
		return r.createResource(role, stored)
	}
	if first {
		for _, cause := range core.Create(stored) {
			r.note(role, cause.Field, string(cause.Type), cause.Field+": "+cause.Message)
		}
	}
	if object.GetName() == "" {
		stored.SetName(stored.GetName() + "-" + strconv.Itoa(len(r.store.objects)))
	}
	stored.SetUID(apiserver.UID)
	stored.SetCreationTimestamp(metav1.Now())
	r.settle(stored)
	return stored, nil
}

// createResource takes a child through the gates that its owner has passed; one that the operator would refuse is stored
// but left alone.
func (r *run) createResource(role string, resource client.Object) (client.Object, error) {
	content, err := plain(resource)
	if err != nil {
		return nil, err
	}
	created, err := r.server.Create(content, resource.GetNamespace())
	if err != nil {
		return nil, err
	}
	for _, reason := range created.Errors {
		r.note(role, "", "Schema", reason)
	}
	if created.Object == nil {
		return nil, errRefused
	}
	child, err := operator.Read(created.Object)
	if err != nil {
		return nil, err
	}
	if err := operator.Validate(child.DeepCopyObject().(client.Object)); err != nil {
		r.note(role, "", "Operator", err.Error())
		r.refused[client.ObjectKeyFromObject(child)] = true
	}
	level(child)
	return child, nil
}

// isRay says whether the object is a custom resource of KubeRay's.
func isRay(object client.Object) bool {
	kinds, _, err := scheme.ObjectKinds(object)
	return err == nil && kinds[0].Group == rayv1.GroupVersion.Group
}

// settle makes a created object what the rest of a cluster would soon make of it.
func (r *run) settle(object client.Object) {
	switch object := object.(type) {
	case *corev1.Pod:
		object.Status.Phase = corev1.PodRunning
		object.Status.PodIP = "10.0.0.1"
		object.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	case *corev1.Service:
		core.Allocate(object)
	default:
		r.settleOther(object)
	}
}
