"""All that leads to Ray's pods in a bundle: selectors, routes, entrances, put together. Not here:
any of them (`selectors`, `backends`, `entrances`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from raypolicy.backends import Backends
from raypolicy.bundle import Resource
from raypolicy.effective import podlabels
from raypolicy.entrances import Entrances
from raypolicy.facts.backend import Backend
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.entrance import Entrance
from raypolicy.facts.pod import Pod
from raypolicy.facts.selector import Selector
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.labelindex import Bearer, LabelIndex
from raypolicy.madeservices import MadeServices, written_namespace
from raypolicy.podsets import Labels, pod_sets, set_by_others
from raypolicy.selectors import Selectors, is_rays, written
from raypolicy.servicelabels import service_labels


class Ways:
    """What leads to the pods of a bundle."""

    def __init__(
        self,
        inventory: Inventory,
        clusters: tuple[Cluster, ...],
        others: tuple[Pod, ...],
        made: MadeServices,
    ) -> None:
        self._inventory = inventory
        self._made = made
        pods = (Bearer(each.labels, each.namespace, each) for each in pod_sets(clusters, others))
        index = LabelIndex(pods, set_by_others)
        self._selectors = Selectors(
            clusters, index, lambda: self._services, lambda: inventory.names
        )
        self._backends = Backends(inventory, made, self._is_rays)
        self._of_ray: dict[int, bool] = {}

    def selectors(self, nobody: Owner) -> Iterator[Selector]:
        """The selectors that speak of Ray's pods, or choose some."""
        return self._selectors.views(self._inventory, nobody)

    def backends(self, nobody: Owner) -> Iterator[Backend]:
        """The backends of routes that have to do with Ray."""
        return self._backends.views(nobody)

    def entrances(self, nobody: Owner) -> Iterator[Entrance]:
        """The Services and routes that lead to a part of Ray on a head."""
        return Entrances(self._inventory, self._selectors, self._backends).views(nobody)

    @cached_property
    def _services(self) -> LabelIndex:
        """All Services by their labels: those that are written, and those that will be made."""
        return LabelIndex(self._labelled_services(), set_by_others)

    def _labelled_services(self) -> Iterator[Bearer]:
        for service in self._made.all():
            yield Bearer(service_labels(service), service.namespace, service)
        for resource in self._inventory.of_kind("Service"):
            if resource.api_version == "v1":
                metadata = resource.node.get("metadata")
                labels = Labels(metadata.get("labels").entries(), metadata)
                yield Bearer(labels, written_namespace(resource), resource)

    def _is_rays(self, service: Resource) -> bool:
        """Whether a written Service leads to pods of Ray's, once Serve runs at the latest."""
        known = self._of_ray.get(id(service))
        if known is None:
            selector = written(service)
            known = False
            if selector is not None:
                demands = tuple(each for each in selector.demands if each.key != podlabels.SERVE)
                choice = self._selectors.choose(selector._replace(demands=demands))
                known = bool(demands) and any(is_rays(each) for each in choice.chosen)
            self._of_ray[id(service)] = known
        return known
