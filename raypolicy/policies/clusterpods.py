"""A cluster with the policies that select its pods, and the connections that it needs. Not here:
which of them are let through (`policyflows`).

Source: https://docs.ray.io/en/latest/ray-core/configure.html#ports-configurations; KubeRay
`controllers/ray/common/pod.go` (wait-gcs-ready), `rayjob_controller.go` and
`rayservice_controller.go` (whom the operator asks), `common/job.go` (whom the submitter asks).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from raypolicy.effective import isolation, podlabels, ports
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.job import Job
from raypolicy.facts.workergroup import WorkerGroup
from raypolicy.networkpolicy import End
from raypolicy.policies.flowports import (
    ANY,
    is_single,
    node_ports,
    one_port_each,
    ports_of,
    serve_port,
)
from raypolicy.policies.policyflows import DNS_TCP, Pods, Wanted
from raypolicy.policies.policyindex import OpenLabels, PolicyIndex, Selection, named_ports
from raypolicy.tree import ABSENT, Unknown
from raypolicy.ways.podsets import PodSet, pod_sets

_DNS_PORTS: Final = one_port_each(53, 5353)
"""5353 is that of OpenShift's DNS pods."""
_API_PORTS: Final = one_port_each(443, 6443, 8443, 16443)
_FEW: Final = 8
"""Worker groups of which each is asked for each."""


def _is_rays(key: str) -> bool:
    return key.startswith("ray.io/")


def settled(key: str) -> bool:
    """Whether pods that are no nodes of Ray's have a label only where it is written for them."""
    domain = key.rpartition("/")[0]
    if not domain:
        return key not in ("controller-uid", "job-name", "pod-template-hash")
    return domain in ("ray.io", "app.kubernetes.io")


_OTHERS: Final = OpenLabels({}, closed=_is_rays)
"""The labels of pods that are not Ray's."""
_ELSEWHERE: Final = End(None, _OTHERS, elsewhere=True)
SOMEWHERE: Final = End(None, _OTHERS)
_API_SERVER: Final = End(None, _OTHERS, outside=True)


