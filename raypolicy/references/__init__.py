"""Who names whom in a bundle. Not here: where names stand (`places`), whether it is a mistake
(rules), what is known of a name (`facts.reference`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias

from raypolicy.bundle import Resource
from raypolicy.effective.unwritten import Unwritten
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.job import Job
from raypolicy.facts.pod import Pod
from raypolicy.facts.reference import Reference, WrittenName
from raypolicy.facts.serve import Service
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.references.places import Place, table
from raypolicy.references.texts import names_in_texts
from raypolicy.tree import ABSENT, Key, Node

_BASES: Final = frozenset({"pod", "container", "cluster", "job", "object"})
Path: TypeAlias = tuple[str, ...]
Keys: TypeAlias = tuple[Key, ...]
Start: TypeAlias = tuple[str, Node[Any], Owner]
"""A base of the table, a node where it is, and whose it is."""


def references(
    inventory: Inventory,
    pods: Iterable[Pod],
    clusters: tuple[Cluster, ...],
    jobs: Iterable[Job],
    services: Iterable[Service],
    owner_of: Callable[[Resource], Owner],
) -> tuple[Reference, ...]:
    """All references of a bundle, each to be looked up among its objects when it is asked."""
    unwritten = Unwritten(inventory)
    marked: dict[int, dict[str, list[Place]]] = {}
    found: list[Reference] = []
    for base, node, owner in _starts(inventory, pods, clusters, jobs, owner_of):
        whole = owner.resource.node
        here = marked.get(id(whole))
        if here is None:
            here = marked[id(whole)] = _marked(whole)
        for place in here.get(base, ()):
            for keys in _walk(node.value, place.path):
                written = _written(place, node.get(*keys))
                if written is not None:
                    found.append(Reference(written, owner, inventory, unwritten))
    for written, owner in _own_secrets(inventory, clusters):
        found.append(Reference(written, owner, inventory, unwritten))
    for written, owner in names_in_texts(inventory, pods, jobs, services):
        found.append(Reference(written, owner, inventory, unwritten))
    return tuple(found)


def _own_secrets(
    inventory: Inventory, clusters: Iterable[Cluster]
) -> Iterator[tuple[WrittenName, Owner]]:
    """The Secrets of a bundle that have the name of a RayCluster which asks for a token and names
    none: KubeRay would make one of that name, and takes what is there.
    """
    for cluster in clusters:
        auth = cluster.field("authOptions")
        if auth.absent or cluster.token_auth.value is not True:
            continue
        by_others = (
            auth.get("enableK8sTokenAuth").value is True or not auth.get("secretName").absent
        )
        name, home = cluster.name.known, cluster.owner.resource.namespace
        if by_others or not isinstance(name, str) or not inventory.named("Secret", name, home):
            continue
        mode, none = auth.get("mode"), auth.put(ABSENT)
        keys = (mode.put("auth_token"),)
        yield (
            WrittenName(mode.put(name), mode.put("Secret"), none, "authOptions", none, keys),
            cluster.owner,
        )


def _starts(
    inventory: Inventory,
    pods: Iterable[Pod],
    clusters: Iterable[Cluster],
    jobs: Iterable[Job],
    owner_of: Callable[[Resource], Owner],
) -> Iterator[Start]:
    objects: dict[int, Owner] = {}
    for job in jobs:
        objects.setdefault(id(job.owner.resource.node), job.owner)
        yield "job", job.node, job.owner
    for cluster in clusters:
        objects.setdefault(id(cluster.owner.resource.node), cluster.owner)
        yield "cluster", cluster.node, cluster.owner
        if cluster.field("enableInTreeAutoscaling").value is True:
            yield "container", cluster.field("autoscalerOptions"), cluster.owner
    for pod in pods:
        objects.setdefault(id(pod.owner.resource.node), pod.owner)
        yield "pod", pod.node, pod.owner
        for field in ("containers", "initContainers", "ephemeralContainers"):
            for container in pod.node.get(field).items():
                yield "container", container, pod.owner
    for owner in objects.values():
        yield "object", owner.resource.node, owner
    for kind in (base for base in table() if base not in _BASES):
        if any(inventory.names_of(place.kind) for place in table()[kind]):
            for resource in inventory.of_kind(kind):
                yield kind, resource.node, owner_of(resource)


def _marked(whole: Node[Any]) -> dict[str, list[Place]]:
    """The lines that an object has a place for, by the keys of its document."""
    keys = whole.document.keys()
    return {
        base: found
        for base, some in table().items()
        if (found := [each for each in some if each.mark in keys])
    }


def _walk(value: Any, path: Path, before: Keys = ()) -> Iterator[Keys]:
    """The keys that lead along a path to whatever is written there."""
    if not path:
        if value is not None:
            yield before
    elif path[0] == "*":
        listed: Iterable[tuple[Key, Any]] = ()
        if type(value) is list:
            listed = enumerate(value)
        elif type(value) is dict:
            listed = value.items()
        for key, item in listed:
            yield from _walk(item, path[1:], (*before, key))
    elif type(value) is dict and path[0] in value:
        yield from _walk(value[path[0]], path[1:], (*before, path[0]))


def _written(place: Place, name: Node[Any]) -> WrittenName | None:
    """What is said at a place where a name is; None if it is no name, or does not count."""
    beside = name.parent
    if type(name.value) is not str or not name.value or beside is None:
        return None
    if place.only_if and beside.get(place.only_if[0]).value != place.only_if[1]:
        return None
    keys: tuple[Node[Any], ...] = ()
    if place.keys:
        keys = tuple(beside.get(*found) for found in _walk(beside.value, place.keys))
    elif place.asks:
        keys = (name.put(place.asks),)
    absent: Node[Any] = name.put(ABSENT)
    kind = beside.get(place.kind_at) if place.kind_at else absent
    namespace = beside.get(place.namespace_at) if place.namespace_at else absent
    return WrittenName(
        name, kind.either(name.put(place.kind)), namespace, place.via, beside.get("optional"), keys
    )
