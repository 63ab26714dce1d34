"""What people write in a bundle that leads to a part of Ray's on a head: Services, and routes to
Services. Not here: what the operator makes (`effective`), and whether it is a mistake (rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.effective import exposure, ports
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.entrance import Entrance
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.ways.backends import Backends, Resolved, ports_behind
from raypolicy.ways.madeservices import HEAD, Derived
from raypolicy.ways.routes import Leg
from raypolicy.ways.selectedports import target_of
from raypolicy.ways.selectors import Selectors

_PARTS: Final = (ports.DASHBOARD, ports.CLIENT, ports.GCS)
_POLICIES: Final = (
    "SecurityPolicy", "GCPBackendPolicy", "AuthPolicy", "AuthorizationPolicy",
    "RequestAuthentication",
)  # fmt: skip
"""Kinds that have a gateway ask who somebody is, whatever they are bound to."""
_FAR: Final = Unknown("its Gateway is not in the bundle")
_CLASSES: Final = ("rilb",)
"""Parts of the names of classes of internal Gateways, beside those that say so.
Source: https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api#gatewayclass.
"""


class Entrances:
    """Finds the entrances of a bundle, one at the most of each object."""

    def __init__(self, inventory: Inventory, selectors: Selectors, backends: Backends) -> None:
        self._inventory = inventory
        self._selectors = selectors
        self._backends = backends

    def views(self, nobody: Owner) -> Iterator[Entrance]:
        for resource in self._selectors.services_before():
            if resource.api_version == "v1":
                yield from self._service(resource, nobody._replace(resource=resource))
        seen: set[int] = set()
        for resolved in self._backends.resolved:
            resource = resolved.leg.resource
            if id(resource) not in seen:
                for entrance in self._route(resolved, nobody._replace(resource=resource)):
                    seen.add(id(resource))
                    yield entrance

    def _service(self, resource: Resource, owner: Owner) -> Iterator[Entrance]:
        heads = self._heads(resource)
        restriction = exposure.service_restriction(resource.node)
        targets = (target_of(port) for port in resource.node.get("spec", "ports").items())
        for target, part, asked in _widest((each, heads, each) for each in targets):
            yield Entrance(target, owner, part, restriction, asked)

    def _heads(self, service: Resource) -> list[Cluster]:
        """The clusters whose heads a Service selects."""
        pods = self._selectors.behind(service)
        return [each.cluster for each in pods if each.role == "head" and each.cluster is not None]

    def _route(self, resolved: Resolved, owner: Owner) -> Iterator[Entrance]:
        leg = resolved.leg
        place = leg.service if leg.port.absent else leg.port
        ports = (
            (port, self._clusters(target), place)
            for target in (resolved.reached.targets if leg.gates != () else ())
            for port in ports_behind(target, leg)
        )
        for port, part, asked in _widest(ports):
            guard = self._guard(leg)
            before = (_before(target) for target in resolved.reached.targets if guard.absent)
            guard = next((each for each in before if not each.absent), guard)
            yield Entrance(port, owner, part, guard, asked)

    def _clusters(self, service: Any) -> list[Cluster]:
        """The clusters whose heads a Service leads to, written or made."""
        if isinstance(service, Derived):
            return [service.cluster] if service.role == HEAD else []
        return self._heads(service)

    def _guard(self, leg: Leg) -> Node[str]:
        """What keeps strangers away from a route: what it says itself, its Gateways, policies."""
        if leg.gates is None or not leg.guard.absent:
            return leg.guard
        for kind in _POLICIES:
            if next(self._inventory.of_kind(kind), None) is not None:
                return leg.guard.put(kind)
        found = [
            gate
            for name, namespace in leg.gates
            for gate in self._inventory.named("Gateway", name, namespace)
        ]
        guards = [_gate_guard(gate) for gate in found]
        opened = next((guard for guard in guards if guard.absent), None)
        return opened or (guards[0] if guards else leg.guard.put(_FAR))


def _before(service: Any) -> Node[str]:
    """What a Service has asked of whatever leads to it."""
    if isinstance(service, Derived):
        spec = service.cluster.node
        return exposure.before_service(spec, spec.get("headGroupSpec", "headService"))
    nothing: Node[Any] = service.node.put(ABSENT)
    return exposure.before_service(nothing, service.node)


def _gate_guard(gate: Resource) -> Node[str]:
    """What keeps strangers away from a Gateway, of the Gateway API or of Istio."""
    spec = gate.node.get("spec")
    of_class = spec.get("gatewayClassName")
    own = gate.node.get("metadata", "annotations")
    for written in (own, spec.get("infrastructure", "annotations")):
        guard = exposure.guard(written, of_class).either(exposure.private(written))
        if not guard.absent:
            return guard
    text = of_class.known
    if isinstance(text, str) and any(each in text for each in _CLASSES):
        return of_class
    for _, label in spec.get("selector").entries():
        if exposure.sounds_private(label.value):
            return label
    addresses = spec.get("addresses")
    return addresses.put(ABSENT if addresses.absent else Unknown("addresses of its own"))


def _widest(
    ports: Iterable[tuple[Node[Any], list[Cluster], Node[Any]]],
) -> Iterator[tuple[Node[Any], str, Node[bool]]]:
    """The first way to a part of Ray's that asks nobody who they are, else the first at all: where
    it is written, the part, and what that asks. A way is a port of pods, the clusters they may be
    of, and its place.
    """
    found: list[tuple[Node[Any], str, Node[bool]]] = []
    for port, clusters, place in ports:
        for cluster in clusters:
            part = _part(cluster, port.known)
            if part is not None:
                asked = cluster.exposure.authenticated
                if part != _PARTS[0].name and asked.value is False:
                    ray = cluster.head.pod.ray_container.node
                    asked = exposure.asks_for_certificate(cluster.node, ray)
                found.append((place, part, asked))
                if asked.value is False:
                    yield found[-1]
                    return
    yield from found[:1]


def _part(cluster: Cluster, port: Any) -> str | None:
    """The part of Ray that a port of the head leads to, by number or by name."""
    if isinstance(port, str):
        part = ports.component(port)
        return part.name if part in _PARTS else None
    if port is None:
        return None
    return next((each.name for each in _PARTS if cluster.head.listening(each).value == port), None)
