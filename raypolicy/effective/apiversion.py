"""Which kinds and fields each version of Ray's API has. Not here: what the fields mean.

Source: KubeRay `ray-operator/config/crd/bases/`, the schemas of v1alpha1 and of v1 at every tag. No
release converts one into the other: what the written version lacks is pruned.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.releases import KubeRayRelease
from raypolicy.tree import Node
from raypolicy.values import Version

ALPHA: Final = "ray.io/v1alpha1"

_SERVED: Final = {
    ("ray.io/v1alpha1", "RayCluster"): (0, 0),
    ("ray.io/v1alpha1", "RayJob"): (0, 3),
    ("ray.io/v1alpha1", "RayService"): (0, 3),
    ("ray.io/v1", "RayCluster"): (1, 0),
    ("ray.io/v1", "RayJob"): (1, 0),
    ("ray.io/v1", "RayService"): (1, 0),
    ("ray.io/v1", "RayCronJob"): (1, 6),
}
"""The release that brought a kind in a version of the API."""

_CLUSTER_AT: Final = {
    "RayCluster": (),
    "RayJob": ("rayClusterSpec",),
    "RayService": ("rayClusterConfig",),
}
# Fields that v1 has and v1alpha1 lacks, by the part they stand in, each with its first release.
_OWN: Final = {
    "RayJob": {
        "activeDeadlineSeconds": "1.1.0",
        "backoffLimit": "1.2.0",
        "deletionStrategy": "1.5.0",
        "managedBy": "1.3.0",
        "preRunningDeadlineSeconds": "1.6.0",
        "submissionMode": "1.1.0",
        "submitterConfig": "1.2.0",
    },
    "RayService": {
        "excludeHeadPodFromServeSvc": "1.3.0",
        "managedBy": "1.6.0",
        "rayClusterDeletionDelaySeconds": "1.5.0",
        "suspend": "1.7.0",
        "upgradeStrategy": "1.3.0",
    },
}
_CLUSTER: Final = {
    "authOptions": "1.5.1",
    "gcsFaultToleranceOptions": "1.3.0",
    "historyServerOptions": "1.7.0",
    "managedBy": "1.3.0",
    "networkPolicy": "1.7.0",
    "tlsOptions": "1.7.0",
    "upgradeStrategy": "1.6.0",
}
_AUTOSCALER: Final = {"args": "1.7.0", "command": "1.7.0", "version": "1.4.0"}
_HEAD: Final = {"ingressOptions": "1.7.0", "labels": "1.5.0", "resources": "1.5.0"}
_WORKER: Final = {
    "idleTimeoutSeconds": "1.3.0",
    "labels": "1.5.0",
    "numOfHosts": "1.1.0",
    "priority": "1.7.0",
    "resources": "1.5.0",
    "suspend": "1.3.0",
}


ALPHA_LACKS: Final = frozenset().union(*_OWN.values(), _CLUSTER, _AUTOSCALER, _HEAD, _WORKER)


class Pruned(NamedTuple):
    """A field that is written and dropped; v1 has it since a release of KubeRay."""

    node: Node[Any]
    since: Version


def served(kind: str, api_version: str, release: KubeRayRelease) -> bool:
    """Whether the custom resource definitions of a release have the kind in that version."""
    since = _SERVED.get((api_version, kind))
    return since is not None and release.version.minor >= since


def newest(kind: str, release: KubeRayRelease) -> str | None:
    """The newest version of the API in which a release has the kind, if it has it."""
    found = [
        version for version, name in _SERVED if name == kind and served(kind, version, release)
    ]
    return found[-1] if found else None


def pruned(resource: Node[Any], release: KubeRayRelease) -> Iterator[Pruned]:
    """The fields of a v1alpha1 object that only v1 has, as of a release."""
    kind = resource.get("kind").value
    if resource.get("apiVersion").value != ALPHA or kind not in _CLUSTER_AT:
        return
    spec = resource.get("spec")
    cluster = spec.get(*_CLUSTER_AT[kind])
    parts = [
        (spec, _OWN.get(kind, {})),
        (cluster, _CLUSTER),
        (cluster.get("autoscalerOptions"), _AUTOSCALER),
        (cluster.get("headGroupSpec"), _HEAD),
        *((group, _WORKER) for group in cluster.get("workerGroupSpecs").items()),
    ]
    for part, fields in parts:
        for name, node in part.entries():
            since = Version.parse(fields.get(name, ""))
            if since is not None and not node.absent and since <= release.version:
                yield Pruned(node, since)
