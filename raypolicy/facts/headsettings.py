"""What is written under `headService`, and what becomes of it. Not here: the Service's ports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from raypolicy.facts.setting import Setting
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.tree import ABSENT, Node
from raypolicy.values import placeholder

if TYPE_CHECKING:  # few are written
    from raypolicy.facts.refusal import Refusal

_NO_ADDRESS: Final = (None, "", "None", 0)


class NamelessPort(View):
    """A port under `headService` that needs another name, or one at all."""

    fields = frozenset({"appProtocol", "name", "nodePort", "port", "protocol", "targetPort"})

    @fact
    def own_name(self) -> Node[str]:
        """What KubeRay calls a container port without a name, by its number: `8266-port`."""
        return self.field("port").map(
            lambda number: f"{number}-port" if type(number) is int else None, "not a number"
        )


class HeadSettings(View):
    """What is written under `headService`."""

    fields = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
    stands_alone = True

    @only_with("headService")
    @fact
    def overwritten(self) -> tuple[Setting, ...]:
        """Fields that the operator puts something else into: the selector, a namespace other than
        the resource's own."""
        return tuple(overwritten(self.node, self.owner))

    @only_with("headService")
    @fact
    def fixed(self) -> tuple[Setting, ...]:
        """Fields that ask for a node port or an address that only one Service can have."""
        from raypolicy.refusals.settings import is_address

        spec = self.node.get("spec")
        nodes = [spec.get("clusterIP")]
        nodes += (port.get("nodePort") for port in spec.get("ports").items())
        return tuple(
            Setting(node, self.owner)
            for node in nodes
            if node.known not in _NO_ADDRESS
            and type(node.known) in (str, int)
            and not placeholder(str(node.known))
            and (type(node.known) is int or is_address(node.known))
        )

    @only_with("headService", "headServiceAnnotations", "serviceType")
    @fact
    def refusals(self) -> tuple[Refusal, ...]:
        """What Kubernetes would refuse in the Service besides."""
        from raypolicy.effective.ports import service_type
        from raypolicy.facts.refusedservice import in_head_service

        head = self.node.parent
        if head is None or not self.owner.release.has("custom-head-service"):
            return ()
        return in_head_service(head, service_type(head), self.owner)

    @only_with("headService")
    @fact
    def nameless_ports(self) -> tuple[NamelessPort, ...]:
        """Its ports that have no name."""
        return tuple(
            NamelessPort(port, self.owner)
            for port in self.node.get("spec", "ports").items()
            if type(port.value) is dict and port.get("name").value in (ABSENT, "")
        )


def overwritten(service: Node[Any], owner: Owner) -> Iterator[Setting]:
    """Fields of a Service described in a resource that the operator puts something else into: the
    selector, a namespace other than the resource's own.
    """
    selector = service.get("spec", "selector")
    if selector.known:
        yield Setting(selector, owner)
    namespace = service.get("metadata", "namespace")
    own, other = owner.resource.namespace, namespace.known
    told = own and type(other) is str and other not in ("", own)
    if told and not placeholder(own) and not placeholder(str(other)):
        yield Setting(namespace, owner)
