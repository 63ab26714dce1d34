// Package judge takes one document through the gates, in order.
package judge

import (
	"fmt"

	"raypolicy.dev/oracle/internal/apiserver"
	"raypolicy.dev/oracle/internal/creation"
	"raypolicy.dev/oracle/internal/operator"
	"raypolicy.dev/oracle/internal/verdict"

	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// Namespace is where a resource goes that names none.
const Namespace = "default"

// Judge answers for one KubeRay release.
type Judge struct {
	release string
	server  *apiserver.Server
}

// New is a judge for the release whose code and CRDs are built in.
func New(release string) *Judge {
	return &Judge{release: release, server: apiserver.New()}
}

// Document judges one document of a stream.
func (j *Judge) Document(index int, text []byte) *verdict.Verdict {
	answer := verdict.New(j.release, index)
	if err := j.document(answer, text); err != nil {
		answer.Error = err.Error()
	}
	return answer
}

func (j *Judge) document(answer *verdict.Verdict, text []byte) error {
	object, err := read(text)
	if err != nil {
		return err
	}
	answer.Kind, _ = object["kind"].(string)
	answer.APIVersion, _ = object["apiVersion"].(string)
	if meta, is := object["metadata"].(map[string]any); is {
		answer.Namespace, _ = meta["namespace"].(string)
		answer.Name, _ = meta["name"].(string)
	}
	created, err := j.server.Create(object, Namespace)
	if err != nil {
		return err
	}
	answer.Gates.Schema.Ran = true
	answer.Gates.Schema.Errors = append(answer.Gates.Schema.Errors, created.Errors...)
	answer.Gates.Schema.Pruned = append(answer.Gates.Schema.Pruned, created.Pruned...)
	if created.Object == nil {
		return nil
	}
	resource, err := operator.Read(created.Object)
	if err != nil {
		answer.Gates.Operator.Ran = true
		answer.Gates.Operator.Errors = append(answer.Gates.Operator.Errors, err.Error())
		return nil
	}
	found, err := operator.Admit(resource)
	answer.Gates.Webhook.Ran = found
	if err != nil {
		answer.Gates.Webhook.Errors = append(answer.Gates.Webhook.Errors, apiserver.Reasons(err)...)
	}
	if !operator.Manages(resource) {
		return nil
	}
	answer.Gates.Operator.Ran = true
	if err := operator.Validate(resource); err != nil {
		answer.Gates.Operator.Errors = append(answer.Gates.Operator.Errors, err.Error())
		return nil
	}
	result := creation.Create(j.server, resource)
	answer.Gates.Creation.Ran = true
	answer.Gates.Creation.Errors = result.Errors
	answer.Objects = result.Objects
	return nil
}

// read decodes a document as kubectl and the API server do; a duplicate key is an error.
func read(text []byte) (map[string]any, error) {
	data, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, err
	}
	var object map[string]any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &object); err != nil {
		return nil, err
	}
	if object == nil {
		return nil, fmt.Errorf("the document is empty")
	}
	return object, nil
}
