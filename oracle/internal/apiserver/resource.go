// Package apiserver answers a create request for a custom resource as the API server does.
package apiserver

import (
	"embed"
	"fmt"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apiextensions-apiserver/pkg/crdserverscheme"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresource"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"sigs.k8s.io/yaml"
)

//go:embed crds
var crds embed.FS

// resource is one served version of a custom resource.
type resource struct {
	structural *structuralschema.Structural
	strategy   rest.RESTCreateStrategy
}

// Server knows the custom resources of one KubeRay release; each is read when it is first asked for.
type Server struct {
	resources map[schema.GroupVersionKind]resource
	storage   map[schema.GroupKind]schema.GroupVersionKind
}

// New is a server for the CRDs that the build script has put beside this file.
func New() *Server {
	return &Server{
		resources: map[schema.GroupVersionKind]resource{},
		storage:   map[schema.GroupKind]schema.GroupVersionKind{},
	}
}

// find is one served version of a kind; an error says that there is none.
func (s *Server) find(kind schema.GroupVersionKind) (resource, error) {
	if _, read := s.storage[kind.GroupKind()]; !read {
		text, missing := crds.ReadFile(fmt.Sprintf("crds/%s_%ss.yaml", kind.Group, strings.ToLower(kind.Kind)))
		if missing == nil {
			if err := s.add(text); err != nil {
				return resource{}, err
			}
		}
	}
	served, found := s.resources[kind]
	if !found {
		return resource{}, fmt.Errorf("no such kind is served: %s, %s", kind.GroupVersion(), kind.Kind)
	}
	return served, nil
}

func (s *Server) add(text []byte) error {
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(text, crd); err != nil {
		return err
	}
	apiextensionsv1.SetDefaults_CustomResourceDefinition(crd)
	for _, version := range crd.Spec.Versions {
		kind := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
		if version.Storage {
			s.storage[kind.GroupKind()] = kind
		}
		if !version.Served {
			continue
		}
		served, err := serve(kind, version)
		if err != nil {
			return err
		}
		s.resources[kind] = served
	}
	return nil
}

// serve sets one version up as the CRD handler's getOrCreateServingInfoFor does.
func serve(kind schema.GroupVersionKind, version apiextensionsv1.CustomResourceDefinitionVersion) (resource, error) {
	internal := &apiextensions.CustomResourceValidation{}
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(version.Schema, internal, nil); err != nil {
		return resource{}, err
	}
	structural, err := structuralschema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return resource{}, err
	}
	structural = structural.DeepCopy()
	if err := defaulting.PruneDefaults(structural); err != nil {
		return resource{}, err
	}
	validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	if err != nil {
		return resource{}, err
	}
	var status *apiextensions.CustomResourceSubresourceStatus
	var scale *apiextensions.CustomResourceSubresourceScale
	if version.Subresources != nil && version.Subresources.Status != nil {
		status = &apiextensions.CustomResourceSubresourceStatus{}
	}
	if version.Subresources != nil && version.Subresources.Scale != nil {
		scale = &apiextensions.CustomResourceSubresourceScale{}
		if err := apiextensionsv1.Convert_v1_CustomResourceSubresourceScale_To_apiextensions_CustomResourceSubresourceScale(version.Subresources.Scale, scale, nil); err != nil {
			return resource{}, err
		}
	}
	strategy := customresource.NewStrategy(crdserverscheme.NewUnstructuredObjectTyper(), true, kind, validator, nil, structural, status, scale, version.SelectableFields)
	return resource{structural: structural, strategy: strategy}, nil
}
