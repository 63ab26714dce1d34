"""What a part of a manifest is written in, and which of its fields the API keeps.

Source: KubeRay `config/crd/bases/`, the schemas of v1alpha1 beside those of v1.
"""

from __future__ import annotations

from typing import Any

from raypolicy.effective.apiversion import ALPHA, ALPHA_LACKS
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
