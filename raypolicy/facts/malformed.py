"""Amounts that are no quantities. Not here: those that are (`amount`).

Source: KubeRay `config/crd/bases/`, whose schemas have the pattern of a quantity, as Kubernetes'
own do in `pkg/api/resource/quantity.go` of apimachinery.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from raypolicy.facts.view import View, fact, written
from raypolicy.nearamounts import is_quantity, nearest
from raypolicy.tree import ABSENT, Node
from raypolicy.values import Quantity, placeholder


class MalformedAmount(View):
    """A request, a limit or a size that is a text, but no quantity; its node is the text."""

    @fact
    def name(self) -> Node[str]:
        """Name of the resource, or sizeLimit."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """The text."""
        return self.node

    @fact
    def nearest(self) -> Node[str]:
        """The quantity that is probably meant; absent where that is not plain."""
        return self.node.put(nearest(self.node.value) or ABSENT)


def malformed(spec: Node[Any]) -> Iterator[Node[Any]]:
    """Amounts of a pod's spec that begin like a number and are no quantities: those of the pod and
    of its containers, and the sizes of its volumes.
    """
    if not _has_any(spec.value):
        return
    holders = [spec, *spec.get("initContainers").items(), *spec.get("containers").items()]
    for holder in holders:
        for part in ("limits", "requests") if _has_malformed(holder.value) else ():
            for _, node in holder.get("resources", part).entries():
                if is_malformed(node.value):
                    yield node
    for volume in spec.get("volumes").items():
        size = volume.get("emptyDir", "sizeLimit")
        if is_malformed(size.value):
            yield size


def _has_any(spec: Any) -> bool:
    """Whether a pod has any; most have none."""
    if type(spec) is not dict:
        return False
    listed = [spec.get(field) for field in ("initContainers", "containers", "volumes")]
    parts = [part for each in listed if type(each) is list for part in each]
    sizes = (part.get("emptyDir") for part in parts if type(part) is dict)
    return any(map(_has_malformed, (spec, *parts))) or any(
        is_malformed(size.get("sizeLimit")) for size in sizes if type(size) is dict
    )


def _has_malformed(holder: Any) -> bool:
    """Whether any amount of a pod or container is one; most have none."""
    resources = holder.get("resources") if type(holder) is dict else None
    if type(resources) is not dict:
        return False
    parts = (resources.get(part) for part in ("limits", "requests"))
    return any(
        is_malformed(value) for part in parts if type(part) is dict for value in part.values()
    )


def is_malformed(value: object) -> bool:
    """Whether a value is a text that begins like a number and is no quantity."""
    if type(value) is not str or Quantity.parse(value) is not None:
        return False
    begins = re.match(r"\s*[+-]?\.?[0-9]", value) is not None
    return begins and not is_quantity(value) and placeholder(value) is None and "$" not in value
