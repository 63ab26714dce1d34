"""Whose Services the addresses in a bundle name. Not here: finding them in texts (`facts`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

from raypolicy.bundle import Resource
from raypolicy.effective import ports
from raypolicy.facts.address import Address, Outcome, Written, written_in
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.job import Job
from raypolicy.facts.pod import Pod
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.nearnames import NearNames
from raypolicy.tree import PLACEHOLDER, Node, Unknown
from raypolicy.values import placeholder

_HEAD, _SERVE = "-head-svc", "-serve-svc"
_RANDOM: Final = "(?:raycluster-)?[bcdfghjklmnpqrstvwxz2456789]{5}"
"""What the operator puts behind a name; k8s.io/apimachinery's rand has no other characters."""
_MARKS: Final = ("-svc", "ray://", "RAY_ADDRESS")
_PARTS: Final = (ports.GCS, ports.DASHBOARD, ports.CLIENT)
_TAKEN_FOR: Final = {6379: "GCS", 8265: "dashboard"}


class Derived(NamedTuple):
    """A Service that the operator will make for a cluster."""

    name: Node[str]
    cluster: Cluster
    serves: bool

    @property
    def namespace(self) -> str:
        return _namespace(self.cluster.owner.resource)


def addresses(
    inventory: Inventory,
    clusters: tuple[Cluster, ...],
    pods: tuple[Pod, ...],
    jobs: tuple[Job, ...],
) -> tuple[Address, ...]:
    """The addresses of Services in the pods and entrypoints of a bundle, each looked up."""
    services = _Services(inventory, clusters)
    return tuple(
        Address(address, owner, services.outcome(address, owner))
        for owner, node, ray_address in _texts(pods, jobs)
        for address in written_in(node, ray_address)
    )


def _texts(pods: Iterable[Pod], jobs: Iterable[Job]) -> Iterator[tuple[Owner, Node[Any], bool]]:
    """The texts that may hold an address, and whether Ray reads them as that of a cluster."""
    marked: dict[int, bool] = {}
    for pod in pods:
        if _marked(pod.owner.resource, marked):
            for container in pod.all_containers:
                for variable in container.field("env").items():
                    told = variable.get("name").value == "RAY_ADDRESS"
                    yield pod.owner, variable.get("value"), told
                for field in ("command", "args"):
                    for word in container.field(field).items():
                        yield pod.owner, word, False
    for job in jobs:
        if _marked(job.owner.resource, marked):
            yield job.owner, job.field("entrypoint"), False
            yield job.owner, job.field("runtimeEnvYAML"), False


def _marked(resource: Resource, marked: dict[int, bool]) -> bool:
    """Whether a resource has a text that an address could be in; asked once of each."""
    known = marked.get(id(resource.node))
    if known is None:
        span = resource.node.span
        text = span.source.text
        known = any(text.find(mark, span.start, span.end) >= 0 for mark in _MARKS)
        marked[id(resource.node)] = known
    return known


