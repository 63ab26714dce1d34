"""What selectors choose among Ray's pods, and of what they miss. Not here: the labels (`podsets`).

Source: https://prometheus-operator.dev/docs/api-reference/api/ for the monitors; KubeRay
`controllers/ray/common/pod.go`, labelPod, for what no pod of Ray's is ever called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

from raypolicy.bundle import Resource
from raypolicy.effective import podlabels
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.selector import Found, Lacking, Selector
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.labelindex import Bearer, Choice, LabelIndex, Namespaces
from raypolicy.labelselector import Requirement, equality, requirements
from raypolicy.madeservices import Derived, written_namespace
from raypolicy.nearnames import NearNames
from raypolicy.podsets import PodSet
from raypolicy.selectedports import astray_ports
from raypolicy.tree import Node
from raypolicy.values import placeholder

KINDS: Final = {
    "Service": ("v1", "selector"),
    "NetworkPolicy": ("networking.k8s.io/", "podSelector"),
    "PodDisruptionBudget": ("policy/", "selector"),
    "PodMonitor": ("monitoring.coreos.com/", "selector"),
    "ServiceMonitor": ("monitoring.coreos.com/", "selector"),
}
"""Kinds that select, the beginning of their version, and the field of their spec."""
_NEVER: Final = {
    podlabels.NODE_TYPE: ("head", "worker", "redis-cleanup"),
    podlabels.RAY_NODE: ("yes",),
}
"""Labels with all the values that they ever have."""
_NAMING: Final = (podlabels.CLUSTER, podlabels.IDENTIFIER)
"""Labels that say which cluster is meant."""
_OF_RAY: Final = {
    podlabels.APPLICATION: podlabels.APPLICATION_NAME,
    podlabels.CREATED_BY: podlabels.CREATOR,
}


class Written(NamedTuple):
    """A selector as it is written: whose, where, what it asks for, and in which namespaces."""

    resource: Resource
    node: Node[Any]
    demands: tuple[Requirement, ...]
    namespaces: Namespaces

    @property
    def speaks_of_ray(self) -> bool:
        """Whether it asks for labels that only Ray's pods have."""
        return any(_speaks(demand) for demand in self.demands)


def written(resource: Resource) -> Written | None:
    """The selector of an object, where it has one that asks for anything."""
    version, field = KINDS[resource.kind]
    node = resource.node.get("spec", field)
    if not resource.api_version.startswith(version) or type(node.value) is not dict:
        return None
    demands = tuple(equality(node) if resource.kind == "Service" else requirements(node))
    namespaces: Namespaces = frozenset({written_namespace(resource)})
    elsewhere = resource.node.get("spec", "namespaceSelector")
    if resource.kind.endswith("Monitor") and not elsewhere.absent:
        named = [each.value for each in elsewhere.get("matchNames").items()]
        sure = elsewhere.get("any").value is not True and named
        fits = all(type(name) is str and not placeholder(name) for name in named)
        namespaces = frozenset(map(str, named)) if sure and fits else None
    return Written(resource, node, demands, namespaces) if demands else None


