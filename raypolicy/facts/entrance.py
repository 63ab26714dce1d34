"""Services and routes that people write for Ray's pods. Not here: the operator's own Services
(`headservice`), and which clusters they lead to (`entrances`).
"""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node


class Entrance(View):
    """A Service of the bundle, or a route such as an Ingress, that leads to a part of Ray; its node
    is the number or name of the port."""

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
        """Service, Ingress, HTTPRoute, Route, VirtualService …"""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def type(self) -> Node[str]:
        """The type of a Service, ClusterIP by default; of a route it is its kind."""
        if self.owner.resource.kind != "Service":
            return self.kind
        written = self.owner.resource.node.get("spec", "type")
        return written.put("ClusterIP") if written.value in (ABSENT, "") else written

    @fact
    def part(self) -> Node[str]:
        """The part of Ray that it leads to: GCS, dashboard or Ray client."""
        return self.node.put(self._part)

    @fact
    def restriction(self) -> Node[str]:
        """What keeps strangers away: an annotation, source ranges, a policy; absent if nothing
        does, unknown where the Gateway of a route is not in the bundle."""
        return self._restriction

    @fact
    def authenticated(self) -> Node[bool]:
        """Whether Ray asks for a token or a certificate there."""
        return self._authenticated
