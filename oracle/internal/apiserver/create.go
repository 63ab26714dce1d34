package apiserver

import (
	"context"
	"errors"
	"slices"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
)

// UID is what every created object gets.
const UID = types.UID("00000000-0000-0000-0000-000000000000")

// Suffix stands for the random end of a generated name.
const Suffix = "xxxxx"

// Created is the answer to a create request.
type Created struct {
	Object *unstructured.Unstructured // as a client reads it back in the stored version; nil if it was refused
	Errors []string                   // all of the server's reasons
	Pruned []string                   // paths that the schema does not know, as strict decoding names them
}

// Create answers a create request for an object in the given namespace; an error says that the server serves no such kind.
func (s *Server) Create(object map[string]any, namespace string) (Created, error) {
	u := &unstructured.Unstructured{Object: object}
	served, err := s.find(u.GroupVersionKind())
	if err != nil {
		return Created{}, err
	}
	pruned, err := coerce(u, served.structural)
	slices.Sort(pruned)
	if err != nil {
		return Created{Errors: []string{err.Error()}, Pruned: pruned}, nil
	}
	defaulting.Default(u.Object, served.structural)
	rest.WipeObjectMetaSystemFields(u)
	if u.GetNamespace() == "" {
		u.SetNamespace(namespace)
	}
	rest.FillObjectMetaSystemFields(u)
	u.SetUID(UID)
	if u.GetName() == "" && u.GetGenerateName() != "" {
		u.SetName(generatedName(u.GetGenerateName()))
	}
	ctx := request.WithNamespace(context.Background(), u.GetNamespace())
	if err := rest.BeforeCreate(served.strategy, ctx, u); err != nil {
		return Created{Errors: Reasons(err), Pruned: pruned}, nil
	}
	if err := s.store(u); err != nil {
		return Created{}, err
	}
	return Created{Object: u, Pruned: pruned}, nil
}

// coerce prunes and tidies an object as the server's unstructuredSchemaCoercer does, and returns the unknown paths.
func coerce(u *unstructured.Unstructured, structural *structuralschema.Structural) ([]string, error) {
	apiVersion, kind := u.GetAPIVersion(), u.GetKind()
	meta, found, unknown, err := objectmeta.GetObjectMetaWithOptions(u.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, err
	}
	unknown = append(unknown, pruning.PruneWithOptions(u.Object, structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	defaulting.PruneNonNullableNullsWithoutDefaults(u.Object, structural)
	invalid, embedded := objectmeta.CoerceWithOptions(nil, u.Object, structural, false, objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if invalid != nil {
		return unknown, invalid
	}
	u.SetAPIVersion(apiVersion)
	u.SetKind(kind)
	if found {
		if err := objectmeta.SetObjectMeta(u.Object, meta); err != nil {
			return unknown, err
		}
	}
	return append(unknown, embedded...), nil
}

// store turns an object into the stored version, as conversion without a webhook and the next read do.
func (s *Server) store(u *unstructured.Unstructured) error {
	kind := s.storage[u.GroupVersionKind().GroupKind()]
	stored, err := s.find(kind)
	if err != nil {
		return err
	}
	u.SetGroupVersionKind(kind)
	if _, err := coerce(u, stored.structural); err != nil {
		return err
	}
	defaulting.Default(u.Object, stored.structural)
	return nil
}

// Reasons are the single reasons of an API error, each with its field.
func Reasons(err error) []string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []string{err.Error()}
	}
	var reasons []string
	for _, cause := range status.Status().Details.Causes {
		reasons = append(reasons, cause.Field+": "+cause.Message)
	}
	return reasons
}

// generatedName is the name generator's, with the random part replaced.
func generatedName(base string) string {
	const longest = 63 - len(Suffix)
	if len(base) > longest {
		base = base[:longest]
	}
	return base + Suffix
}
