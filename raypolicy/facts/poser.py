"""Services that the operator takes for a head Service of its own. Not here: which (`posers`)."""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class Poser(View):
    """A Service that is written with the labels by which the operator of a RayCluster finds its
    head Service; its node is the label that names the cluster."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, service: Node[str]) -> None:
        super().__init__(node, owner)
        self._service = service

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def cluster(self) -> Node[str]:
        """The name of the RayCluster."""
        return self.node

    @fact
    def head_service(self) -> Node[str]:
        """The name that the head Service of that RayCluster has."""
        return self._service
