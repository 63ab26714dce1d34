"""What Kubernetes would refuse in what the operator makes. Not here: the checks (`refusals`)."""

from __future__ import annotations

from typing import Any, Final

from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.refusals.fault import Fault, Faults
from raypolicy.tree import ABSENT, Node

_PLAIN: Final = (str, int, float)


class Refusal(View):
    """Something in a pod that Kubernetes would refuse; its node is the value, or its place."""

    stands_alone = True

    def __init__(self, node: Node[Any], owner: Owner, found: Fault) -> None:
        super().__init__(node, owner)
        self._found = found

    @fact
    def kind(self) -> Node[str]:
        """What it is about: image, mount, probe, toleration …"""
        return self.node.put(self._found.kind)

    @fact
    def name(self) -> Node[str]:
        """The name of the field, and its value where that is short."""
        named = next(key for key in (*reversed(self._found.path), "") if type(key) is str)
        value = self.node.value
        short = type(value) in _PLAIN and value != "" and len(str(value)) <= 60
        return self.node.put(f"{named} {value}" if short else named)

    @fact
    def fault(self) -> Node[str]:
        """What is wrong with it, as the end of a sentence."""
        at_key = type(self.node.value) in (dict, list)
        return (self.node.at_key if at_key else self.node.put)(self._found.said)

    @written
    def value(self) -> Node[Any]:
        """The value, or the place where one is missing."""
        return self.node

    @fact
    def meant(self) -> Node[Any]:
        """The value that is probably meant; absent where that is not plain."""
        meant = self._found.meant
        return self.node.put(ABSENT if meant is None else meant)


def at(base: Node[Any], found: Faults, owner: Owner) -> tuple[Refusal, ...]:
    """Faults as views, their paths beginning at a node."""
    return tuple([Refusal(base.get(*each.path), owner, each) for each in found])
