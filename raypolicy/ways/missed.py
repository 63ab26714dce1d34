"""What a selector misses that is meant for Ray's pods. Not here: what it chooses (`selectors`).

Source: KubeRay `controllers/ray/common/pod.go`, labelPod, for what no pod of Ray's is ever called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy import knownkeys
from raypolicy.effective import podlabels
from raypolicy.facts.selector import Lacking
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.labelselector import Requirement
from raypolicy.nearnames import NearNames, slip
from raypolicy.ways.labelindex import Bearer, LabelIndex
from raypolicy.ways.madeservices import Derived
from raypolicy.ways.podsets import PodSet
from raypolicy.ways.writtenselectors import NAMING, WrittenSelector, speaks

_NEVER: Final = {
    podlabels.NODE_TYPE: ("head", "worker", "redis-cleanup"),
    podlabels.RAY_NODE: ("yes",),
}
"""Labels with all the values that they ever have."""
_TELLING: Final = (*NAMING, podlabels.SERVE, podlabels.ORIGIN)
"""Labels that say whose a Service is."""
_ON_PODS: Final = (*podlabels.IDENTITY, podlabels.IDENTIFIER, podlabels.RAY_NODE, podlabels.SERVE)
_ON_SERVICES: Final = (*_ON_PODS, podlabels.ORIGIN, podlabels.ORIGIN_KIND, podlabels.RAY_SERVICE)
"""Labels of Ray's domain that selectors ask for."""


class Missed:
    """Says of a selector that chooses nothing what it must be meant for."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._near: dict[tuple[int, str], NearNames] = {}
        self._by_maker: dict[int, LabelIndex] = {}

    def lacking(self, selector: WrittenSelector, index: LabelIndex) -> Lacking | None:
        """The first demand that the nearest pods don't meet, where it is sure which are meant."""
        if not selector.speaks_of_ray or not selector.is_sure:
            return None
        for demand in selector.demands:
            ever = _NEVER.get(demand.key)
            if ever and demand.operator == "In" and not {*ever}.intersection(demand.values):
                near = self._nearest(selector, index, demand, demand.key)
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

    def misspelt(self, selector: WrittenSelector, index: LabelIndex) -> Lacking | None:
        """The first demand of a label that nobody has, whose key is almost one of Ray's."""
        known = _ON_SERVICES if selector.resource.kind == "ServiceMonitor" else _ON_PODS
        for demand in selector.demands:
            if demand.operator not in ("In", "Exists") or not _is_strange(demand.key):
                continue
            if index.values(demand.key) or index.unsure:
                return None
            meant = [each for each in known if slip(each, demand.key) is not None]
            if len(meant) == 1:
                near = self._nearest(selector, index, demand, meant[0])
                if near is not None:
                    return _told(demand, near, False)._replace(instead=None, meant=meant[0])
        return None

    def _nearest(
        self, selector: WrittenSelector, index: LabelIndex, demand: Requirement, key: str
    ) -> Bearer | None:
        """Those of Ray's that meet most of what is asked for, and have almost the value."""
        rays = (each for each in index.some(selector.namespaces) if is_rays(each))
        return min(
            rays,
            key=lambda each: (_unmet(selector, each), not _is_alike(demand, each, key)),
            default=None,
        )

    def _meant(self, selector: WrittenSelector, index: LabelIndex) -> Iterator[tuple[Bearer, bool]]:
        """The pods or Services that a selector must be meant for: those of the cluster that it
        names, or almost names (a guess); those of a resource that bears itself a label that is
        asked for.
        """
        single = [
            each for each in selector.demands if each.operator == "In" and len(each.values) == 1
        ]
        for demand in single:
            if demand.key in _TELLING:
                found = index.bearing(demand.key, demand.values[0], selector.namespaces)
                # Workers before the head: a group is asked for by its name.
                for bearer in sorted(found, key=lambda each: _role(each) == "head"):
                    yield bearer, False
        for demand in single:
            if demand.key == podlabels.SERVE and selector.resource.kind == "ServiceMonitor":
                yield from ((each, False) for each in self._serving(demand, selector, index))
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

    def _serving(
        self, demand: Requirement, selector: WrittenSelector, index: LabelIndex
    ) -> Iterator[Bearer]:
        """The Services of Serve that are asked for by the label of their pods, by the name of the
        RayService alone, or by one that is near."""
        asked = str(demand.values[0])
        names = [each for each in index.values(demand.key) if each.endswith("-serve")]
        near = self._names(index, demand.key).nearest(asked)
        if asked == "true":
            meant = names
        else:
            meant = [each for each in names if each in (f"{asked}-serve", near)]
        for name in meant:
            yield from index.bearing(demand.key, name, selector.namespaces)

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


def _is_strange(key: str) -> bool:
    """Whether a key is of Ray's domain, and none that anybody is known to write or read."""
    return key.startswith(knownkeys.DOMAIN) and not knownkeys.is_known(key)


def _is_alike(demand: Requirement, bearer: Bearer, key: str) -> bool:
    """Whether a label is what is asked for, or almost."""
    label = bearer.labels.get(key)
    has = label.value if label is not None else None
    return type(has) is str and any(
        type(asked) is str and (asked == has or slip(asked.lower(), has.lower()) is not None)
        for asked in demand.values
    )


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


def _unmet(selector: WrittenSelector, bearer: Bearer) -> int:
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