class ClusterPods:
    """A cluster with the policies that select its pods."""

    def __init__(self, cluster: Cluster, number: int, index: PolicyIndex, jobs: list[Job]) -> None:
        self.cluster, self.number, self.index, self.jobs = cluster, number, index, jobs
        self.isolated = not _collides(cluster, index)
        self.asked = isolation.settings(cluster.node, cluster.owner.release)
        sets = tuple(pod_sets((cluster,), ()))
        self.head = self._pods(sets[0], "head")
        self.workers = [
            (each.group, self._pods(each, "worker group"))
            for each in sets[1:]
            if isinstance(each.group, WorkerGroup) and each.group.max_replicas.value != 0
        ]
        self.submitters = [s for s in map(self._submitter, jobs) if s is not None]

    @property
    def pods(self) -> list[Pods]:
        return [self.head, *(pods for _, pods in self.workers), *self.submitters]

    def wanted(self, operator: End) -> Iterator[Wanted]:
        """The flows, the most needed first."""
        yield from self._dns("DNS", "UDP")
        yield from self._within()
        dashboard = ports_of(self.cluster.head.listening(ports.DASHBOARD))
        for submitter in self.submitters:
            yield Wanted("dashboard", submitter, self.head, (dashboard,))
        service = self.cluster.owner.resource.kind == "RayService"
        asking = Pods("operator", operator)
        if self.jobs or service:
            yield Wanted("dashboard", asking, self.head, (dashboard,))
        if service:
            yield from self._serve(asking)
        if self.cluster.autoscaling.value is True:
            server = Pods("API server", _API_SERVER)
            yield Wanted("API server", self.head, server, _API_PORTS, any_of=True)
        yield from self._dns(DNS_TCP, "TCP")

    def _dns(self, kind: str, protocol: str) -> Iterator[Wanted]:
        namespace = self.cluster.owner.resource.namespace
        server = Pods("DNS", SOMEWHERE if namespace == "kube-system" else _ELSEWHERE)
        for pods in (*(pods for _, pods in self.workers), self.head, *self.submitters):
            if pods.dns:
                yield Wanted(kind, pods, server, _DNS_PORTS, protocol, any_of=True)

    def _within(self) -> Iterator[Wanted]:
        gcs = ports_of(self.cluster.head.listening(ports.GCS))
        for _, workers in self.workers:
            yield Wanted("GCS", workers, self.head, (gcs,))
        of_head = node_ports(self.cluster.head)
        for _, workers in self.workers:
            yield Wanted("other ports", workers, self.head, of_head)
        for group, workers in self.workers:
            yield Wanted("other ports", self.head, workers, node_ports(group))
        for position, (group, workers) in enumerate(self.workers):
            for _, others in self._others(position):
                if others is not workers or not is_single(group, self.cluster):
                    yield Wanted("other ports", others, workers, node_ports(group))

    def _others(self, position: int) -> list[tuple[WorkerGroup, Pods]]:
        if len(self.workers) <= _FEW:
            return self.workers
        return [self.workers[position], self.workers[position - 1]]

    def _serve(self, operator: Pods) -> Iterator[Wanted]:
        spec = self.cluster.owner.resource.node.get("spec")
        port = (
            ANY
            if "http_options" in str(spec.get("serveConfigV2").value)
            else serve_port(self.cluster)
        )
        if spec.get("excludeHeadPodFromServeSvc").absent:
            yield Wanted("Serve", operator, self.head, (port,))
            yield Wanted("Serve", Pods("clients", SOMEWHERE), self.head, (port,))
        for _, workers in self.workers:
            yield Wanted("Serve", Pods("clients", SOMEWHERE), workers, (port,))

    def _pods(self, pods: PodSet, title: str) -> Pods:
        resource, group = pods.owner.resource, pods.group
        selection = self.index.select(resource.namespace, pods.labels)
        name = None if title == "head" or group is None else str(group.name.known or "")
        if not self.asked.absent and self.isolated:
            own_job = any(job.clusters and _submits(job) for job in self.jobs)
            submitter = -self.number if own_job else None
            made = isolation.policy(self.asked, resource.namespace, name, self.number, submitter)
            selection = Selection((*selection.policies, made), selection.doubt)
        containers = [each.node for each in pods.pod.all_containers]
        end = End(resource.namespace, pods.labels, named_ports(containers), self.number)
        host = pods.pod.field("hostNetwork").value not in (ABSENT, False)
        dns = pods.pod.field("dnsPolicy").value in (ABSENT, "", "ClusterFirst")
        return Pods(title, end, selection, pods.node, host, dns, name or "")

    def _submitter(self, job: Job) -> Pods | None:
        if not _submits(job):
            return None
        resource = job.owner.resource
        template = job.field("submitterPodTemplate")
        known = dict(template.get("metadata", "labels").entries())
        if job.owner.release.has("submitter-labels"):
            name = resource.node.get("metadata", "name")
            random = name.put(Unknown("the RayJob's name has random letters"))
            known["ray.io/originated-from-cr-name"] = name if resource.kind == "RayJob" else random
            known["ray.io/originated-from-crd"] = name.put("RayJob")
            known[podlabels.CREATED_BY] = name.put(podlabels.CREATOR)
        labels = OpenLabels(known, closed=settled)
        selection = self.index.select(resource.namespace, labels)
        own = -self.number if job.clusters else 0
        return Pods("submitter", End(resource.namespace, labels, None, own), selection, job.node)


def _submits(job: Job) -> bool:
    """Whether a pod of its own submits the job."""
    return job.submission_mode.known == "K8sJobMode"


def _collides(cluster: Cluster, index: PolicyIndex) -> bool:
    """Whether a written policy has the name of the operator's, which then makes none."""
    name = cluster.name.known
    return name is not None and bool(index.named(isolation.head_policy_name(name)))