class _Services:
    """The Services of a bundle by name: those the operator will make, and those written in it."""

    def __init__(self, inventory: Inventory, clusters: tuple[Cluster, ...]) -> None:
        self._inventory = inventory
        self._clusters = clusters

    @cached_property
    def _derived(self) -> dict[str, list[Derived]]:
        found: dict[str, list[Derived]] = {}
        for cluster in self._clusters:
            names: set[tuple[str, bool]] = set()
            for name, serves in _names(cluster):
                key = name.known
                if isinstance(key, str) and not placeholder(key) and (key, serves) not in names:
                    names.add((key, serves))
                    found.setdefault(key, []).append(Derived(name, cluster, serves))
        return found

    @cached_property
    def _unsure(self) -> bool:
        """Whether the name of some Service is yet to be filled in."""
        return any(
            name.value is PLACEHOLDER or (isinstance(name.known, str) and placeholder(name.known))
            for cluster in self._clusters
            for name, _ in _names(cluster)
        )

    def outcome(self, address: Written, owner: Owner) -> Outcome:
        name = str(address.service.value)
        bearers = self._derived.get(name)
        if bearers is not None:
            return self._reached(address, bearers, owner)
        astray = (
            self._random(name) or self._renamed(name) or self._unserved(name) or self._near(name)
        )
        if astray is not None and self._written(name):
            return Outcome(True)
        return astray or _elsewhere(address)

    def _reached(self, address: Written, bearers: list[Derived], owner: Owner) -> Outcome:
        """A Service that there will be: whether it is here, and whether the port leads anywhere."""
        own = "" if address.namespace.unknown else _namespace(owner.resource)
        namespace = address.namespace.known or own
        here = [each for each in bearers if not namespace or each.namespace in ("", namespace)]
        if not here:
            if self._written(str(address.service.value)):
                return Outcome(True)
            return Outcome(True, elsewhere=bearers[0].cluster.namespace)
        if len(here) > 1:
            return Outcome(True)
        port = address.port.known
        if port is None:
            return Outcome(True)
        return _serve_port(here[0], port) if here[0].serves else _head_port(here[0], port)

    def _random(self, name: str) -> Outcome | None:
        """A name with random letters, of a cluster that a RayJob or RayService makes."""
        for ending in (_HEAD, _SERVE):
            if not name.endswith(ending):
                continue
            for cluster in self._clusters:
                kind, owner = cluster.owner.resource.kind, cluster.owner_name.known
                if kind not in ("RayJob", "RayService") or not isinstance(owner, str):
                    continue
                middle = name.removeprefix(f"{owner}-").removesuffix(ending)
                if name.startswith(f"{owner}-") and re.fullmatch(_RANDOM, middle):
                    lasting = cluster.head_service.name
                    if ending == _SERVE:
                        lasting = cluster.serve_service
                    return Outcome(False, lasting=lasting if lasting.known else None)
        return None

    def _renamed(self, name: str) -> Outcome | None:
        """The usual name of a Service that has been given another."""
        for cluster in self._clusters:
            owner = cluster.owner_name.known
            for ending, other in (
                (_HEAD, cluster.head_service.name),
                (_SERVE, cluster.serve_service),
            ):
                if name == f"{owner}{ending}" and other.known is not None:
                    return Outcome(False, nearest=other)
        return None

    def _unserved(self, name: str) -> Outcome | None:
        """The name of a Service for Serve that no cluster of that name has."""
        stem = name.removesuffix(_SERVE)
        for cluster in self._clusters if stem != name else ():
            if cluster.owner_name.value == stem and cluster.serve_service.absent:
                return Outcome(False, unserved=cluster.owner_name)
        return None

    def _near(self, name: str) -> Outcome | None:
        """A name that is almost that of one Service."""
        ending = next((each for each in (_HEAD, _SERVE) if name.endswith(each)), None)
        if self._unsure or ending is None:
            return None
        stem = name.removesuffix(ending)
        stems = {
            other.removesuffix(ending): found[0].name
            for other, found in self._derived.items()
            if other.endswith(ending)
        }
        near = NearNames(stems, self._inventory.names).nearest(stem)
        return None if near is None else Outcome(False, nearest=stems[near])

    def _written(self, name: str) -> bool:
        """Whether a Service of that name is written in the bundle."""
        return any(each.name == name for each in self._inventory.of_kind("Service"))


def _names(cluster: Cluster) -> Iterator[tuple[Node[str], bool]]:
    """Names of a cluster's Services, and whether they are for Serve."""
    yield cluster.head_service.name, False
    if cluster.owner.resource.kind in ("RayJob", "RayCronJob"):  # that of the cluster it makes
        yield cluster.head.node.get("headService", "metadata", "name"), False
    yield cluster.serve_service, True


def _namespace(resource: Resource) -> str:
    """The namespace that is written; empty where none is, or a placeholder."""
    return "" if placeholder(resource.namespace) else resource.namespace


def _serve_port(service: Derived, port: int) -> Outcome:
    spec = service.cluster.owner.resource.node.get("spec", "serveService", "spec")
    numbers = tuple(each.number for each in service.cluster.serve_ports)
    sure = numbers and not any(each.unknown for each in numbers)
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
        if any(each.unknown for each in numbers):
            return Outcome(True)
        leading = [each for each in head_service.ports if each.number.value == port]
        if not leading:
            return Outcome(True, hidden=numbers)
        target = leading[0].target.known or 0
    head = service.cluster.head
    part = next((each.name for each in _PARTS if head.listening(each).value == target), None)
    return Outcome(True, part=part)


def _elsewhere(address: Written) -> Outcome:
    """What is not in the bundle: the usual ports say what a Ray client would meet."""
    client = address.scheme.value == "ray" and address.service.value != "localhost"
    return Outcome(False, part=_TAKEN_FOR.get(address.port.known or 0) if client else None)
