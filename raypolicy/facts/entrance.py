"""Services, Ingresses and selectors that people write for Ray's pods. Not here: the operator's own
Services (`headservice`), and which clusters they lead to (`entrances`).
"""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node


class Entrance(View):
    """A Service or an Ingress of the bundle that leads to a part of Ray on a head; its node is the
    number or name of the port."""

    apart = True

    def __init__(
        self,
        node: Node[object],
        owner: Owner,
        part: str,
        restriction: Node[str],
        authenticated: Node[bool],
    ) -> None:
        super().__init__(node, owner)
        self._part = part
        self._restriction = restriction
        self._authenticated = authenticated

    @fact
    def kind(self) -> Node[str]:
        """Service or Ingress."""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def type(self) -> Node[str]:
        """The type of a Service, ClusterIP by default; of an Ingress it is Ingress."""
        if self.owner.resource.kind == "Ingress":
            return self.kind
        written = self.owner.resource.node.get("spec", "type")
        return written.put("ClusterIP") if written.value in (ABSENT, "") else written

    @fact
    def part(self) -> Node[str]:
        """The part of Ray that it leads to: GCS, dashboard or Ray client."""
        return self.node.put(self._part)

    @fact
    def restriction(self) -> Node[str]:
        """What keeps strangers away: an annotation, source ranges; absent if nothing does."""
        return self._restriction

    @fact
    def authenticated(self) -> Node[bool]:
        """Whether Ray asks for a token there."""
        return self._authenticated


class Selector(View):
    """A selector of pods by the label `ray.io/cluster`; its node is the value asked for."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, namesake: Node[str] | None) -> None:
        super().__init__(node, owner)
        self._namesake = namesake

    @fact
    def kind(self) -> Node[str]:
        """The kind of the object that selects: Service, NetworkPolicy …"""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """The name of that object."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def cluster(self) -> Node[str]:
        """The name of the RayCluster whose pods are asked for."""
        return self.node

    @fact
    def maker(self) -> Node[str]:
        """The kind of the RayJob or RayService that has this name, where no RayCluster has it: its
        clusters have random letters behind it."""
        return self._namesake or self.node.put(ABSENT)
