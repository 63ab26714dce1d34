"""Which pods of Ray's objects mount which claims. Not here: what a claim allows (rules)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from raypolicy.facts.claim import MountedClaim
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.job import Job
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.tree import Node, Unknown
from raypolicy.values import placeholder

_SESSIONS: Final = ("/tmp", "/tmp/ray")


class _Use(NamedTuple):
    """A claim in pods of one template: where it is named, how many pods there are at most, and
    whether Ray keeps its files in one directory of it."""

    name: Node[str]
    pods: Node[int]
    sessions: bool
    owner: Owner


def claims(
    inventory: Inventory, clusters: Iterable[Cluster], jobs: Iterable[Job]
) -> tuple[MountedClaim, ...]:
    """The claims of each object, each once."""
    found: dict[tuple[int, str], list[_Use]] = {}
    for use in _uses(clusters, jobs):
        found.setdefault((id(use.owner.resource.node.value), use.name.value), []).append(use)
    return tuple(_joined(inventory, uses) for uses in found.values())


def _joined(inventory: Inventory, uses: list[_Use]) -> MountedClaim:
    pods, place = _total(uses)
    sessions, _ = _total([use for use in uses if use.sessions])
    owner, name = uses[0].owner, str(place.value)
    named = inventory.named("PersistentVolumeClaim", name, owner.resource.namespace)
    modes = named[0].node.get("spec", "accessModes") if len(named) == 1 else None
    return MountedClaim(place, owner, pods, sessions, modes)


def _total(uses: list[_Use]) -> tuple[int | Unknown, Node[Any]]:
    """The pods of all, and the first place by which they are more than one; unknown where those
    that are known are no more than one."""
    total, place = 0, None
    for use in uses:
        total += use.pods.known or 0
        if total > 1 and place is None:
            place = use.name
    doubt = next((use.pods.value for use in uses if use.pods.unknown), None)
    shown = place or (uses[0].name if uses else None)
    return (doubt if doubt is not None and total < 2 else total), shown  # type: ignore[return-value]


def _uses(clusters: Iterable[Cluster], jobs: Iterable[Job]) -> Iterator[_Use]:
    for cluster in clusters:
        head = cluster.head
        one: Node[int] = head.node.put(1)
        yield from _of(head.pod.node, one, cluster.owner, ray=True)
        for worker in cluster.workers:
            yield from _of(worker.pod.node, worker.pods_at_most, cluster.owner, ray=True)
    for job in jobs:
        for pod in job.submitters if job.submission_mode.value == "K8sJobMode" else ():
            yield from _of(pod.node, job.node.put(1), job.owner, ray=False)


def _of(spec: Node[Any], pods: Node[int], owner: Owner, ray: bool) -> Iterator[_Use]:
    for volume in spec.get("volumes").items():
        name = volume.get("persistentVolumeClaim", "claimName")
        if type(name.value) is str and name.value and not placeholder(name.value):
            called = volume.get("name").value
            yield _Use(name, pods, ray and _has_sessions(spec, called), owner)


def _has_sessions(spec: Node[Any], volume: object) -> bool:
    """Whether Ray's container has the volume at /tmp/ray or above, alike in each pod."""
    for mount in spec.get("containers", 0, "volumeMounts").items():
        at = mount.get("mountPath").value
        if mount.get("name").value == volume and type(at) is str and at.rstrip("/") in _SESSIONS:
            return mount.get("subPathExpr").absent
    return False
