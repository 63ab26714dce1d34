// Package operator judges stored resources with KubeRay's own code: the webhook's and the reconcilers' validation.
package operator

import (
	"encoding/json"
	"fmt"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Read decodes a stored resource into the type that the operator knows; an error is what its cache would say.
func Read(stored *unstructured.Unstructured) (client.Object, error) {
	resource := newResource(stored.GetKind())
	text, err := stored.MarshalJSON()
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, resource); err != nil {
		return nil, fmt.Errorf("the operator cannot read the resource: %w", err)
	}
	return resource, nil
}

func newResource(kind string) client.Object {
	switch kind {
	case "RayCluster":
		return &rayv1.RayCluster{}
	case "RayJob":
		return &rayv1.RayJob{}
	case "RayService":
		return &rayv1.RayService{}
	}
	return newOther()
}
