"""Kueue's queues in a bundle, and what Ray's objects in them ask for. Not here: how pods add up
(`effective.usage`).

Source: Kueue `pkg/scheduler/flavorassigner/flavorassigner.go` (a resource that no resource group
covers: "resource … unavailable in ClusterQueue"), `apis/kueue/v1beta1/clusterqueue_types.go`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.effective import usage
from raypolicy.effective.usage import Amounts
from raypolicy.facts.queue import Queue, QueueLink, Uncovered
from raypolicy.facts.quota import Excess
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.madepods import MadePods
from raypolicy.tree import ABSENT, Node
from raypolicy.values import Quantity, placeholder

LABEL: Final = "kueue.x-k8s.io/queue-name"


def queues(
    inventory: Inventory, owners: Iterable[Owner], pods: Iterable[MadePods]
) -> tuple[Queue, ...]:
    """The queues that Ray's objects name by label, each looked up in the bundle."""
    by_object: dict[int, list[MadePods]] = {}
    for each in pods:
        if each.role != "submitter":  # not all releases of Kueue count it
            by_object.setdefault(id(each.owner.resource), []).append(each)
    return tuple(
        _queue(label, owner, inventory, by_object.get(id(owner.resource), ()))
        for owner in owners
        if _is_name(label := owner.resource.node.get("metadata", "labels", LABEL))
    )


def _queue(label: Node[str], owner: Owner, inventory: Inventory, pods: Sequence[MadePods]) -> Queue:
    local = inventory.named("LocalQueue", str(label.value), owner.resource.namespace)
    links: list[QueueLink] = []
    uncovered: tuple[Uncovered, ...] = ()
    excesses: tuple[Excess, ...] = ()
    if len(local) == 1:
        above = local[0].node.get("spec", "clusterQueue")
        named = _is_name(above)
        found = inventory.named("ClusterQueue", above.value, "") if named else ()
        if named:
            links.append(_link(above, "ClusterQueue", local[0], owner, inventory))
        if len(found) == 1:
            node = found[0].node
            uncovered = tuple(_uncovered(node, owner, pods))
            excesses = tuple(_excesses(node, owner, pods))
            links += (
                _link(flavor, "ResourceFlavor", found[0], owner, inventory)
                for group in node.get("spec", "resourceGroups").items()
                for each in group.get("flavors").items()
                if _is_name(flavor := each.get("name"))
            )
    return Queue(label, owner, tuple(links), uncovered, excesses)


def _link(
    name: Node[str], kind: str, holder: Resource, owner: Owner, inventory: Inventory
) -> QueueLink:
    found = inventory.named(kind, str(name.value), "")
    near = None if found else inventory.nearest(kind, str(name.value), "")
    nearest: Node[str] = name.put(ABSENT) if near is None else near.node.get("metadata", "name")
    of = owner._replace(resource=holder)
    return QueueLink(name, of, kind, name.put(bool(found)), nearest)


def _is_name(node: Node[Any]) -> bool:
    return type(node.value) is str and bool(node.value) and not placeholder(node.value)


def _uncovered(queue: Node[Any], owner: Owner, pods: Sequence[MadePods]) -> Iterator[Uncovered]:
    covered = _covered(queue)
    if covered is None:
        return
    told: set[str] = set()
    for each in pods:
        if not each.number.known or usage.whole_pod(each.spec):
            continue
        for container in usage.asking(each.spec, ()):
            for name, amount in container.amounts("requests").items():
                if amount and name not in covered and name not in told:
                    told.add(name)
                    requested = container.resources.get("requests", name)
                    place = requested.either(container.resources.get("limits", name))
                    yield Uncovered(place, owner, name, queue.get("metadata", "name"))


def _covered(queue: Node[Any]) -> set[str] | None:
    """The resources of all resource groups; None where that cannot be read."""
    found: set[str] = set()
    groups = queue.get("spec", "resourceGroups")
    if type(groups.value) is not list or not groups.value:
        return None
    for group in groups.items():
        names = group.get("coveredResources").value
        if type(names) is not list or any(type(n) is not str or placeholder(n) for n in names):
            return None
        found.update(names)
    return found


def _excesses(queue: Node[Any], owner: Owner, pods: Sequence[MadePods]) -> Iterator[Excess]:
    asked: Amounts = {}
    for each in pods:
        if not usage.whole_pod(each.spec):
            amounts = usage.of_pod(usage.asking(each.spec, ()), "requests")
            for name, amount in amounts.items():
                asked[name] = asked.get(name, 0) + amount * (each.number.known or 0)
    title = queue.get("metadata", "name").value
    for name, amount in asked.items():
        most = _most(queue, name)
        quantity = None if most is None else Quantity.parse(most.value)
        if most is not None and quantity is not None and amount > quantity.nano:
            place = owner.resource.node.get("metadata", "name")
            yield Excess(place, owner, name, usage.shown(name, amount), most, str(title))


def _most(queue: Node[Any], resource: str) -> Node[Any] | None:
    """All of a resource that a ClusterQueue can have, its own and borrowed, whatever the flavor;
    None where that has no bound or cannot be read.
    """
    spec = queue.get("spec")
    borrows = not (spec.get("cohort").absent and spec.get("cohortName").absent)
    total, first = 0, None
    for group in spec.get("resourceGroups").items():
        for flavor in group.get("flavors").items():
            for quota in flavor.get("resources").items():
                if quota.get("name").value != resource:
                    continue
                parts = [quota.get("nominalQuota")]
                if borrows:
                    parts.append(quota.get("borrowingLimit"))
                for part in parts:
                    known = Quantity.parse(part.value)
                    if known is None:
                        return None
                    total += known.nano
                first = first or parts[0]
    return None if first is None else first.put(usage.shown(resource, total))
