"""rayVersion as KubeRay reads it. Not here: the Ray in the images (`image`)."""

from __future__ import annotations

import re
from typing import Any

from raypolicy.effective import gates
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import Version


class DeclaredRay(View):
    """A cluster's rayVersion as KubeRay reads it; it is there even where nothing is written."""

    stands_alone = True

    def __init__(self, node: Node[Any], owner: Owner, spec: Node[Any]) -> None:
        super().__init__(node, owner)
        self._spec = spec

    @fact
    def text(self) -> Node[str]:
        """What is written; absent where that is empty."""
        return self.node.put(ABSENT) if self.node.value == "" else self.node

    @fact
    def version(self) -> Node[Version]:
        """The release that KubeRay reads in it: two or three numbers, whatever follows them."""
        return self.text.map(_read, "KubeRay cannot read it")

    @fact
    def readable(self) -> Node[bool]:
        """Whether KubeRay finds a release in the text."""
        return self.text.map(_readable, "not a text")

    @fact
    def number(self) -> Node[str]:
        """The number as it is written, where it is a number and not a text; else absent."""
        if type(self.node.value) not in (int, float):
            return self.node.put(ABSENT)
        return self.node.put(self.node.span.text)

    @fact
    def number_read(self) -> Node[str]:
        """The same, where KubeRay would find a release in it; else unknown."""
        number = self.number
        plain = number.absent or re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", number.value) is not None
        readable = number.absent or (plain and _readable(number.value))
        return number if readable else number.put(Unknown("KubeRay cannot read it"))

    @fact
    def demanded(self) -> Node[Version]:
        """The release it must name at least for something that is written elsewhere in the cluster;
        absent where nothing depends on it."""
        demand = self._demand
        if demand is None:
            return self.node.put(ABSENT)
        return demand.node.put(Version.parse("{}.{}.0".format(*demand.ray)))

    @fact
    def demanded_by(self) -> Node[str]:
        """What it is that depends on it."""
        demand = self._demand
        return self.node.put(ABSENT) if demand is None else demand.node.put(demand.what)

    @fact
    def _demand(self) -> gates.Demand | None:
        """The one that asks for most; KubeRay stops at the first it finds wanting."""
        found = gates.demands(self._spec, self.owner.release)
        return max(found, key=lambda demand: demand.ray, default=None)


def _read(value: object) -> Version | None:
    return gates.read(value) if type(value) is str else None


def _readable(value: object) -> bool | None:
    return gates.read(value) is not None if type(value) is str else None
