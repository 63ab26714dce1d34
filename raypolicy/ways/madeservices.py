"""The Services that the operator will make, by name. Not here: those written by hand (`inventory`).

All look-ups are by dictionary, so that a bundle takes time by its size alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Final, NamedTuple, TypeVar

from raypolicy import kubenames
from raypolicy.bundle import Resource
from raypolicy.effective import derived
from raypolicy.effective.ports import ServicePortFact
from raypolicy.facts.cluster import Cluster
from raypolicy.inventory import Inventory
from raypolicy.nearnames import NearNames
from raypolicy.tree import PLACEHOLDER, Node
from raypolicy.values import placeholder

HEAD, SERVE, WORKERS = "head", "serve", "workers"
_ENDINGS: Final = {"-head-svc": HEAD, "-serve-svc": SERVE}
_ALMOST: Final = {
    "-haed-svc": "-head-svc",
    "-srv-svc": "-serve-svc",
    "-serv-svc": "-serve-svc",
    "-server-svc": "-serve-svc",
    "-serving-svc": "-serve-svc",
    "-head-service": "-head-svc",
    "-serve-service": "-serve-svc",
}
"""Endings that people write for those."""
ALL_ENDINGS: Final = (*_ENDINGS, *_ALMOST)
_FEW: Final = 20
_INFIX: Final = "-raycluster"


T = TypeVar("T")


class Derived(NamedTuple):
    """A Service that the operator will make for a cluster: for its head, for Serve, or the headless
    one of groups with several hosts.
    """

    name: Node[str]
    cluster: Cluster
    role: str

    @property
    def serves(self) -> bool:
        return self.role == SERVE

    @property
    def namespace(self) -> str:
        return written_namespace(self.cluster.owner.resource)

    @property
    def ports(self) -> tuple[ServicePortFact, ...]:
        """Its ports; none of a Service without any, which leads to every port."""
        if self.role == SERVE:
            return self.cluster.serve_ports
        if self.role == WORKERS:
            return ()
        listed = self.cluster.head_service.ports
        return tuple(ServicePortFact(each.name, each.number, each.target) for each in listed)


class Meant(NamedTuple):
    """What a name that no Service has is meant for.

    `nearest` is the name of the Service that is probably meant; `lasting` that which keeps its
    name, where it is the name of one cluster's among many; `unserved` the name of a resource that
    gets no Service for Serve.
    """

    nearest: Node[str] | None = None
    lasting: Node[str] | None = None
    unserved: Node[str] | None = None


class MadeServices:
    """The Services that will be made for the clusters of a bundle."""

    def __init__(self, clusters: tuple[Cluster, ...], inventory: Inventory) -> None:
        self._clusters = clusters
        self._inventory = inventory
        self._near: dict[str, tuple[dict[str, Node[str]], NearNames]] = {}

    def named(self, name: str, namespace: str = "") -> list[Derived]:
        """Those of a name that may lie in a namespace, a few of them; empty stands for any."""
        return _in(self._by_name.get(name, {}), namespace)

    def names(self) -> Iterator[str]:
        """Their names, as far as they are known."""
        yield from self._by_name

    def owners(self) -> Iterator[str]:
        """The names of the resources that their clusters are written in."""
        yield from self._by_owner

    def any(self) -> bool:
        """Whether there will be any."""
        return bool(self._clusters)

    def all(self) -> Iterator[Derived]:
        """All whose names are known."""
        for spaces in self._by_name.values():
            for found in spaces.values():
                yield from found

    def meant(self, name: str) -> Meant | None:
        """What a name is meant for that is no Service's, if that can be told."""
        ending = next((each for each in ALL_ENDINGS if name.endswith(each)), None)
        if ending is None:
            return None
        stem = name.removesuffix(ending)
        if ending in _ALMOST:
            return self._renamed(stem, _ALMOST[ending])
        return (
            self._random(stem, ending)
            or self._renamed(stem, ending)
            or self._unserved(stem, ending)
            or self._slip(stem, ending)
        )

    def random_cluster(self, name: str) -> Cluster | None:
        """The cluster of a RayJob or RayService that may have this name for a while."""
        without = kubenames.without_random(name)
        if without is None:
            return None
        for owner in dict.fromkeys((without, without.removesuffix(_INFIX))):
            for cluster in self.owned(owner):
                if cluster.owner.resource.kind in ("RayJob", "RayService"):
                    return cluster
        return None

    def owned(self, name: str, namespace: str = "") -> list[Cluster]:
        """The clusters that are written in a resource of this name, a few of them; empty stands for
        any namespace."""
        return _in(self._by_owner.get(name, {}), namespace)

    def unfinished(self, name: str) -> list[Derived]:
        """Those whose names go on where this one ends: `dev` or `dev-head` for `dev-head-svc`."""
        endings = ("-svc", *_ENDINGS)
        found = [each for ending in endings for each in self.named(f"{name}{ending}")]
        return [each for each in found if each.role != WORKERS]

    @cached_property
    def _by_name(self) -> dict[str, dict[str, list[Derived]]]:
        found: dict[str, dict[str, list[Derived]]] = {}
        for cluster in self._clusters:
            names: set[tuple[str, str]] = set()
            for name, role in _names(cluster):
                key = name.known
                if isinstance(key, str) and not placeholder(key) and (key, role) not in names:
                    names.add((key, role))
                    made = Derived(name, cluster, role)
                    found.setdefault(key, {}).setdefault(made.namespace, []).append(made)
        return found

    @cached_property
    def _by_owner(self) -> dict[str, dict[str, list[Cluster]]]:
        """The clusters by the name of the resource that they are written in, and its namespace."""
        found: dict[str, dict[str, list[Cluster]]] = {}
        for cluster in self._clusters:
            owner = cluster.owner_name.known
            if isinstance(owner, str):
                namespace = written_namespace(cluster.owner.resource)
                found.setdefault(owner, {}).setdefault(namespace, []).append(cluster)
        return found

    @cached_property
    def _unsure(self) -> bool:
        """Whether the name of some Service is yet to be filled in."""
        return any(
            name.value is PLACEHOLDER or (isinstance(name.known, str) and placeholder(name.known))
            for cluster in self._clusters
            for name, _ in _names(cluster)
        )

    def _random(self, stem: str, ending: str) -> Meant | None:
        """A name with random letters, of a cluster that a RayJob or RayService makes."""
        cluster = self.random_cluster(stem)
        if cluster is None:
            return None
        lasting = _usual(cluster, ending)
        return Meant(lasting=lasting if lasting.known else None)

    def _renamed(self, stem: str, ending: str) -> Meant | None:
        """The usual name of a Service that has been given another."""
        for cluster in self.owned(stem):
            other = _usual(cluster, ending)
            if other.known is not None:
                return Meant(nearest=other)
        return None

    def _unserved(self, stem: str, ending: str) -> Meant | None:
        """The name of a Service for Serve that no cluster of that name has."""
        for cluster in self.owned(stem) if _ENDINGS[ending] == SERVE else ():
            if cluster.serve_service.absent:
                return Meant(unserved=cluster.owner_name)
        return None

    def _slip(self, stem: str, ending: str) -> Meant | None:
        """A name that is almost that of one Service."""
        if self._unsure:
            return None
        if ending not in self._near:
            stems = {
                name.removesuffix(ending): next(iter(found.values()))[0].name
                for name, found in self._by_name.items()
                if name.endswith(ending)
            }
            self._near[ending] = (stems, NearNames(stems, self._inventory.names))
        stems, names = self._near[ending]
        near = names.nearest(stem)
        return None if near is None else Meant(nearest=stems[near])


def _in(spaces: dict[str, list[T]], namespace: str) -> list[T]:
    """The first in a namespace and in those that are not written."""
    if namespace:
        groups: Iterable[list[T]] = (spaces.get(each, []) for each in (namespace, ""))
    else:
        groups = spaces.values()
    return [*islice(chain.from_iterable(groups), _FEW)]


def written_namespace(resource: Resource) -> str:
    """The namespace that is written; empty where none is, or a placeholder."""
    return "" if placeholder(resource.namespace) else resource.namespace


def _usual(cluster: Cluster, ending: str) -> Node[str]:
    serves = _ENDINGS[ending] == SERVE
    return cluster.serve_service if serves else cluster.head_service.name


def _names(cluster: Cluster) -> Iterator[tuple[Node[str], str]]:
    """Names of a cluster's Services, and what they are for."""
    yield cluster.head_service.name, HEAD
    kind, owner = cluster.owner.resource.kind, cluster.owner_name
    if kind in ("RayJob", "RayCronJob"):  # that of the cluster it makes
        yield cluster.head.node.get("headService", "metadata", "name"), HEAD
    yield cluster.serve_service, SERVE
    yield derived.workers_service(kind, owner, cluster.node, cluster.owner.release), WORKERS
