"""Who can reach a head from outside, and what is asked of them. Not here: the Service's ports."""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective import exposure, ports
from raypolicy.facts.headgroup import HeadGroup
from raypolicy.facts.view import View, fact, written
from raypolicy.tree import ABSENT, Node

_TYPES: Final = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")


class Exposure(View):
    """What opens a head to the outside; its node is the head group."""

    stands_alone = True

    def __init__(self, head: HeadGroup, spec: Node[Any]) -> None:
        super().__init__(head.node, head.owner)
        self._head = head
        self._spec = spec

    @written
    def type(self) -> Node[str]:
        """The type of the head Service: of `headService`, else serviceType, else ClusterIP."""
        return ports.service_type(self.node)

    @fact
    def type_meant(self) -> Node[str]:
        """The type of Service that a misspelt one is but for its case or blanks."""
        written = self.type
        text = written.known
        plain = "".join(text.split()).replace("-", "").lower() if isinstance(text, str) else ""
        near = [name for name in _TYPES if name.lower() == plain and name != text]
        return written.put(near[0] if near else ABSENT)

    @fact
    def authenticated(self) -> Node[bool]:
        """Whether Ray asks for a token of everyone who reaches it."""
        container = self._head.pod.ray_container
        return exposure.authenticated(
            self._spec, container.node, container.image.ray_version, self.owner.release
        )

    @fact
    def restriction(self) -> Node[str]:
        """What keeps strangers away from a load balancer in front of the head: an annotation for an
        internal one, source ranges, a network policy; absent if nothing does."""
        kind = self.owner.resource.kind
        return exposure.restriction(kind, self._spec, self.node, self.owner.release)

    @fact
    def ingress_restriction(self) -> Node[str]:
        """The same of the Ingress of enableIngress, which has the annotations of the resource."""
        annotations = self.owner.resource.node.get("metadata", "annotations")
        return exposure.ingress_restriction(self._spec, annotations)
