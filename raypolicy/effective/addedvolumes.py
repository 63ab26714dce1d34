"""The volumes that the operator adds to pods, by name. Not here: how large `/dev/shm` gets.

Source: KubeRay `controllers/ray/common/pod.go`, BuildPod (addEmptyDir), AddRayTokenVolume,
addTLSVolume, and the volume of the embedded backend of GCS fault tolerance.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.origin import kept
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import Node
from raypolicy.values import placeholder

_BY_OPTIONS: Final[dict[tuple[str, ...], tuple[str, str]]] = {
    ("authOptions", "enableK8sTokenAuth", "True"): ("ray-token", "k8s-token-auth"),
    ("tlsOptions", "enabled", "True"): ("ray-tls", "mtls"),
    ("gcsFaultToleranceOptions", "backend", "rocksdb"): ("gcs-storage", "embedded-gcs-storage"),
    ("historyServerOptions", ""): ("ray-logs", "history-server"),
}
"""Volumes by what asks for them, a field and its value, and since when one may."""


def names(group: Node[Any], role: str, release: KubeRayRelease) -> frozenset[str]:
    """The names of those that may be added to the pods of a group, given its node."""
    cluster = group.parent if role == "head" else _above(group.parent)
    found = {
        name
        for (key, *path, value), (name, behaviour) in _BY_OPTIONS.items()
        if _has(cluster, key) and release.has(behaviour) and _asks(cluster, (key, *path), value)
    }
    container = group.get("template", "spec", "containers", 0)
    if _shm(group, container, release):
        found.add("shared-mem")
    if role == "head" and cluster is not None and _has(cluster, "enableInTreeAutoscaling"):
        found |= _logs(cluster, container)
    return frozenset(found)


def _shm(group: Node[Any], container: Node[Any], release: KubeRayRelease) -> bool:
    plasma = release.has("plasma-directory-without-shm")
    elsewhere = plasma and not group.get("rayStartParams", "plasma-directory").absent
    return not elsewhere and not _mounts(container, "/dev/shm")


def _logs(cluster: Node[Any], container: Node[Any]) -> set[str]:
    if cluster.get("enableInTreeAutoscaling").value is False:
        return set()
    both = all(_mounts(each, "/tmp/ray") for each in (container, cluster.get("autoscalerOptions")))
    return set() if both else {"ray-logs"}


def _mounts(container: Node[Any], path: str) -> bool:
    return any(
        each.get("mountPath").value == path for each in container.get("volumeMounts").items()
    )


def _has(node: Node[Any] | None, key: str) -> bool:
    return node is not None and not kept(node, key).absent


def _asks(node: Node[Any] | None, path: tuple[str, ...], value: str) -> bool:
    """Whether a field may have the value; any would do for an empty one."""
    found = None if node is None else node.get(*path).value
    return not value or str(found) == value or (type(found) is str and bool(placeholder(found)))


def _above(node: Node[Any] | None) -> Node[Any] | None:
    return None if node is None else node.parent
