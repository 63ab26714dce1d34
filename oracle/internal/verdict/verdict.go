// Package verdict holds what is said about one document: a line of the oracle's output.
package verdict

import "encoding/json"

// Verdict is what each gate of one KubeRay release says about one document.
type Verdict struct {
	KubeRay    string   `json:"kuberay"`
	Index      int      `json:"index"`
	Kind       string   `json:"kind"`
	APIVersion string   `json:"apiVersion"`
	Namespace  string   `json:"namespace"`
	Name       string   `json:"name"`
	Error      string   `json:"error"` // why the document was not judged; empty when it was
	Gates      Gates    `json:"gates"`
	Objects    []Object `json:"objects"`
}

// Gates are the four refusals in the order in which a manifest meets them.
type Gates struct {
	Schema   Schema   `json:"schema"`
	Webhook  Gate     `json:"webhook"`
	Operator Gate     `json:"operator"`
	Creation Creation `json:"creation"`
}

// Gate is one gate's answer; Errors is empty where the gate did not run.
type Gate struct {
	Ran    bool     `json:"ran"`
	Errors []string `json:"errors"`
}

// Schema is the API server's answer, with the paths that it does not know.
type Schema struct {
	Ran    bool     `json:"ran"`
	Errors []string `json:"errors"`
	Pruned []string `json:"pruned"`
}

// Creation is the API server's answer to the objects that the operator would create.
type Creation struct {
	Ran    bool            `json:"ran"`
	Errors []CreationError `json:"errors"`
}

// CreationError is one refusal of one of these objects.
type CreationError struct {
	Role  string `json:"role"`
	Field string `json:"field"`
	Type  string `json:"type"`
	Text  string `json:"text"`
}

// Object is one object as the operator sends it, before the API server adds defaults.
type Object struct {
	Role   string          `json:"role"`
	Object json.RawMessage `json:"object"`
}

// New is a verdict in which no gate has run yet.
func New(release string, index int) *Verdict {
	return &Verdict{
		KubeRay: release,
		Index:   index,
		Gates: Gates{
			Schema:   Schema{Errors: []string{}, Pruned: []string{}},
			Webhook:  Gate{Errors: []string{}},
			Operator: Gate{Errors: []string{}},
			Creation: Creation{Errors: []CreationError{}},
		},
		Objects: []Object{},
	}
}
