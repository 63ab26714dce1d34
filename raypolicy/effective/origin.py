"""What a part of a manifest is written in, which of its fields the API keeps, and whose it is.

Source: KubeRay `config/crd/bases/`, the schemas of v1alpha1 beside those of v1; `controllers/ray/
utils/util.go`, ManagedByExternalController.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.apiversion import ALPHA, ALPHA_LACKS
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, Node


def resource_of(node: Node[Any]) -> Node[Any] | None:
    """The object of Ray's that a node is a part of."""
    above: Node[Any] | None = node
    while above is not None:
        value = above.value
        if type(value) is dict and "kind" in value:
            version = value.get("apiVersion")
            if type(version) is str and version.startswith("ray.io/"):
                return above
        above = above.parent
    return None


def kept(part: Node[Any], name: str) -> Node[Any]:
    """A field of a group's or of a spec; absent where the version of the API prunes it."""
    written = part.get(name)
    if written.absent or name not in ALPHA_LACKS:
        return written
    return written.put(ABSENT) if is_alpha(part) else written


def is_alpha(part: Node[Any]) -> bool:
    """Whether a part is written for v1alpha1."""
    resource = resource_of(part)
    return resource is not None and resource.get("apiVersion").value == ALPHA


MANAGER: Final = "managedBy"
_MANAGED_SINCE: Final = {"RayCluster": (1, 3), "RayJob": (1, 3), "RayService": (1, 6)}


def managed_elsewhere(resource: Node[Any], release: KubeRayRelease) -> bool:
    """Whether the operator leaves an object of Ray's alone, since it is another's to manage: Kueue
    hands it to another cluster. A cluster that is written inside a RayJob is not meant.
    """
    since = _MANAGED_SINCE.get(resource.get("kind").value)
    if since is None or release.version.minor < since:
        return False
    manager: object = kept(resource.get("spec"), MANAGER).value
    return manager == "kueue.x-k8s.io/multikueue"
