"""What lets Ray's autoscaler ask Kubernetes: ServiceAccount, Role, RoleBinding. Not here: which of
them people bring themselves (`around`).

Source: KubeRay `controllers/ray/common/rbac.go`; `raycluster_controller.go`,
reconcileAutoscalerServiceAccount and those beside it; `util.go`, GetHeadGroupServiceAccountName.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from raypolicy.effective.podlabels import (
    APPLICATION,
    APPLICATION_NAME,
    CLUSTER,
    CREATED_BY,
    CREATOR,
)
from raypolicy.made.building import built, filled, injected, is_true
from raypolicy.made.ingresses import checked
from raypolicy.made.parts import Made
from raypolicy.made.plan import Plan
from raypolicy.made.services import head_of


def rights(plan: Plan) -> Iterator[Made]:
    """What a cluster with the autoscaler gets; no ServiceAccount where the head's pod names one."""
    if not is_true(plan.spec, "enableInTreeAutoscaling"):
        return
    named = filled(plan.spec, "headGroupSpec", "template", "spec", "serviceAccountName")
    name = checked("{}", plan.name)
    account = name if named is None else checked("{}", named)
    if named is None:
        yield _made(plan, "service-account", "v1", "ServiceAccount", account, {})
    group = "rbac.authorization.k8s.io"
    rules = {"rules": list(_rules(plan))}
    yield _made(plan, "role", f"{group}/v1", "Role", name, rules)
    subject = {
        "kind": "ServiceAccount",
        "name": account,
        "namespace": plan.namespace,
    }
    bound = {
        "subjects": [subject],
        "roleRef": {"apiGroup": group, "kind": "Role", "name": name},
    }
    yield _made(plan, "role-binding", f"{group}/v1", "RoleBinding", name, bound)


def _rules(plan: Plan) -> Iterator[dict[str, Any]]:
    patches = plan.release.has("autoscaler-patches-pods")
    verbs = ["get", "list", "watch", *(["patch"] if patches else [])]
    yield {"apiGroups": [""], "resources": ["pods"], "verbs": verbs}
    if patches:
        yield {"apiGroups": [""], "resources": ["pods/resize"], "verbs": ["patch"]}
    yield {"apiGroups": ["ray.io"], "resources": ["rayclusters"], "verbs": ["get", "patch"]}


def _made(
    plan: Plan, role: str, version: str, kind: str, name: Any, further: dict[str, Any]
) -> Made:
    labels = {
        CLUSTER: injected(plan.name),
        APPLICATION: APPLICATION_NAME,
        CREATED_BY: CREATOR,
    }
    return Made(role, built(plan.place, {**head_of(plan, version, kind, name, labels), **further}))
