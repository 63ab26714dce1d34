"""Which kinds and fields each version of Ray's API has. Not here: what the fields mean.

Source: KubeRay `ray-operator/config/crd/bases/`, the schemas of v1alpha1 and of v1 at every tag
(`schema` from 1.0 on). No release converts one into the other: what the written version lacks is
pruned.
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

ALPHA_LACKS: Final = frozenset(
    """activeDeadlineSeconds args authOptions backoffLimit command deletionStrategy
    excludeHeadPodFromServeSvc gcsFaultToleranceOptions historyServerOptions
    idleTimeoutSeconds ingressOptions labels managedBy networkPolicy numOfHosts
    preRunningDeadlineSeconds priority rayClusterDeletionDelaySeconds resources
    submissionMode submitterConfig suspend tlsOptions upgradeStrategy version""".split()
)
"""Names of fields of Ray's own that v1 has, in any release, and v1alpha1 lacks."""


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
    if resource.get("apiVersion").value != ALPHA:
        return
    from raypolicy.schema.fields import V1, at, releases_with, root
    from raypolicy.schema.walk import UNKNOWN_FIELD, faults

    here, there = (root(version, kind, release.version) for version in (ALPHA, V1))
    if here is None:
        return
    for fault in faults(resource.value, here):
        if fault.kind == UNKNOWN_FIELD and at(there, fault.path) is not None:
            yield Pruned(resource.get(*fault.path), releases_with(V1, kind, fault.path)[0])
