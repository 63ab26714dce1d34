"""What selectors choose among Ray's pods, and the Services before them. Not here: the labels
(`podsets`, `servicelabels`), what a selector misses (`missed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from raypolicy.bundle import Resource
from raypolicy.effective import podlabels
from raypolicy.facts.selector import Found, Selector
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.tree import Node
from raypolicy.values import placeholder
from raypolicy.ways.labelindex import Choice, LabelIndex
from raypolicy.ways.madeservices import MadeServices, written_namespace
from raypolicy.ways.missed import Missed, is_rays
from raypolicy.ways.podsets import PodSet
from raypolicy.ways.selectedports import astray_ports
from raypolicy.ways.words import Words, of_labels
from raypolicy.ways.writtenselectors import KINDS, WrittenSelector, written


class Selectors:
    """All that is needed to say of any selector what it chooses and what it misses.

    `list_services` is called when Services are first asked for.
    """

    def __init__(
        self,
        made: MadeServices,
        inventory: Inventory,
        pods: LabelIndex,
        list_services: Callable[[], LabelIndex],
    ) -> None:
        self._made = made
        self._inventory = inventory
        self._pods = pods
        self._list_services = list_services
        self._behind: dict[int, tuple[PodSet, ...]] = {}
        self._missed = Missed(inventory)

    def views(self, nobody: Owner) -> Iterator[Selector]:
        """The selectors of a bundle, as far as they speak of Ray's pods or choose some."""
        for kind in KINDS:
            telling = None if kind.endswith("Monitor") else self.telling
            for resource in self._inventory.of_kind(kind, telling):
                selector = written(resource)
                found = None if selector is None else self._found(selector)
                if selector is not None and found is not None:
                    yield Selector(selector.node, nobody._replace(resource=resource), found)

    @cached_property
    def telling(self) -> Words:
        """Says of a text whether it may select any of Ray's pods."""
        return of_labels(each for each in self._pods.all() if is_rays(each))

    def services_before(self) -> Iterator[Resource]:
        """The Services that are written and lead to pods of Ray's."""
        for service in self._inventory.of_kind("Service", self.telling):
            if self.behind(service):
                yield service

    def choose(self, selector: WrittenSelector) -> Choice:
        """The pods or Services that it selects."""
        return self._index(selector).choose(selector.demands, selector.namespaces)

    def behind(self, service: Resource) -> tuple[PodSet, ...]:
        """The pods of Ray's that a Service leads to, once Serve runs at the latest."""
        if id(service) not in self._behind:
            selector = written(service)
            demands = () if selector is None else selector.demands
            demands = tuple(each for each in demands if each.key != podlabels.SERVE)
            found: tuple[PodSet, ...] = ()
            if selector is not None and demands:
                chosen = self.choose(selector._replace(demands=demands)).chosen
                found = tuple(each.thing for each in chosen if is_rays(each))
            self._behind[id(service)] = found
        return self._behind[id(service)]

    @cached_property
    def _services(self) -> LabelIndex:
        return self._list_services()

    def _index(self, selector: WrittenSelector) -> LabelIndex:
        return self._services if selector.resource.kind == "ServiceMonitor" else self._pods

    def _found(self, selector: WrittenSelector) -> Found | None:
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
        lacking, elsewhere = None, None
        if choice.selects is not True:
            lacking = self._missed.misspelt(selector, self._index(selector))
        if lacking is None and maker is None and choice.selects is False:
            lacking = self._missed.lacking(selector, self._index(selector))
            elsewhere = self._elsewhere(selector)
        passing = self._passing(label)
        told = selector.resource.kind == "Service" or selector.speaks_of_ray
        ports = astray_ports(selector.resource, choice) if told else ()
        chosen = tuple(each.thing for each in choice.chosen)
        return Found(label, maker, passing, choice.selects, lacking, elsewhere, ports, chosen)

    def _elsewhere(self, selector: WrittenSelector) -> Node[str] | None:
        """The namespace of what is meant, where it is one in which the selector does not look."""
        if selector.namespaces is None or "" in selector.namespaces or not selector.is_sure:
            return None
        if not selector.names_cluster and not selector.resource.kind.endswith("Monitor"):
            return None
        found = self._index(selector).choose(selector.demands, None).chosen
        if not found or not all(each.namespace and is_rays(each) for each in found):
            return None
        namespace: Node[str] = found[0].thing.cluster.namespace
        return namespace

    def _passing(self, label: Node[str]) -> Node[str] | None:
        """The kind of the resource whose cluster has this name for a while."""
        if not isinstance(label.known, str) or placeholder(label.known):
            return None
        if any(each.owner.resource.kind == "RayCluster" for each in self._made.owned(label.known)):
            return None
        cluster = self._made.random_cluster(label.known)
        return None if cluster is None else cluster.owner.resource.node.get("kind")

    def _maker(self, label: Node[str], resource: Resource) -> Node[str] | None:
        """The kind of the resource of that name that makes clusters under other names; None where a
        RayCluster has the name, or the label is given to the pods by hand."""
        if not isinstance(label.known, str) or placeholder(label.known):
            return None
        makers = self._made.owned(label.known, written_namespace(resource))
        for cluster in makers:
            if cluster.owner.resource.kind == "RayCluster":
                return None
            for group in cluster.groups:
                if not group.pod.metadata.get("labels", podlabels.CLUSTER).absent:
                    return None
        return makers[0].owner.resource.node.get("kind") if makers else None
