"""The entries of a group's own `resources`. Not here: what Ray is given in the end (`custom`)."""

from __future__ import annotations

from typing import Any

from raypolicy.effective import logical
from raypolicy.effective.logical import Inputs
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.nearamounts import is_quantity, nearest
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, Node, placeless
from raypolicy.values import Quantity


class OwnResource(View):
    """An entry of a group's own `resources`; its node is the value."""

    def __init__(self, node: Node[Any], owner: Owner, earlier: Node[Any] | None) -> None:
        super().__init__(node, owner)
        self._earlier = earlier

    @fact
    def name(self) -> Node[str]:
        """The name."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """The value as written."""
        return self.node

    @fact
    def readable(self) -> Node[bool]:
        """Whether a text is a quantity, as KubeRay reads it; unknown for what is no text."""
        return self.node.map(
            lambda value: is_quantity(value) if type(value) is str else None, "not a text"
        )

    @fact
    def nearest(self) -> Node[str]:
        """The quantity that a text which is none is probably meant to be."""
        value = self.node.value
        return self.node.put((nearest(value) if type(value) is str else None) or ABSENT)

    @fact
    def number(self) -> Node[str]:
        """A number, which should be a text, as a text; absent where the value is no number."""
        value = self.node.value
        if type(value) in (int, float):
            text = self.node.span.text
            return self.node.put(text if Quantity.parse(text) else str(value))
        return self.node.put(ABSENT)

    @fact
    def standard(self) -> Node[str]:
        """CPU, GPU or memory where KubeRay takes it for that, in whatever case; else absent."""
        return self.name.put(standard(str(self.node.key), self.owner.release) or ABSENT)

    @fact
    def earlier(self) -> Node[str]:
        """The name of an earlier entry that KubeRay takes for the same; absent if none."""
        return self.name.put(ABSENT) if self._earlier is None else self._earlier

    @written
    def superfluous(self) -> Node[Any]:
        """The entry, where an earlier one that KubeRay takes for the same has the same value."""
        group, earlier = self.node.parent, self.earlier.known
        if group is None or earlier is None or group.get(earlier).value != self.node.value:
            return placeless(ABSENT)
        return self.node


def own(inputs: Inputs, owner: Owner) -> tuple[OwnResource, ...]:
    """The entries of a group's own resources."""
    found: list[OwnResource] = []
    seen: dict[str, Node[Any]] = {}
    for key, node in inputs.own.entries():
        meant = standard(key, owner.release)
        name = node.at_key(key)
        found.append(OwnResource(node, owner, seen.get(meant or "")))
        if meant is not None:
            seen.setdefault(meant, name)
    return tuple(found)


def standard(name: str, release: KubeRayRelease) -> str | None:
    """What KubeRay takes a key of a group's own resources for; None for a custom resource."""
    lower = name.lower()
    if logical.is_gpu(lower, release):
        return "GPU"
    return {"cpu": "CPU", "memory": "memory"}.get(lower)
