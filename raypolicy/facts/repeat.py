"""Repeats: objects that are written a second time. Not here: which are (`repeats`)."""

from __future__ import annotations

from raypolicy.bundle import Resource
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class Repeat(View):
    """An object that is in a file or stream a second time; its node is its name there."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, first: Resource) -> None:
        super().__init__(node, owner)
        self._first = first

    @fact
    def kind(self) -> Node[str]:
        """Its kind."""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.node

    @fact
    def first(self) -> Node[str]:
        """Its name where it is written first."""
        return self._first.node.get("metadata", "name")

    @fact
    def alike(self) -> Node[bool]:
        """Whether all that is written of it is the same both times."""
        return self.node.put(self.owner.resource.node.value == self._first.node.value)