class Selectors:
    """All that is needed to say of any selector what it chooses and what it misses.

    `pods` and `services` are looked up when they are first needed.
    """

    def __init__(
        self,
        clusters: tuple[Cluster, ...],
        pods: LabelIndex,
        services: Callable[[], LabelIndex],
        everywhere: Callable[[], Counter[str]],
    ) -> None:
        self._clusters = clusters
        self._pods = pods
        self._services = services
        self._everywhere = everywhere
        self._near: dict[tuple[int, str], NearNames] = {}
        self._by_maker: dict[int, LabelIndex] = {}

    def views(self, inventory: Inventory, nobody: Owner) -> Iterator[Selector]:
        """The selectors of a bundle, as far as they speak of Ray's pods or choose some."""
        for kind in KINDS:
            for resource in inventory.of_kind(kind):
                selector = written(resource)
                found = None if selector is None else self._found(selector)
                if selector is not None and found is not None:
                    yield Selector(selector.node, nobody._replace(resource=resource), found)

    def choose(self, selector: Written) -> Choice:
        """The pods or Services that it selects."""
        return self._index(selector).choose(selector.demands, selector.namespaces)

    def _index(self, selector: Written) -> LabelIndex:
        return self._services() if selector.resource.kind == "ServiceMonitor" else self._pods

    def _found(self, selector: Written) -> Found | None:
        choice = self.choose(selector)
        if choice.selects is not True and not selector.speaks_of_ray:
            return None
        if not any(is_rays(each) for each in choice.chosen) and choice.chosen:
            return None
        label = selector.node
        label = (label if selector.resource.kind == "Service" else label.get("matchLabels")).get(
            podlabels.CLUSTER
        )
        maker = self._maker(label, selector.resource)
        lacking = None
        if maker is None and choice.selects is False:
            lacking = self._lacking(selector)
        return Found(label, maker, choice.selects, lacking, astray_ports(selector.resource, choice))

    def _lacking(self, selector: Written) -> Lacking | None:
        """The first demand that the nearest pods don't meet, where it is sure which are meant."""
        if not selector.speaks_of_ray:
            return None
        index, where = self._index(selector), selector.namespaces
        for demand in selector.demands:
            ever = _NEVER.get(demand.key)
            if ever and demand.operator == "In" and not {*ever}.intersection(demand.values):
                near = min(index.some(where), key=lambda each: _unmet(selector, each), default=None)
                return None if near is None else _told(demand, near)
        for bearer in self._meant(selector, index):
            unmet = [each for each in selector.demands if each.judge(bearer.labels) is not True]
            sure = all(each.judge(bearer.labels) is False for each in unmet)
            added = all(not _speaks(each) and bearer.labels.get(each.key) is None for each in unmet)
            if sure and (len(unmet) == 1 or added):
                return _told(unmet[0], bearer)
        return None

    def _meant(self, selector: Written, index: LabelIndex) -> Iterator[Bearer]:
        """The pods or Services that a selector must be meant for: those of the cluster that it
        names, or almost names; those of a resource that bears itself a label that is asked for.
        """
        single = [
            each for each in selector.demands if each.operator == "In" and len(each.values) == 1
        ]
        for demand in single:
            if demand.key in _NAMING:
                found = index.bearing(demand.key, demand.values[0], selector.namespaces)
                # Workers before the head: a group is asked for by its name.
                yield from sorted(found, key=lambda each: _role(each) == "head")
        for demand in single:
            if not _speaks(demand) and any(_speaks(each) for each in selector.demands):
                related = self._related(index)
                found = related.bearing(demand.key, demand.values[0], selector.namespaces)
                yield from (each.thing for each in found)
        for demand in single:
            if demand.key in _NAMING and type(demand.values[0]) is str:
                near = self._names(index, demand.key).nearest(demand.values[0])
                if near is not None:
                    yield from index.bearing(demand.key, near, selector.namespaces)

    def _names(self, index: LabelIndex, key: str) -> NearNames:
        at = (id(index), key)
        if at not in self._near:
            self._near[at] = NearNames(index.values(key), self._everywhere())
        return self._near[at]

    def _related(self, index: LabelIndex) -> LabelIndex:
        """The same pods or Services by the labels of the resource of Ray's that makes them."""
        if id(index) not in self._by_maker:
            bearers = (
                Bearer(dict(owner.resource.node.get("metadata", "labels").entries()), where, each)
                for each in index.all()
                for owner, where in _maker(each)
            )
            self._by_maker[id(index)] = LabelIndex(bearers, lambda _: False)
        return self._by_maker[id(index)]

    @cached_property
    def _by_owner(self) -> dict[Any, list[Cluster]]:
        found: dict[Any, list[Cluster]] = {}
        for cluster in self._clusters:
            found.setdefault(cluster.owner_name.known, []).append(cluster)
        return found

    def _maker(self, label: Node[str], resource: Resource) -> Node[str] | None:
        """The kind of the resource of that name that makes clusters under other names; None where a
        RayCluster has the name, or the label is given to the pods by hand."""
        if not isinstance(label.known, str) or placeholder(label.known):
            return None
        makers = self._by_owner.get(label.known, [])
        for cluster in makers:
            if cluster.owner.resource.kind == "RayCluster":
                return None
            for group in cluster.groups:
                if not group.pod.metadata.get("labels", podlabels.CLUSTER).absent:
                    return None
        near = [
            each
            for each in makers
            if resource.namespace in ("", each.owner.resource.namespace)
            or not each.owner.resource.namespace
        ]
        return near[0].owner.resource.node.get("kind") if near else None


def _speaks(demand: Requirement) -> bool:
    """Whether a demand is of a label that Ray's pods have from KubeRay."""
    if demand.key.startswith("ray.io/"):
        return demand.operator in ("In", "Exists")
    return demand.operator == "In" and demand.values == (_OF_RAY.get(demand.key),)


def is_rays(bearer: Bearer) -> bool:
    """Whether it is a pod of Ray's, or a Service that the operator makes."""
    return isinstance(bearer.thing, Derived) or (
        isinstance(bearer.thing, PodSet) and bearer.thing.cluster is not None
    )


def _maker(bearer: Bearer) -> Iterator[tuple[Owner, str]]:
    """Who makes it, and in which namespace; of what is Ray's alone."""
    if is_rays(bearer):
        yield bearer.thing.cluster.owner, bearer.namespace


def _role(bearer: Bearer) -> str:
    return str(getattr(bearer.thing, "role", ""))


def _unmet(selector: Written, bearer: Bearer) -> int:
    return sum(each.judge(bearer.labels) is False for each in selector.demands)


def _told(demand: Requirement, bearer: Bearer) -> Lacking:
    return Lacking(demand.key, demand.node, bearer.labels.get(demand.key), title(bearer.thing))


def title(thing: Any) -> str:
    """What people call pods or a Service: `the head of RayCluster dev`."""
    if isinstance(thing, Resource):
        return f"the Service {thing.name}"
    if isinstance(thing, Derived):
        return f"the Service {thing.name.value}"
    resource = thing.owner.resource
    whose = f"{resource.kind} {resource.name}"
    if thing.role == "head":
        return f"the head of {whose}"
    if thing.role == "worker":
        name = thing.node.get("groupName").known
        return f"the workers {name} of {whose}" if isinstance(name, str) else f"workers of {whose}"
    return f"the pods of {whose}"
