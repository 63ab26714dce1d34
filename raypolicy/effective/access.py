"""What Ray's autoscaler may do in Kubernetes. Not here: which objects of a bundle let it
(`accesses`).

Source: KubeRay `controllers/ray/common/rbac.go`, BuildRole; `raycluster_controller.go`,
reconcileAutoscalerRole. Ray `autoscaler/_private/kuberay/node_provider.py`, load_k8s_secrets,
KubernetesHttpApiClient; what it asks for is less than the operator's Role allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from raypolicy.tree import ABSENT, Node

TOKEN_FOLDER: Final = "/var/run/secrets"


class Need(NamedTuple):
    """A request without which the autoscaler cannot work."""

    verb: str
    group: str
    resource: str

    @property
    def text(self) -> str:
        """As in `patch rayclusters`."""
        return f"{self.verb} {self.resource}"


NEEDS: Final = (
    Need("list", "", "pods"),
    Need("get", "ray.io", "rayclusters"),
    Need("patch", "ray.io", "rayclusters"),
)


def missing(rules: Iterable[Node[Any]]) -> tuple[Need, ...] | None:
    """What no rule of a Role allows; None where one of them cannot be read."""
    left = list(NEEDS)
    for rule in rules:
        parts = [_words(rule.get(key)) for key in ("apiGroups", "resources", "verbs")]
        if None in parts:
            return None
        groups, resources, verbs = (part or set() for part in parts)
        if rule.get("resourceNames").value is ABSENT:
            left = [
                need
                for need in left
                if not (
                    {need.group, "*"} & groups
                    and {need.resource, "*"} & resources
                    and {need.verb, "*"} & verbs
                )
            ]
        elif "*" in resources or {need.resource for need in left} & resources:
            return None
    return tuple(left)


def keeps_token(options: Node[Any]) -> bool:
    """Whether the user may bring the autoscaler a token of his own, as a volume."""
    mounts = options.get("volumeMounts")
    if mounts.absent:
        return False
    paths = [mount.get("mountPath").value for mount in mounts.items()]
    return not paths or any(
        type(path) is not str or path.startswith(TOKEN_FOLDER) or "$" in path or "{" in path
        for path in paths
    )


def _words(part: Node[Any]) -> set[str] | None:
    if part.absent:
        return set()
    if type(part.value) is not list or any(type(word) is not str for word in part.value):
        return None
    words = set(part.value)
    return None if any("$" in word or "{" in word for word in words) else words
