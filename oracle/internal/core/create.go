// Package core answers create requests for Kubernetes' own objects as the API server does.
package core

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/networking/ingress"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

var strategies = map[schema.GroupKind]rest.RESTCreateStrategy{
	{Kind: "PersistentVolumeClaim"}:                           persistentvolumeclaim.Strategy,
	{Kind: "Pod"}:                                             pod.Strategy,
	{Kind: "Secret"}:                                          secret.Strategy,
	{Kind: "Service"}:                                         service.Strategy,
	{Kind: "ServiceAccount"}:                                  serviceaccount.Strategy,
	{Group: "batch", Kind: "Job"}:                             job.Strategy,
	{Group: "networking.k8s.io", Kind: "Ingress"}:             ingress.Strategy,
	{Group: "networking.k8s.io", Kind: "NetworkPolicy"}:       networkpolicy.Strategy,
	{Group: "rbac.authorization.k8s.io", Kind: "Role"}:        role.Strategy,
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}: rolebinding.Strategy,
}

// Create is every reason to refuse an object that has a name; objects of other API groups are taken as they are.
func Create(object client.Object) []metav1.StatusCause {
	kinds, _, err := legacyscheme.Scheme.ObjectKinds(object)
	if err != nil {
		return nil
	}
	kind := kinds[0]
	strategy, found := strategies[kind.GroupKind()]
	if !found {
		return nil
	}
	versioned := object.DeepCopyObject().(client.Object)
	rest.WipeObjectMetaSystemFields(versioned)
	rest.FillObjectMetaSystemFields(versioned)
	legacyscheme.Scheme.Default(versioned)
	var refusals []metav1.StatusCause
	if service, is := versioned.(*corev1.Service); is {
		refusals = Allocate(service)
	}
	internal, err := legacyscheme.Scheme.ConvertToVersion(versioned, schema.GroupVersion{Group: kind.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return causes(err)
	}
	ctx := request.WithNamespace(context.Background(), object.GetNamespace())
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{APIGroup: kind.Group, APIVersion: kind.Version, Verb: "create"})
	if err := rest.BeforeCreate(strategy, ctx, internal); err != nil {
		return append(refusals, causes(err)...)
	}
	return refusals
}

func causes(err error) []metav1.StatusCause {
	status, is := err.(apierrors.APIStatus)
	if !is || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []metav1.StatusCause{{Message: err.Error()}}
	}
	return status.Status().Details.Causes
}
