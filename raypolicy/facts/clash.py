"""Services that would have the name of another. Not here: how names are made (`madeservices`)."""

from __future__ import annotations

from raypolicy.effective import podlabels
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class ServiceClash(View):
    """An object that comes to a Service whose name another's has already, or is a Service of such a
    name; its node is its own name."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, service: str, first: Node[str]) -> None:
        super().__init__(node, owner)
        self._service = service
        self._first = first

    @fact
    def kind(self) -> Node[str]:
        """Its kind: RayCluster, RayJob, RayService; or Service, where it is that itself."""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.node

    @fact
    def service(self) -> Node[str]:
        """The name of the Service."""
        return self.node.put(self._service)

    @fact
    def first(self) -> Node[str]:
        """The name of the object of Ray's that makes the other Service."""
        return self._first

    @fact
    def first_kind(self) -> Node[str]:
        """The kind of that object."""
        above = self._first.parent
        root = None if above is None else above.parent
        return self._first if root is None else root.get("kind")

    @fact
    def labelled_for_head(self) -> Node[bool]:
        """Whether it has the labels by which a RayCluster's head Service is found."""
        labels = self.owner.resource.node.get("metadata", "labels")
        found = [labels.get(key).value for key in (podlabels.CLUSTER, podlabels.NODE_TYPE)]
        mine = self.first_kind.value == "RayCluster" and found == [self._first.value, "head"]
        return labels.put(mine)
