"""Services of one name, or in one part, that two would have. Not here: finding them (`claims`)."""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class ClaimedService(View):
    """A Service that somebody else has or makes as well as the operator for an object of Ray's: a
    Service that is written, or an object of Ray's of which one of the same name is made. Its node
    is the name of that other, in its own metadata."""

    apart = True

    def __init__(
        self,
        node: Node[str],
        owner: Owner,
        service: Node[str],
        claimant: Owner,
        *,
        role: str,
        poses: bool,
    ) -> None:
        super().__init__(node, owner)
        self._service = service
        self._claimant = claimant
        self._role = role
        self._poses = poses

    @fact
    def name(self) -> Node[str]:
        """The name of the Service or object that is in the way."""
        return self.node

    @fact
    def kind(self) -> Node[str]:
        """Its kind: Service, RayCluster, RayJob, RayService."""
        return self.owner.resource.node.get("kind")

    @fact
    def service(self) -> Node[str]:
        """The name of the Service that the operator makes."""
        return self._service

    @fact
    def role(self) -> Node[str]:
        """What that Service is for: head, serve or workers."""
        return self.node.put(self._role)

    @fact
    def claimant(self) -> Node[str]:
        """The name of the object that it is made for."""
        return self._claimant.resource.node.get("metadata", "name")

    @fact
    def claimant_kind(self) -> Node[str]:
        """The kind of that object."""
        return self._claimant.resource.node.get("kind")

    @fact
    def poses(self) -> Node[bool]:
        """Whether a Service that is written has the labels by which the operator knows the head
        Service of a RayCluster."""
        return self.node.put(self._poses)
