"""Which autoscaled RayClusters of a bundle Argo CD or Flux puts back to what is written. Not here:
whether that does harm (rules).

Sources: Argo CD, docs/user-guide/auto_sync.md and diffing.md; Flux, docs/components/kustomize.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.healing import Healing
from raypolicy.inventory import Inventory
from raypolicy.tree import Node
from raypolicy.values import placeholder

_KEPT: Final = ("kustomize.toolkit.fluxcd.io/ssa", "kustomize.toolkit.fluxcd.io/reconcile")
"""Annotations by which an object says that Flux should not change it back."""
_Scaled = list[tuple[Cluster, Node[int]]]


def healings(inventory: Inventory, clusters: Iterable[Cluster]) -> tuple[Healing, ...]:
    """Each cluster once, with the first of those that put it back."""
    by_namespace: dict[str, _Scaled] = {}
    by_folder: dict[str, _Scaled] = {}
    for cluster in clusters:
        replicas = _replicas(cluster)
        if replicas is not None:
            folder = _segments(cluster.owner.resource.source)[:-1]
            space = cluster.owner.resource.namespace
            if folder:
                by_folder.setdefault(folder[-1], []).append((cluster, replicas))
            elif space and not placeholder(space):
                by_namespace.setdefault(space, []).append((cluster, replicas))
    found: dict[int, Healing] = {}
    if by_namespace or by_folder:
        for healer, path, space in _healers(inventory):
            segments = _segments(path)
            if not segments:
                continue
            near = by_folder.get(segments[-1], [])
            if "ray" in path or "ray" in healer.name:  # all there is to go by
                near = [*near, *by_namespace.get(space, ())]
            for cluster, replicas in near:
                folder = _segments(cluster.owner.resource.source)[:-1]
                if _same_end(folder, segments) and not _is_kept(healer, cluster):
                    kind, name = healer.node.get("kind"), healer.node.get("metadata", "name")
                    told = replicas.put(replicas.value, name)
                    view = Healing(told, cluster.owner, kind, name)
                    found.setdefault(id(cluster.owner.resource), view)
    return tuple(found.values())


def _replicas(cluster: Cluster) -> Node[int] | None:
    """The first number of replicas that is written of a RayCluster with the autoscaler."""
    if cluster.owner.resource.kind != "RayCluster" or cluster.autoscaling.value is not True:
        return None
    written = (worker.field("replicas") for worker in cluster.workers)
    return next((each for each in written if type(each.value) is int), None)


def _healers(inventory: Inventory) -> Iterator[tuple[Resource, str, str]]:
    """What heals by itself, the folder that it reads, and the namespace that it writes to."""
    for resource in inventory.of_kind("Application"):
        spec = resource.node.get("spec")
        path = spec.get("source", "path").value
        heals = spec.get("syncPolicy", "automated", "selfHeal").value is True
        off = spec.get("syncPolicy", "automated", "enabled").value is False
        if resource.api_version.startswith("argoproj.io/") and heals and not off:
            yield resource, _text(path), _text(spec.get("destination", "namespace").value)
    for resource in inventory.of_kind("Kustomization"):
        spec = resource.node.get("spec")
        of_flux = resource.api_version.startswith("kustomize.toolkit.fluxcd.io/")
        if of_flux and spec.get("suspend").value is not True:
            space = _text(spec.get("targetNamespace").value)
            yield resource, _text(spec.get("path").value), space


def _is_kept(healer: Resource, cluster: Cluster) -> bool:
    """Whether the replicas are left alone, or may be."""
    annotations = cluster.owner.resource.node.get("metadata", "annotations")
    if healer.kind == "Kustomization":
        return any(not annotations.get(key).absent for key in _KEPT)
    ignored = healer.node.get("spec", "ignoreDifferences")
    if not ignored.absent and type(ignored.value) is not list:
        return True
    return any(_is_of_ray(entry) for entry in ignored.items())


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
