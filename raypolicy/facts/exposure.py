"""Who can reach a head from outside, and what is asked of them. Not here: the Service's ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from raypolicy.effective import exposure, ports
from raypolicy.effective.origin import kept
from raypolicy.facts.headgroup import HeadGroup
from raypolicy.facts.view import View, fact, only_with, written
from raypolicy.tree import ABSENT, Node

if TYPE_CHECKING:  # few heads have an Ingress
    from raypolicy.facts.refusal import Refusal

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

    @only_with("hostNetwork", "hostPort")
    @fact
    def on_node(self) -> Node[str]:
        """What opens the head on the address of its node: `hostNetwork`, or the `hostPort` of the
        dashboard, the Ray client or the GCS; absent where nothing does."""
        pod = self._head.pod
        network = pod.field("hostNetwork")
        if network.value is True:
            return network.at_key("hostNetwork")
        open_to = {self._head.listening(part).known for part in ports.COMPONENTS[:3]} - {None}
        for port in pod.ray_container.field("ports").items():
            number = port.get("hostPort")
            if type(number.value) is int and port.get("containerPort").value in open_to:
                return number.put(f"hostPort {number.value}")
        return network.put(ABSENT)

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

    @only_with("enableIngress")
    @fact
    def ingress_path(self) -> Node[str]:
        """The path of the Ingress of enableIngress."""
        return exposure.ingress_path(self.node, self.owner.release)

    @only_with(exposure.REWRITE)
    @fact
    def empty_rewrite(self) -> Node[str]:
        """The annotation that has nginx write the path of requests anew with a part of it (`$1`),
        where the path of that Ingress has no such part; absent otherwise."""
        annotation = self.owner.resource.node.get("metadata", "annotations", exposure.REWRITE)
        text, path = annotation.value, self.ingress_path
        refers = type(text) is str and any(f"${digit}" in text for digit in range(1, 10))
        if not refers or path.absent or (path.known is not None and "(" in path.value):
            return annotation.put(ABSENT)
        return annotation.put(path.value) if path.unknown else annotation.at_key(exposure.REWRITE)

    @only_with("enableIngress")
    @fact
    def ingress_class(self) -> Node[str]:
        """The class of the Ingress of enableIngress: an annotation of the resource."""
        return self.owner.resource.node.get("metadata", "annotations", exposure.INGRESS_CLASS)

    @only_with("enableIngress")
    @fact
    def ingress_refusals(self) -> tuple[Refusal, ...]:
        """What Kubernetes would refuse in the Ingress of enableIngress."""
        from raypolicy.facts.refusedservice import in_ingress

        if self.node.get("enableIngress").value is not True:
            return ()
        options = kept(self.node, "ingressOptions")
        told = self.owner.release.has("ingress-options")
        return in_ingress(options if told else options.put(ABSENT), self.owner)
