"""Jobs of Kubernetes that have the name of a RayJob. Not here: which do (`around`)."""

from __future__ import annotations

from raypolicy.bundle import Resource
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class JobNamesake(View):
    """A RayJob whose submitter's Job has the name of one that is there; its node is its name."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, taken: Resource) -> None:
        super().__init__(node, owner)
        self._taken = taken

    @fact
    def name(self) -> Node[str]:
        """The name of both."""
        return self.node

    @fact
    def other(self) -> Node[str]:
        """The name, where the Job of Kubernetes has it."""
        return self._taken.node.get("metadata", "name")
