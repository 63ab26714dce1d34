"""What a selector misses that is meant for Ray's pods. Not here: what it chooses (`selectors`).

Source: KubeRay `controllers/ray/common/pod.go`, labelPod, for what no pod of Ray's is ever called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective import podlabels
from raypolicy.facts.selector import Lacking
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.labelselector import Requirement
from raypolicy.nearnames import NearNames
from raypolicy.ways.labelindex import Bearer, LabelIndex
from raypolicy.ways.madeservices import Derived
from raypolicy.ways.podsets import PodSet
from raypolicy.ways.writtenselectors import NAMING, Written, speaks

_NEVER: Final = {
    podlabels.NODE_TYPE: ("head", "worker", "redis-cleanup"),
    podlabels.RAY_NODE: ("yes",),
}
"""Labels with all the values that they ever have."""


class Missed:
    """Says of a selector that chooses nothing what it must be meant for."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._near: dict[tuple[int, str], NearNames] = {}
        self._by_maker: dict[int, LabelIndex] = {}

    def lacking(self, selector: Written, index: LabelIndex) -> Lacking | None:
        """The first demand that the nearest pods don't meet, where it is sure which are meant."""
        if not selector.speaks_of_ray or not selector.is_sure:
            return None
        where = selector.namespaces
        for demand in selector.demands:
            ever = _NEVER.get(demand.key)
            if ever and demand.operator == "In" and not {*ever}.intersection(demand.values):
                rays = (each for each in index.some(where) if is_rays(each))
                near = min(rays, key=lambda each: _unmet(selector, each), default=None)
                return None if near is None else _told(demand, near, False)
        for bearer, guessed in self._meant(selector, index):
            if not is_rays(bearer):
                continue
            unmet = [each for each in selector.demands if each.judge(bearer.labels) is not True]
            sure = all(each.judge(bearer.labels) is False for each in unmet)
            rest = [each for each in unmet if not (guessed and each.key in NAMING)]
            added = all(not speaks(each) and bearer.labels.get(each.key) is None for each in rest)
            own = all(_is_given(each, bearer) for each in unmet)
            if sure and own and (len(unmet) == 1 or added):
                first = min(unmet, key=rest.__contains__)
                return _told(first, bearer, guessed)
        return None

    def _meant(self, selector: Written, index: LabelIndex) -> Iterator[tuple[Bearer, bool]]:
        """The pods or Services that a selector must be meant for: those of the cluster that it
        names, or almost names (a guess); those of a resource that bears itself a label that is
        asked for.
        """
        single = [
            each for each in selector.demands if each.operator == "In" and len(each.values) == 1
        ]
        for demand in single:
            if demand.key in NAMING:
                found = index.bearing(demand.key, demand.values[0], selector.namespaces)
                # Workers before the head: a group is asked for by its name.
                for bearer in sorted(found, key=lambda each: _role(each) == "head"):
                    yield bearer, False
        for demand in single:
            if not speaks(demand) and any(speaks(each) for each in selector.demands):
                related = self._related(index)
                found = related.bearing(demand.key, demand.values[0], selector.namespaces)
                yield from ((each.thing, False) for each in found)
        for demand in single:
            if demand.key in NAMING and type(demand.values[0]) is str:
                near = self._names(index, demand.key).nearest(demand.values[0])
                if near is not None:
                    found = index.bearing(demand.key, near, selector.namespaces)
                    yield from ((each, True) for each in found)

    def _names(self, index: LabelIndex, key: str) -> NearNames:
        at = (id(index), key)
        if at not in self._near:
            self._near[at] = NearNames(index.values(key), self._inventory.names)
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


def is_rays(bearer: Bearer) -> bool:
    """Whether it is a pod of Ray's, or a Service that the operator makes."""
    return isinstance(bearer.thing, Derived) or (
        isinstance(bearer.thing, PodSet) and bearer.thing.cluster is not None
    )


def _maker(bearer: Bearer) -> Iterator[tuple[Owner, str]]:
    """Who makes it, and in which namespace; of what is Ray's alone."""
    if is_rays(bearer):
        yield bearer.thing.cluster.owner, bearer.namespace


def _is_given(demand: Requirement, bearer: Bearer) -> bool:
    """Whether a missing label is one that manifests give: not of a domain of some product, whose
    controller may add it, unless the resource itself has it.
    """
    domain = demand.key.rpartition("/")[0]
    if domain in ("", "ray.io", "app.kubernetes.io") or demand.key in bearer.labels:
        return True
    labels = bearer.thing.cluster.owner.resource.node.get("metadata", "labels")
    return demand.values == (labels.get(demand.key).value,)


def _role(bearer: Bearer) -> str:
    return str(getattr(bearer.thing, "role", ""))


def _unmet(selector: Written, bearer: Bearer) -> int:
    return sum(each.judge(bearer.labels) is False for each in selector.demands)


def _told(demand: Requirement, bearer: Bearer, guessed: bool) -> Lacking:
    label = bearer.labels.get(demand.key)
    return Lacking(demand.key, demand.node, label, title(bearer.thing), guessed)


def title(thing: Any) -> str:
    """What people call pods or a Service: `the head of RayCluster dev`."""
    if isinstance(thing, Derived):
        return f"the Service {thing.name.value}"
    resource = thing.owner.resource
    whose = f"{resource.kind} {resource.name}"
    if thing.role == "head":
        return f"the head of {whose}"
    if thing.role == "worker":
        name = thing.node.get("groupName").known
        return f"the group {name if isinstance(name, str) else ''} of {whose}".replace("  ", " ")
    return f"the pod of {whose}"
