"""What ResourceQuotas and LimitRanges of a bundle mean for Ray's pods. Not here: how the pods add
up (`effective.usage`).

Source: Kubernetes `pkg/quota/v1/evaluator/core/pods.go`, validationSet and
enforcePodContainerConstraints; `plugin/pkg/admission/limitranger/admission.go`,
PodValidateLimitFunc.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

from raypolicy.around.madepods import MadePods, namespace
from raypolicy.bundle import Resource
from raypolicy.effective import usage
from raypolicy.effective.usage import Amounts, Asking
from raypolicy.facts.quota import Excess, OutOfRange, Unasked
from raypolicy.inventory import Inventory
from raypolicy.tree import Node
from raypolicy.values import Quantity, placeholder

_DEMANDED: Final = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
}
"""What a quota is of, and what each container must say then."""
_COUNTS: Final = ("pods", "count/pods")
_ONE: Final = 10**9


class Room(NamedTuple):
    """The bounds of one namespace."""

    quotas: list[Resource]
    ranges: list[Resource]


class Quotas:
    """Ray's pods in namespaces with bounds."""

    def __init__(self, inventory: Inventory, pods: Iterable[MadePods]) -> None:
        self._inventory = inventory
        self._pods = tuple(pods)

    def unasked(self) -> Iterator[Unasked]:
        """Containers that must say more; none where a LimitRange says it for them."""
        for pods, room in self._bounded:
            if room.ranges or usage.whole_pod(pods.spec):
                continue
            for container in _asking(pods):
                found: dict[str, Node[Any]] = {}
                for quota in room.quotas:
                    for key, node in quota.node.get("spec", "hard").entries():
                        if key in _DEMANDED and not node.absent:
                            part, name = _DEMANDED[key]
                            names = container.names(part)
                            if names is not None and name not in names:
                                named = quota.node.get("metadata", "name")
                                found.setdefault(f"{part}.{name}", named)
                if found:
                    written = container.place.get("resources")
                    place = container.place if written.absent else written
                    (quota_name, *_) = found.values()
                    node = place.put(", ".join(found), quota_name)
                    told = container.place.put(container.name)
                    yield Unasked(node, pods.owner, told, pods.name, quota_name)

    def excesses(self) -> Iterator[Excess]:
        """What one object's pods ask for together, beyond a quota; a pod with a LimitRange or with
        something unknown counts for what is known of it.
        """
        for pods, room in self._by_object:
            requests, limits, count = _total(pods)
            for quota in room.quotas:
                for key, node in quota.node.get("spec", "hard").entries():
                    hard = Quantity.parse(node.value)
                    if hard is None:
                        continue
                    name = key.removeprefix("requests.").removeprefix("limits.")
                    asked = (limits if key.startswith("limits.") else requests).get(name, 0)
                    if key in _COUNTS:
                        name, asked = "", count * _ONE
                    if asked > hard.nano:
                        owner = pods[0].owner
                        place = owner.resource.node.get("metadata", "name")
                        text = usage.shown(name, asked)
                        told = place.put(place.value, node)
                        yield Excess(told, owner, key, text, node, quota.name)

    def out_of_range(self) -> Iterator[OutOfRange]:
        """Amounts of containers that a LimitRange refuses."""
        for pods, room in self._bounded:
            for limit_range in room.ranges:
                for item in limit_range.node.get("spec", "limits").items():
                    if item.get("type").value == "Container":
                        for container in _asking(pods):
                            yield from _broken(item, container, pods)

    @cached_property
    def _rooms(self) -> dict[str, Room]:
        """The bounds by namespace; those of some pods only, and those written twice, are none."""
        found: dict[str, Room] = {}
        for kind in ("ResourceQuota", "LimitRange"):
            for resource in self._inventory.of_kind(kind):
                space, spec = resource.namespace, resource.node.get("spec")
                scoped = not spec.get("scopes").absent or not spec.get("scopeSelector").absent
                twice = len(self._inventory.named(kind, resource.name, space)) > 1
                if space and not placeholder(space) and not scoped and not twice:
                    room = found.setdefault(space, Room([], []))
                    (room.quotas if kind == "ResourceQuota" else room.ranges).append(resource)
        return found

    @cached_property
    def _bounded(self) -> list[tuple[MadePods, Room]]:
        rooms = self._rooms
        return [
            (each, rooms[space]) for each in self._pods if (space := namespace(each.owner)) in rooms
        ]

    @property
    def _by_object(self) -> Iterator[tuple[list[MadePods], Room]]:
        found: dict[int, tuple[list[MadePods], Room]] = {}
        for pods, room in self._bounded:
            found.setdefault(id(pods.owner.resource), ([], room))[0].append(pods)
        yield from found.values()


def _asking(pods: MadePods) -> list[Asking]:
    return list(usage.asking(pods.spec, pods.added))


def _total(pods: Iterable[MadePods]) -> tuple[Amounts, Amounts, int]:
    """Requests, limits and number of all pods that are known to be there at the start."""
    requests: Amounts = {}
    limits: Amounts = {}
    count = 0
    for each in pods:
        number = each.number.known or 0
        count += number
        if usage.whole_pod(each.spec):
            continue
        containers = _asking(each)
        for total, part in ((requests, "requests"), (limits, "limits")):
            for name, amount in usage.of_pod(containers, part).items():
                total[name] = total.get(name, 0) + amount * number
    return requests, limits, count


def _broken(item: Node[Any], container: Asking, pods: MadePods) -> Iterator[OutOfRange]:
    """One finding for each resource: a limit above the maximum, or a request below the minimum."""
    for side, parts in (("max", ("limits", "requests")), ("min", ("requests", "limits"))):
        for name, bound in item.get(side).entries():
            edge = Quantity.parse(bound.value)
            if edge is None:
                continue
            for part in parts:
                node = container.resources.get(part, name)
                amount = Quantity.parse(node.value)
                if node.absent:
                    continue  # the other one counts for both
                if amount is not None and (amount > edge if side == "max" else amount < edge):
                    place = node if node.written else container.place
                    told = container.place.put(container.name)
                    yield OutOfRange(
                        place.put(amount.text), pods.owner, told, name, amount.text, bound
                    )
                break
