"""What Argo CD or Flux puts back to what is written: autoscaled RayClusters of a bundle, RayJobs
that delete themselves. Not here: whether that does harm (rules).

Sources: Argo CD, docs/user-guide/auto_sync.md and diffing.md; Flux, docs/components/kustomize.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, Final, TypeAlias

from raypolicy.bundle import Resource
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.healing import Healing, Rerun
from raypolicy.facts.job import Job
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.tree import Node
from raypolicy.values import placeholder

_KEPT: Final = ("kustomize.toolkit.fluxcd.io/ssa", "kustomize.toolkit.fluxcd.io/reconcile")
"""Annotations by which an object says that Flux should not change it back."""
_Kept: TypeAlias = Callable[[Resource, Node[Any]], bool]
_Item: TypeAlias = tuple[Owner, Node[Any], _Kept]
"""Whose a node is, the node, and what says of a healer and its spec that they leave it alone."""


def healings(inventory: Inventory, clusters: Iterable[Cluster]) -> tuple[Healing, ...]:
    """Each cluster once, with the first of those that put it back."""
    items: list[_Item] = []
    for cluster in clusters:
        replicas = _replicas(cluster)
        if replicas is not None:
            items.append((cluster.owner, replicas, partial(_is_kept, cluster=cluster)))
    return tuple(Healing(*each) for each in _healed(inventory, items))


def reruns(inventory: Inventory, jobs: Iterable[Job]) -> tuple[Rerun, ...]:
    """Each RayJob that deletes itself once, with the first of those that would make it anew."""
    items: list[_Item] = []
    for job in jobs:
        if job.owner.resource.kind == "RayJob":
            choices = (each.policy for each in job.deletion.choices)
            ends = next((each for each in choices if each.value == "DeleteSelf"), None)
            if ends is not None:
                items.append((job.owner, ends, partial(_is_left, owner=job.owner)))
    return tuple(Rerun(*each) for each in _healed(inventory, items))


def _healed(
    inventory: Inventory, items: Iterable[_Item]
) -> Iterator[tuple[Node[Any], Owner, Node[str], Node[str]]]:
    """Each object once that something heals: the node, whose it is, kind and name of the healer."""
    by_namespace: dict[str, list[_Item]] = {}
    by_folder: dict[str, list[_Item]] = {}
    for item in items:
        folder, space = _segments(item[0].resource.source)[:-1], item[0].resource.namespace
        if folder:
            by_folder.setdefault(folder[-1], []).append(item)
        elif space and not placeholder(space):
            by_namespace.setdefault(space, []).append(item)
    told: set[int] = set()
    for healer, spec, path, space in _healers(inventory) if by_namespace or by_folder else ():
        segments = _segments(path)
        near = by_folder.get(segments[-1], []) if segments else []
        if segments and ("ray" in path or "ray" in healer.name):  # all there is to go by
            near = [*near, *by_namespace.get(space, ())]
        for owner, node, is_kept in near:
            folder = _segments(owner.resource.source)[:-1]
            if id(owner.resource) in told or not _same_end(folder, segments):
                continue
            if not is_kept(healer, spec):
                told.add(id(owner.resource))
                kind, name = healer.node.get("kind"), healer.node.get("metadata", "name")
                yield node.put(node.value, name), owner, kind, name


def _replicas(cluster: Cluster) -> Node[int] | None:
    """The first number of replicas that is written of a RayCluster with the autoscaler."""
    if cluster.owner.resource.kind != "RayCluster" or cluster.autoscaling.value is not True:
        return None
    written = (worker.field("replicas") for worker in cluster.workers)
    return next((each for each in written if type(each.value) is int), None)


def _healers(inventory: Inventory) -> Iterator[tuple[Resource, Node[Any], str, str]]:
    """What heals by itself, its spec, a folder that it reads, and the namespace it writes to."""
    for resource in chain(inventory.of_kind("Application"), inventory.of_kind("ApplicationSet")):
        spec = resource.node.get("spec")
        if resource.kind == "ApplicationSet":
            spec = spec.get("template", "spec")
        heals = spec.get("syncPolicy", "automated", "selfHeal").value is True
        off = spec.get("syncPolicy", "automated", "enabled").value is False
        if resource.api_version.startswith("argoproj.io/") and heals and not off:
            space = _text(spec.get("destination", "namespace").value)
            for source in (spec.get("source"), *spec.get("sources").items()):
                yield resource, spec, _text(source.get("path").value), space
    for resource in inventory.of_kind("Kustomization"):
        spec = resource.node.get("spec")
        of_flux = resource.api_version.startswith("kustomize.toolkit.fluxcd.io/")
        if of_flux and spec.get("suspend").value is not True:
            space = _text(spec.get("targetNamespace").value)
            yield resource, spec, _text(spec.get("path").value), space


def _is_left(healer: Resource, spec: Node[Any], owner: Owner) -> bool:
    """Whether an annotation has Flux leave an object alone."""
    annotations = owner.resource.node.get("metadata", "annotations")
    written = any(not annotations.get(key).absent for key in _KEPT)
    return healer.kind == "Kustomization" and written


def _is_kept(healer: Resource, spec: Node[Any], cluster: Cluster) -> bool:
    """Whether the replicas are left alone, or may be."""
    if healer.kind == "Kustomization":
        return _is_left(healer, spec, cluster.owner)
    ignored = spec.get("ignoreDifferences")
    if not ignored.absent and type(ignored.value) is not list:
        return True
    return any(_is_of_ray(entry) and _covers(entry, cluster) for entry in ignored.items())


def _covers(entry: Node[Any], cluster: Cluster) -> bool:
    """Whether a difference that is ignored may be one of replicas: a JSON pointer has numbers and
    no `*`, and a RayCluster has no replicas but in its worker groups.
    """
    managers, pointers, expressions = (
        entry.get(key) for key in ("managedFieldsManagers", "jsonPointers", "jqPathExpressions")
    )
    if not managers.absent or any(each.unknown for each in (pointers, expressions)):
        return True
    written = [str(each.value) for each in expressions.items()]
    if any("replicas" not in text or "workerGroupSpecs" in text for text in written):
        return True
    known = {str(each.value).rstrip("/") for each in pointers.items()}
    if any(placeholder(each) for each in known):
        return True
    fields = (worker.field("replicas") for worker in cluster.workers)
    places = [_pointer(each) for each in fields if not each.absent]
    return bool(known) and all(
        any(place == each or place.startswith(f"{each}/") for each in known) for place in places
    )


def _pointer(node: Node[Any]) -> str:
    """The JSON pointer of a field in the object that it is written in."""
    path = node.path
    return "/".join(("", *map(str, path[path.index("spec") :])))


def _is_of_ray(entry: Node[Any]) -> bool:
    group, kind = entry.get("group").value, entry.get("kind").value
    return group not in ("apps", "autoscaling", "batch") and kind in ("RayCluster", "*")


def _segments(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _same_end(folder: list[str], path: list[str]) -> bool:
    """Whether one folder ends as the other; an unknown one ends as any."""
    shorter = min(len(folder), len(path))
    return not shorter or folder[-shorter:] == path[-shorter:]


def _text(value: object) -> str:
    return value if type(value) is str and not placeholder(value) else ""
