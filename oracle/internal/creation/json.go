package creation

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// plain is an object as JSON, with its kind and without what only a server writes.
func plain(object client.Object) (map[string]any, error) {
	kinds, _, err := scheme.ObjectKinds(object)
	if err != nil {
		return nil, err
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return nil, err
	}
	delete(content, "status")
	dropTimes(content)
	content["apiVersion"], content["kind"] = kinds[0].ToAPIVersionAndKind()
	return content, nil
}

// text is the same as a line.
func text(object client.Object) (json.RawMessage, error) {
	content, err := plain(object)
	if err != nil {
		return nil, err
	}
	return json.Marshal(content)
}

// dropTimes removes each `creationTimestamp: null`, which older types of Kubernetes write.
func dropTimes(value any) {
	switch value := value.(type) {
	case map[string]any:
		if time, found := value["creationTimestamp"]; found && time == nil {
			delete(value, "creationTimestamp")
		}
		for _, child := range value {
			dropTimes(child)
		}
	case []any:
		for _, child := range value {
			dropTimes(child)
		}
	}
}
