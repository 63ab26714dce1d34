"""Which pods no ResourceFlavor of their ClusterQueue is for. Not here: how much there is of one
(`queues`).

Source: Kueue `pkg/scheduler/flavorassigner/flavorassigner.go`, checkFlavorForPodSets and
flavorSelector; k8s.io/api `core/v1/toleration.go`, ToleratesTaint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from raypolicy.around.madepods import MadePods
from raypolicy.bundle import Resource
from raypolicy.effective import usage
from raypolicy.facts.queue import UnfitFlavor
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.tree import Node
from raypolicy.values import placeholder

_KEEPING_OUT: Final = ("NoSchedule", "NoExecute")


def unfit_flavors(
    queue: Node[Any], owner: Owner, pods: Sequence[MadePods], inventory: Inventory
) -> Iterator[UnfitFlavor]:
    """The pods that ask for resources whose flavors all keep them out, each with the first of these
    flavors; nothing where one of them is not here or cannot be read.
    """
    groups = list(queue.get("spec", "resourceGroups").items())
    for each in pods:
        if each.number.known == 0 or type(each.spec.value) is not dict:
            continue
        asked = {
            name for one in usage.asking(each.spec, ()) for name in one.names("requests") or ()
        }
        for group in groups:
            covered = group.get("coveredResources").value
            if type(covered) is list and asked.intersection(map(str, covered)):
                found = _obstacle(group, each, owner, inventory)
                if found is not None:
                    yield found
                    break


def _obstacle(
    group: Node[Any], pods: MadePods, owner: Owner, inventory: Inventory
) -> UnfitFlavor | None:
    """What keeps pods out of the first flavor of a group, where something does of every one."""
    first: UnfitFlavor | None = None
    for entry in group.get("flavors").items():
        named = inventory.named("ResourceFlavor", str(entry.get("name").value), "")
        if len(named) != 1 or _is_open(named[0].node.get("spec")):
            return None
        taint, label = _taint(named[0], pods.spec), _label(named[0], pods.spec)
        if taint is None and label is None:
            return None
        if first is None:
            place = pods.spec.get("tolerations") if label is None else label[0]
            name = named[0].node.get("metadata", "name")
            asks = None if label is None else label[1]
            first = UnfitFlavor(place, owner, pods.name, name, taint, asks)
    return first


def _taint(flavor: Resource, spec: Node[Any]) -> Node[Any] | None:
    """The first taint of a flavor that pods do not tolerate."""
    extra = flavor.node.get("spec", "tolerations")
    tolerations = [*spec.get("tolerations").items(), *extra.items()]
    for taint in flavor.node.get("spec", "nodeTaints").items():
        keeps_out = taint.get("effect").value in _KEEPING_OUT
        if keeps_out and not any(_tolerates(each, taint) for each in tolerations):
            return taint
    return None


def _tolerates(toleration: Node[Any], taint: Node[Any]) -> bool:
    """Whether a toleration is for a taint; one that cannot be read is for all."""
    effect, key, operator, value = (
        toleration.get(name).known or "" for name in ("effect", "key", "operator", "value")
    )
    texts = (effect, key, operator, value)
    if any(type(text) is not str or placeholder(text) for text in texts):
        return True
    if (effect and effect != taint.get("effect").value) or (key and key != taint.get("key").value):
        return False
    if operator not in ("", "Equal"):
        return True
    return bool(key) and value == (taint.get("value").known or "")


def _label(flavor: Resource, spec: Node[Any]) -> tuple[Node[Any], Node[Any]] | None:
    """An entry of the pods' nodeSelector that asks for another value than the flavor has, and the
    label of the flavor."""
    labels = flavor.node.get("spec", "nodeLabels")
    for key, asked in spec.get("nodeSelector").entries():
        has = labels.get(key)
        texts = type(asked.value) is str and type(has.value) is str
        if texts and not placeholder(asked.value) and asked.value != has.value:
            return asked, has
    return None


def _is_open(spec: Node[Any]) -> bool:
    """Whether something of a flavor is yet to be filled in."""
    if spec.absent:
        return False
    return spec.unknown or type(spec.value) is not dict or bool(placeholder(spec.span.text))
