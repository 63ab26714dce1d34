"""Kueue's queues in a bundle, and what Ray's objects in them ask for. Not here: how pods add up
(`effective.usage`).

Source: Kueue `pkg/scheduler/flavorassigner/flavorassigner.go` (a resource that no resource group
covers: "resource … unavailable in ClusterQueue"); `apis/kueue/v1beta1/clusterqueue_types.go`, where
no namespace is eligible without a namespaceSelector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from raypolicy.around.flavors import unfit_flavors
from raypolicy.around.madepods import MadePods
from raypolicy.bundle import Resource
from raypolicy.effective import usage
from raypolicy.effective.usage import Amounts
from raypolicy.facts.batch import QUEUE
from raypolicy.facts.queue import Barred, Queue, QueueLink, Uncovered, UnfitFlavor
from raypolicy.facts.quota import Excess
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.labelselector import judge, requirements
from raypolicy.tree import ABSENT, Node
from raypolicy.values import Quantity, placeholder

_OWN_NAME: Final = "kubernetes.io/metadata.name"
"""The label that Kubernetes gives to every Namespace: its name."""


def queues(
    inventory: Inventory, owners: Iterable[Owner], pods: Iterable[MadePods]
) -> tuple[Queue, ...]:
    """The queues that Ray's objects name by label, each looked up in the bundle."""
    by_object: dict[int, list[MadePods]] = {}
    for each in pods:
        if each.role != "submitter":  # not all releases of Kueue count it
            by_object.setdefault(id(each.owner.resource), []).append(each)
    told: set[int] = set()
    return tuple(
        _queue(label, owner, inventory, by_object.get(id(owner.resource), ()), told)
        for owner in owners
        if _is_name(label := owner.resource.node.get("metadata", "labels", QUEUE))
    )


def _queue(
    label: Node[str],
    owner: Owner,
    inventory: Inventory,
    pods: Sequence[MadePods],
    told: set[int],
) -> Queue:
    """A queue of one object; what is true of the queues themselves is said with the first object
    that is in them.
    """
    local = inventory.named("LocalQueue", str(label.value), owner.resource.namespace)
    links: list[QueueLink] = []
    uncovered: tuple[Uncovered, ...] = ()
    excesses: tuple[Excess, ...] = ()
    unfit: tuple[UnfitFlavor, ...] = ()
    none: Node[Any] = label.put(ABSENT)
    barred = Barred(none, none)
    if len(local) == 1:
        above = local[0].node.get("spec", "clusterQueue")
        named = _is_name(above)
        found = inventory.named("ClusterQueue", above.value, "") if named else ()
        first = id(local[0].node) not in told
        told.add(id(local[0].node))
        if named and first:
            links.append(_link(above, "ClusterQueue", local[0], owner, inventory))
        if len(found) == 1:
            node = found[0].node
            first = id(node) not in told
            told.add(id(node))
            if first:
                barred = _barred(node, owner.resource.namespace, none, inventory)
            uncovered = tuple(_uncovered(node, owner, pods))
            excesses = tuple(_excesses(node, owner, pods))
            unfit = tuple(unfit_flavors(node, owner, pods, inventory))
            links += (
                _link(flavor, "ResourceFlavor", found[0], owner, inventory)
                for group in node.get("spec", "resourceGroups").items()
                if first
                for each in group.get("flavors").items()
                if _is_name(flavor := each.get("name"))
            )
    return Queue(label, owner, tuple(links), uncovered, excesses, barred, unfit)


def _barred(queue: Node[Any], namespace: str, none: Node[Any], inventory: Inventory) -> Barred:
    """Whether a ClusterQueue is for no namespace, or not for this one as far as that is known."""
    selector = queue.get("spec", "namespaceSelector")
    if selector.absent:
        return Barred(queue.get("metadata", "name"), none)
    if not namespace or placeholder(namespace):
        return Barred(none, none)
    found = inventory.named("Namespace", namespace, "")
    labels = {_OWN_NAME: queue.put(namespace)}
    demands = list(requirements(selector))
    if len(found) == 1:
        labels |= dict(found[0].node.get("metadata", "labels").entries())
    else:
        demands = [demand for demand in demands if demand.key == _OWN_NAME]
    met, missed = judge(demands, labels)
    return Barred(none, missed.node if met is False and missed is not None else none)


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
            told = place.put(place.value, most)
            yield Excess(told, owner, name, usage.shown(name, amount), most, str(title))


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
