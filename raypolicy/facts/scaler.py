"""What people write to scale Ray from outside. Not here: Ray's own autoscaler (`cluster`)."""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class Scaler(View):
    """A HorizontalPodAutoscaler, VerticalPodAutoscaler or KEDA ScaledObject that is to scale an
    object of Ray's; its node is the kind of that object, as it is written there."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, named: Node[str]) -> None:
        super().__init__(node, owner)
        self._named = named

    @fact
    def kind(self) -> Node[str]:
        """Its own kind."""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """Its own name."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def target_kind(self) -> Node[str]:
        """The kind of the object that it is to scale: RayCluster, RayJob, RayService …"""
        return self.node

    @fact
    def target_name(self) -> Node[str]:
        """The name of that object."""
        return self._named
