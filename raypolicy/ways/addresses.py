"""Whose Services the addresses in a bundle name. Not here: finding them in texts (`facts`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from raypolicy.bundle import Resource
from raypolicy.effective import ports
from raypolicy.facts.address import Address, Outcome, WrittenAddress, written_in
from raypolicy.facts.job import Job
from raypolicy.facts.pod import Pod
from raypolicy.facts.serve import Service
from raypolicy.facts.view import Owner
from raypolicy.freetexts import FreeText, free_texts
from raypolicy.inventory import Inventory
from raypolicy.tree import Unknown
from raypolicy.ways import IN_ADDRESSES
from raypolicy.ways.madeservices import WORKERS, Derived, MadeServices, written_namespace

_PARTS: Final = (ports.GCS, ports.DASHBOARD, ports.CLIENT)
_TAKEN_FOR: Final = {6379: "GCS", 8265: "dashboard"}


def addresses(
    inventory: Inventory,
    made: MadeServices,
    pods: tuple[Pod, ...],
    jobs: tuple[Job, ...],
    services: tuple[Service, ...],
    nobody: Owner,
) -> tuple[Address, ...]:
    """The addresses of Services in the texts of a bundle, each looked up."""
    known = _Services(inventory, made)
    marked: dict[int, bool] = {}
    texts = free_texts(pods, jobs, services, lambda resource: _marked(resource, marked))
    return tuple(
        Address(address, owner, known.outcome(address, owner))
        for owner, node, variable in chain(texts, _config_maps(inventory, made, nobody))
        for address in written_in(node, variable == "RAY_ADDRESS")
    )


def _config_maps(inventory: Inventory, made: MadeServices, nobody: Owner) -> Iterator[FreeText]:
    """The texts in ConfigMaps: settings, scripts, the targets of Prometheus."""
    for resource in inventory.of_kind("ConfigMap", _has_mark) if made.any() else ():
        if _marked(resource, {}):
            owner = nobody._replace(resource=resource)
            for key, value in resource.node.get("data").entries():
                yield FreeText(owner, value, key)


def _has_mark(text: str) -> bool:
    return any(mark in text for mark in IN_ADDRESSES)


def _marked(resource: Resource, marked: dict[int, bool]) -> bool:
    """Whether a resource has a text that an address could be in; asked once of each."""
    known = marked.get(id(resource.node))
    if known is None:
        span = resource.node.span
        text = span.source.text
        known = any(text.find(mark, span.start, span.end) >= 0 for mark in IN_ADDRESSES)
        marked[id(resource.node)] = known
    return known


class _Services:
    """The Services of a bundle by name: those the operator will make, and those written in it."""

    def __init__(self, inventory: Inventory, made: MadeServices) -> None:
        self._inventory = inventory
        self._made = made

    def outcome(self, address: WrittenAddress, owner: Owner) -> Outcome:
        name = str(address.service.value)
        bearers = self._made.named(name)
        if bearers:
            return self._reached(address, bearers[0], owner)
        astray = self._made.meant(name)
        if astray is None:
            return _elsewhere(address)
        return Outcome(True) if self._written(name) else Outcome(False, *astray)

    def _reached(self, address: WrittenAddress, any_bearer: Derived, owner: Owner) -> Outcome:
        """A Service that there will be: whether it is here, and whether the port leads anywhere."""
        own = "" if address.namespace.unknown else written_namespace(owner.resource)
        namespace = address.namespace.known or own
        name = str(address.service.value)
        here = self._made.named(name, namespace)
        if not here:
            if self._written(name):
                return Outcome(True)
            return Outcome(True, elsewhere=any_bearer.cluster.namespace)
        port = address.port.known
        if len(here) > 1 or port is None or here[0].role == WORKERS:
            return Outcome(True)
        return _serve_port(here[0], port) if here[0].serves else _head_port(here[0], port)

    def _written(self, name: str) -> bool:
        """Whether a Service of that name is written in the bundle."""
        return bool(self._inventory.named("Service", name, ""))


def _serve_port(service: Derived, port: int) -> Outcome:
    spec = service.cluster.owner.resource.node.get("spec", "serveService", "spec")
    numbers = tuple(each.number for each in service.cluster.serve_ports)
    sure = numbers and not any(each.known is None for each in numbers)
    if not sure or spec.get("clusterIP").value == "None":
        return Outcome(True)
    return Outcome(True, hidden=None if port in [each.value for each in numbers] else numbers)


def _head_port(service: Derived, port: int) -> Outcome:
    """A port of a head Service: one of its own, or, if it is headless, any that Ray listens on."""
    head_service, target = service.cluster.head_service, port
    headless = head_service.headless.value
    if isinstance(headless, Unknown):
        return Outcome(True)
    if not headless:
        numbers = tuple(each.number for each in head_service.ports)
        if any(each.known is None for each in numbers):
            return Outcome(True)
        leading = [each for each in head_service.ports if each.number.value == port]
        if not leading:
            return Outcome(True, hidden=numbers)
        target = leading[0].target.known or 0
    head = service.cluster.head
    part = next((each.name for each in _PARTS if head.listening(each).value == target), None)
    return Outcome(True, part=part)


def _elsewhere(address: WrittenAddress) -> Outcome:
    """What is not in the bundle: the usual ports say what a Ray client would meet."""
    client = address.scheme.value == "ray" and address.service.value != "localhost"
    return Outcome(False, part=_TAKEN_FOR.get(address.port.known or 0) if client else None)
