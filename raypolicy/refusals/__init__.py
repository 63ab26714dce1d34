"""What Kubernetes would refuse in the objects that the operator makes, family by family.

Source: Kubernetes 1.36 `pkg/apis/core/validation/validation.go`, behind the defaults of
`pkg/apis/core/v1/defaults.go`; only what the schemas of KubeRay's CRDs let pass.
"""
