"""Names of pods, and of what the operator makes beside the Services. Not here: those (`names`).

Source: KubeRay `controllers/ray/utils/util.go`, PodName, CheckName, GenerateIngressName; `common/`
beside it: ingress.go, service.go (BuildHeadlessServiceForRayCluster), association.go
(RayJobK8sJobNamespacedName); `raycluster_controller.go`, buildHeadPod, buildWorkerPod.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy import kubenames
from raypolicy.effective import gates, names
from raypolicy.effective.origin import kept
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, Node

_FRONT: Final = 50
"""Characters of cluster and group that remain in a pod's name."""
_RANDOM: Final = "xxxxx"


class Made(NamedTuple):
    """An object that the operator makes: what it is, its name, and the name it would have if none
    were too long or began with a figure.
    """

    object: str
    name: Node[str]
    uncut: Node[str]


def made(
    kind: str, owner: Node[str], resource: Node[Any], spec: Node[Any], release: KubeRayRelease
) -> Iterator[Made]:
    """The objects whose names can be known before they are made. `owner` is the resource's name,
    `spec` that of the cluster.
    """
    head = spec.get("headGroupSpec")
    service = names.head_service(kind, owner, head, release)
    custom = kind == "RayCluster" and head.get("headService", "metadata", "name").known
    yield Made("head Service", service, service if custom else _joined(owner, "-head-svc", service))
    own = head.get("headService", "metadata", "name")
    if kind in ("RayJob", "RayCronJob") and own.value not in (ABSENT, ""):
        yield Made("head Service of the cluster", own, own)
    serve = names.serve_service(kind, owner, resource, release)
    given = resource.get("spec", "serveService", "metadata", "name").known
    yield Made("Serve Service", serve, serve if given else _joined(owner, "-serve-svc", serve))
    job = kept(resource.get("spec"), "submissionMode").value
    if kind == "RayJob" and job in (ABSENT, "K8sJobMode"):
        submitter = owner.put(owner.value)
        yield Made("submitter Job", submitter, submitter)
    cluster = names.cluster(kind, owner)
    prefix = pod_prefix(cluster, None, release)
    yield Made("head pod", prefix, prefix)
    workers = workers_service(kind, owner, spec, release)
    if not workers.absent:
        yield Made("worker Service", workers, workers)
    if head.get("enableIngress").value is True:
        yield _checked("Ingress", cluster, "-head-ingress")
    secret = spec.get("authOptions", "secretName")
    if gates.token_auth(spec, release).value is True:
        if secret.absent:
            yield _checked("Secret of the token", cluster, "")
        else:
            yield Made("Secret of the token", secret, secret)


def workers_service(
    kind: str, owner: Node[str], spec: Node[Any], release: KubeRayRelease
) -> Node[str]:
    """The headless Service of a cluster that has a worker group of several hosts; else absent."""
    cluster = names.cluster(kind, owner)
    if not any(_several_hosts(group) for group in spec.get("workerGroupSpecs").items()):
        return cluster.put(ABSENT)
    old = release.has("headless-worker-svc-suffix")
    return cluster.map(lambda text: f"{text}-headless{'-worker-svc' if old else ''}", "")


def pod_prefix(cluster: Node[str], group: Node[str] | None, release: KubeRayRelease) -> Node[str]:
    """The generateName of the pods of a worker group, or of the head where `group` is None."""
    role = "head" if group is None else "worker"
    fixed = group is None and release.has("fixed-head-pod-name")
    cluster = names.written(cluster)
    named = cluster if group is None else names.written(group)
    if cluster.known is None or named.known is None:
        return named.put(cluster.value if named.known is not None else named.value)
    if release.has("front-of-pod-names"):
        full = cluster.known if group is None else f"{cluster.known}-{named.known}"
        return named.put(f"{full[:_FRONT]}-{role}{'' if fixed else '-'}".lower())
    middle = "" if group is None else f"{named.known}-"
    return named.put(names.check_name(f"{cluster.known}-{role}-{middle}".lower()))


def shown(kind: str, owner: Node[str], group: Node[str], release: KubeRayRelease) -> Node[str]:
    """What is left of the group's name in the names of its pods; it may be nothing."""
    owner, group = names.written(owner), names.written(group)
    if owner.known is None or group.known is None:
        return group.put(owner.value if group.known is not None else group.value)
    if not release.has("front-of-pod-names"):
        return group
    left = _FRONT - len(f"{_likely(kind, owner.known, release)}-")
    return group.put(str(group.known)[: max(left, 0)])


def pod_name_fault(
    kind: str, owner: Node[str], group: Node[str], release: KubeRayRelease
) -> str | None:
    """Why no pod can have the name that follows from the group's; None if one can, or if it isn't
    known. A cluster's own name is taken for granted.
    """
    if not isinstance(group.known, str):
        return None
    cluster = _likely(kind, owner.known if isinstance(owner.known, str) else "c", release)
    if kubenames.subdomain_fault(cluster) is not None:
        cluster = "c"
    prefix = pod_prefix(group.put(cluster), group, release)
    return kubenames.subdomain_fault(f"{prefix.known}{_RANDOM}")


def _likely(kind: str, owner: str, release: KubeRayRelease) -> str:
    """The name of the cluster, with some letters in the place of random ones."""
    infix = "-raycluster" if release.has("raycluster-infix") else ""
    if kind == "RayCluster":
        return owner
    if kind == "RayCronJob":
        owner = f"{owner}-{'00000000' if release.has('cronjob-name-limit') else _RANDOM}"
    return f"{owner}{infix}-{_RANDOM}"


def _joined(owner: Node[str], ending: str, name: Node[str]) -> Node[str]:
    """The full name behind one that may have been cut."""
    return name if name.known is None else owner.map(lambda text: f"{text}{ending}", "")


def _checked(thing: str, cluster: Node[str], ending: str) -> Made:
    full = cluster.map(lambda text: f"{text}{ending}", "")
    full = full.put(full.value) if full.known is not None else full
    return Made(thing, full.map(names.check_name, ""), full)


def _several_hosts(group: Node[Any]) -> bool:
    hosts = kept(group, "numOfHosts").value
    return type(hosts) is int and hosts > 1
