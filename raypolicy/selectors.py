"""What selectors choose among Ray's pods, and the Services before them. Not here: the labels
(`podsets`, `servicelabels`), what a selector misses (`missed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from raypolicy.bundle import Resource
from raypolicy.effective import podlabels
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.selector import Found, Selector
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.labelindex import Choice, LabelIndex
from raypolicy.missed import Missed, is_rays
from raypolicy.podsets import PodSet
from raypolicy.selectedports import astray_ports
from raypolicy.tree import Node
from raypolicy.values import placeholder
from raypolicy.writtenselectors import KINDS, Written, written


class Selectors:
    """All that is needed to say of any selector what it chooses and what it misses.

    `list_services` is called when Services are first asked for.
    """

    def __init__(
        self,
        clusters: tuple[Cluster, ...],
        inventory: Inventory,
        pods: LabelIndex,
        list_services: Callable[[], LabelIndex],
    ) -> None:
        self._clusters = clusters
        self._inventory = inventory
        self._pods = pods
        self._list_services = list_services
        self._behind: dict[int, tuple[PodSet, ...]] = {}
        self._missed = Missed(inventory)

    def views(self, nobody: Owner) -> Iterator[Selector]:
        """The selectors of a bundle, as far as they speak of Ray's pods or choose some."""
        for kind in KINDS:
            for resource in self._inventory.of_kind(kind):
                selector = written(resource)
                found = None if selector is None else self._found(selector)
                if selector is not None and found is not None:
                    yield Selector(selector.node, nobody._replace(resource=resource), found)

    def choose(self, selector: Written) -> Choice:
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

    def _index(self, selector: Written) -> LabelIndex:
        return self._services if selector.resource.kind == "ServiceMonitor" else self._pods

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
            lacking = self._missed.lacking(selector, self._index(selector))
        return Found(label, maker, choice.selects, lacking, astray_ports(selector.resource, choice))

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
