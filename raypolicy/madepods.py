"""The pods that the operator makes for the objects of a bundle, with all their containers. Not
here: what is asked of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from raypolicy.effective import added
from raypolicy.effective.added import Added
from raypolicy.effective.origin import kept
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.group import Group
from raypolicy.facts.job import Job
from raypolicy.facts.view import Owner
from raypolicy.facts.workergroup import WorkerGroup
from raypolicy.tree import Node
from raypolicy.values import placeholder


class MadePods(NamedTuple):
    """The pods of one template; `spec` is absent where the operator writes the whole of it.

    `number` is how many there are at the start, `name` what to call them: the head, the group x,
    the submitter; `place` what to point at.
    """

    role: str
    name: str
    spec: Node[Any]
    number: Node[int]
    added: tuple[Added, ...]
    owner: Owner
    place: Node[Any]


def made_pods(clusters: Iterable[Cluster], jobs: Iterable[Job]) -> Iterator[MadePods]:
    """The pods of all groups, and those that submit."""
    for cluster in clusters:
        head = cluster.head
        if not head.pod.node.absent:
            one: Node[int] = head.node.put(1)
            yield _of(head, "head", one, tuple(_beside_head(cluster)))
        for worker in cluster.workers:
            if not worker.pod.node.absent:
                yield _of(worker, "worker", worker.pods_at_start, tuple(_beside_worker(worker)))
    for job in jobs:
        if job.submission_mode.value == "K8sJobMode":
            yield _submitter(job)


def namespace(owner: Owner) -> str:
    """The namespace that is written for an object; empty where none is, or a placeholder."""
    written = owner.resource.namespace
    return "" if placeholder(written) else written


def _of(group: Group, role: str, count: Node[int], more: tuple[Added, ...]) -> MadePods:
    name = group.name.known if role == "worker" else None
    text = f"the group {name}" if isinstance(name, str) else f"the {role}"
    return MadePods(role, text, group.pod.node, count, more, group.owner, group.pod.node)


def _beside_head(cluster: Cluster) -> Iterator[Added]:
    if cluster.autoscaling.value is True:
        yield added.autoscaler(cluster.node)
    above = cluster.node.parent
    if above is not None and cluster.owner.resource.kind in ("RayJob", "RayCronJob"):
        mode = kept(above, "submissionMode")
        if mode.value == "SidecarMode" and cluster.owner.release.has("sidecar-mode"):
            yield added.submitter(mode)


def _beside_worker(worker: WorkerGroup) -> Iterator[Added]:
    if worker.owner.release.has("wait-gcs-ready"):
        yield added.wait(worker.pod.ray_container.node, worker.pod.node)


def _submitter(job: Job) -> MadePods:
    template = job.field("submitterPodTemplate")
    one: Node[int] = job.node.put(1)
    spec = template.get("spec")
    if not template.absent:
        return MadePods("submitter", "the submitter", spec, one, (), job.owner, spec)
    written = kept(job.node, "submissionMode")
    place = job.field("entrypoint") if written.absent else written
    more = (added.submitter(place),)
    return MadePods("submitter", "the submitter", template, one, more, job.owner, place)
