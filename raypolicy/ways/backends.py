"""Whose Services the routes of a bundle lead to. Not here: how routes are written (`routes`)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from raypolicy.bundle import Resource
from raypolicy.facts.backend import Backend, Reached
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory, may_share
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder
from raypolicy.ways.madeservices import WORKERS, Derived, MadeServices, written_namespace
from raypolicy.ways.routes import CROSSING, GATEWAY_ROUTES, KINDS, Leg, legs
from raypolicy.ways.selectedports import target_of
from raypolicy.ways.selectors import Selectors
from raypolicy.ways.words import of_services

_SEVERAL = Unknown("several Services of the bundle have this name")


class Resolved(NamedTuple):
    """A way that a route takes, and what is known of the Service at its end."""

    leg: Leg
    reached: Reached


class Backends:
    """Looks up what routes lead to."""

    def __init__(self, inventory: Inventory, made: MadeServices, selectors: Selectors) -> None:
        self._inventory = inventory
        self._made = made
        self._selectors = selectors

    def views(self, nobody: Owner) -> Iterator[Backend]:
        """The backends of all routes, as far as they have to do with Ray."""
        for leg, reached in self.resolved:
            owner = nobody._replace(resource=leg.resource)
            yield Backend(leg.service, owner, leg.port, reached)

    @cached_property
    def resolved(self) -> tuple[Resolved, ...]:
        """The same, before they are views."""
        return tuple(self._resolve())

    def _resolve(self) -> Iterator[Resolved]:
        written = {service.name for service in self._selectors.services_before()}
        telling = of_services(self._made, written, self._inventory.names)
        for kind in KINDS:
            for resource in self._inventory.of_kind(kind, telling):
                for leg in legs(resource):
                    reached = self._reached(leg)
                    if reached is not None:
                        yield Resolved(leg, reached)

    def _reached(self, leg: Leg) -> Reached | None:
        name = leg.service.known
        if not isinstance(name, str) or placeholder(name):
            return None
        namespace = self._namespace(leg)
        made: list[Any] = [*self._made.named(name)]
        nearby = self._inventory.named("Service", name, namespace)
        written = [*nearby, *self._inventory.elsewhere("Service", name, namespace)]
        here: list[Any] = [*self._made.named(name, namespace), *nearby]
        if not made and not any(self._selectors.behind(each) for each in written):
            return None if made or written else self._astray(name, leg)
        if len(here) > 1:
            return Reached(_SEVERAL, targets=tuple(here))
        if not here:
            return Reached(True, elsewhere=_namespace_of((*made, *written)[0]))
        service = here[0]
        if isinstance(service, Resource) and not self._selectors.behind(service):
            return None
        hidden = _hidden(service, leg)
        return Reached(True, hidden=hidden, granted=self._granted(leg), targets=(service,))

    def _namespace(self, leg: Leg) -> str:
        """The namespace that is looked in; empty where it may be any."""
        if leg.namespace.absent or leg.resource.kind not in CROSSING:
            return written_namespace(leg.resource)
        written = leg.namespace.known
        return written if isinstance(written, str) and not placeholder(written) else ""

    def _astray(self, name: str, leg: Leg) -> Reached | None:
        """What a name is meant for that no Service has."""
        namespace = self._namespace(leg)
        meant = self._made.meant(name)
        if meant is not None:
            return Reached(False, *meant)
        unfinished = [
            each for each in self._made.unfinished(name) if may_share("", each.namespace, namespace)
        ]
        fitting = [each for each in unfinished if _has_port(each, leg)]
        if len(unfinished) > 1 and fitting:  # the head Service has the port of Serve as well
            unfinished = [each for each in fitting if each.serves] or fitting
        if len(unfinished) == 1:
            return Reached(False, nearest=unfinished[0].name)
        near = self._inventory.nearest("Service", name, namespace)
        if near is None or not self._selectors.behind(near):
            return None
        return Reached(False, nearest=near.node.get("metadata", "name"))

    def _granted(self, leg: Leg) -> bool | None:
        """Whether a route that names another namespace is let in there; None where it need not."""
        kind, of = leg.resource.kind, written_namespace(leg.resource)
        to = leg.namespace.known
        if kind not in GATEWAY_ROUTES or not of or not isinstance(to, str) or placeholder(to):
            return None
        if to == of:
            return None
        return any(
            may_share("", grant.namespace, to) and _lets_in(grant, kind, of, leg.service.value)
            for grant in self._inventory.of_kind("ReferenceGrant")
        )


def _lets_in(grant: Resource, kind: str, namespace: str, name: object) -> bool:
    """Whether a ReferenceGrant lets routes of a kind in a namespace name a Service, for all that is
    known of it.
    """
    spec = grant.node.get("spec")
    comes = any(
        each.get("kind").value == kind and each.get("namespace").value == namespace
        for each in spec.get("from").items()
    )
    goes = any(
        each.get("kind").value == "Service" and each.get("name").value in (ABSENT, "", name)
        for each in spec.get("to").items()
    )
    return (comes and goes) or placeholder(spec.span.text) is not None


def _namespace_of(service: Any) -> Node[str]:
    if isinstance(service, Derived):
        return service.cluster.namespace
    found: Node[str] = service.node.get("metadata", "namespace")
    return found


def _ports(service: Any) -> list[tuple[Node[Any], Node[Any], Node[Any]]]:
    """Name, number and target of the ports of a Service."""
    if isinstance(service, Derived):
        return [(port.name, port.number, port.target) for port in service.ports]
    listed = service.node.get("spec", "ports").items()
    return [(port.get("name"), port.get("port"), target_of(port)) for port in listed]


def _asked(service: Any, leg: Leg) -> list[Node[Any]] | None:
    """What the port of a backend is compared with; None if it can't be."""
    port = leg.port.known
    if isinstance(port, str):
        if placeholder(port) or port.isdigit():
            return None
        return [name for name, _, _ in _ports(service) if not name.absent]
    if type(port) is not int:
        return None
    return [target if leg.by_target else number for _, number, target in _ports(service)]


def _has_port(service: Any, leg: Leg) -> bool:
    asked = _asked(service, leg)
    return asked is not None and any(each.value == leg.port.value for each in asked)


def _hidden(service: Any, leg: Leg) -> tuple[Node[Any], ...] | None:
    """The ports of a Service, where the backend's is none of them."""
    if isinstance(service, Derived):
        if service.role == WORKERS:
            return None
    elif service.node.get("spec", "type").value == "ExternalName":
        return None
    asked = _asked(service, leg)
    if not asked or any(type(each.value) is not type(leg.port.value) for each in asked):
        return None
    if any(isinstance(each.value, str) and placeholder(each.value) for each in asked):
        return None
    return None if any(each.value == leg.port.value for each in asked) else tuple(asked)


def ports_behind(service: Any, leg: Leg) -> list[Node[Any]]:
    """The ports of the pods that a route leads to behind a Service: all of them where it names no
    port. A name that is none of the Service's own is that of the part of Ray.
    """
    wanted = leg.port.value
    if wanted is ABSENT:
        return [target for _, _, target in _ports(service)]
    found = []
    for name, number, target in _ports(service):
        if wanted in (name.value, target.value if leg.by_target else number.value):
            found.append(target)
    return found or ([leg.port] if isinstance(service, Derived) else [])
