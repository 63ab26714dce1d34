"""All that leads to Ray's pods in a bundle: selectors, routes, entrances, put together. Not here:
any of them (`selectors`, `backends`, `entrances`).
"""

from __future__ import annotations

from functools import cached_property, partial

from raypolicy.facts.backend import Backend
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.entrance import Entrance
from raypolicy.facts.pod import Pod
from raypolicy.facts.selector import Selector
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.ways.backends import Backends
from raypolicy.ways.entrances import Entrances
from raypolicy.ways.labelindex import Bearer, LabelIndex
from raypolicy.ways.madeservices import MadeServices
from raypolicy.ways.podsets import pod_sets, set_by_others
from raypolicy.ways.selectors import Selectors
from raypolicy.ways.servicelabels import labelled_services


class Ways:
    """What leads to the pods of a bundle."""

    def __init__(
        self,
        inventory: Inventory,
        clusters: tuple[Cluster, ...],
        others: tuple[Pod, ...],
        made: MadeServices,
        nobody: Owner,
    ) -> None:
        self._nobody = nobody
        pods = (Bearer(each.labels, each.namespace, each) for each in pod_sets(clusters, others))
        self._inventory = inventory
        self._selectors = Selectors(
            made,
            inventory,
            LabelIndex(pods, set_by_others),
            partial(labelled_services, made, inventory),
        )
        self._backends = Backends(inventory, made, self._selectors)

    @cached_property
    def selectors(self) -> tuple[Selector, ...]:
        """The selectors that speak of Ray's pods, or choose some."""
        return tuple(self._selectors.views(self._nobody))

    @cached_property
    def backends(self) -> tuple[Backend, ...]:
        """The backends of routes that have to do with Ray."""
        return tuple(self._backends.views(self._nobody))

    @cached_property
    def entrances(self) -> tuple[Entrance, ...]:
        """The Services and routes that lead to a part of Ray on a head."""
        found = Entrances(self._inventory, self._selectors, self._backends)
        return tuple(found.views(self._nobody))
