"""How clusters and jobs come to the operator: of themselves, or made of another resource. Not here:
what it makes of them.

Source: KubeRay `rayjob_controller.go`, constructRayClusterForRayJob, initRayJobStatusIfNeed;
`rayservice_controller.go`, constructRayClusterForRayService; `raycronjob_controller.go`,
constructRayJob. Releases before 1.4 may differ in more than what is asked for here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.effective.podlabels import ORIGIN, ORIGIN_KIND
from raypolicy.made.admitted import admitted
from raypolicy.made.building import built, filled, injected, laid_over, leaf, listed, mapping, text
from raypolicy.made.parts import Part
from raypolicy.made.plan import RANDOM, SIDECAR, JobPlan, Plan, elsewhere
from raypolicy.made.sidecar import sidecar
from raypolicy.made.submission import submission_id
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import DEFAULTED, INJECTED, OVERRIDDEN, Node, Unknown

_HASH: Final = Unknown("a hash of the cluster's spec")
_MOMENT: Final = Unknown("the moment for which the job was scheduled")


def plans(
    resource: Resource, release: KubeRayRelease, gates: tuple[str, ...] = ()
) -> Iterator[Plan]:
    """The clusters that a resource of Ray's is or brings; none where nothing is made of it."""
    if resource.kind in ("RayJob", "RayCronJob"):
        job = job_plan(resource, release, gates)
        cluster = None if job is None else cluster_of(job)
        if cluster is not None:
            yield cluster
        return
    part = admitted(resource.node, release)
    spec = mapping(None if part is None else part.get("spec"))
    if part is None or elsewhere(spec):
        return
    if resource.kind == "RayCluster":
        metadata = _metadata(resource.node, part)
        yield Plan("RayCluster", metadata, spec, resource.node, release, gates)
    elif resource.kind == "RayService" and spec.get("rayClusterConfig"):
        yield _of_service(resource.node, part, spec, release, gates)


def job_plan(
    resource: Resource, release: KubeRayRelease, gates: tuple[str, ...] = ()
) -> JobPlan | None:
    """The job that a RayJob is or a RayCronJob makes; None of anything else."""
    node = resource.node
    part = admitted(node, release)
    if part is None or resource.kind not in ("RayJob", "RayCronJob"):
        return None
    metadata, spec = _metadata(node, part), mapping(part.get("spec"))
    if resource.kind == "RayCronJob":
        metadata = _of_cron(node, metadata, release)
        spec = mapping(spec.get("jobTemplate"))
    name = metadata["name"]
    cluster = filled(spec, "clusterSelector", "ray.io/cluster")
    infix = "-raycluster" if release.has("raycluster-infix") else ""
    return JobPlan(
        metadata,
        spec,
        cluster or text(f"{{}}{infix}-{RANDOM}", name),
        submission_id(spec, name),
        resource.kind == "RayCronJob",
        node,
        release,
        gates,
    )


def cluster_of(job: JobPlan) -> Plan | None:
    """The cluster that a job makes; None where it chooses one that is there, or where another
    controller sees to the job.
    """
    spec, release = mapping(job.spec.get("rayClusterSpec")), job.release
    if job.elsewhere or mapping(job.spec.get("clusterSelector")) or not spec:
        return None
    labels = {ORIGIN: injected(job.metadata["name"]), ORIGIN_KIND: "RayJob"}
    annotations = {}
    if release.has("submission-mode-label"):
        labels["ray.io/job-submission-mode"] = job.mode
        if job.mode == SIDECAR:
            annotations["ray.io/disable-provisioned-head-restart"] = "true"
    if job.mode == SIDECAR and release.has("sidecar-mode"):
        spec = _with_submitter(job, spec)
    metadata = _child(job.place, job.metadata, job.cluster, labels, annotations)
    return Plan("RayJob", metadata, _sent_on(spec), job.place, release, job.gates)


def _with_submitter(job: JobPlan, spec: dict[str, Part]) -> dict[str, Part]:
    head, mode = mapping(spec.get("headGroupSpec")), leaf(job.spec, "submissionMode")
    template = mapping(head.get("template"))
    pod = mapping(template.get("spec"))
    place = job.place if mode is None else mode
    pod = laid_over(pod, {"restartPolicy": place.put("Never", how=INJECTED)})
    pod["containers"] = [*listed(pod.get("containers")), sidecar(job, spec)]
    return {**spec, "headGroupSpec": {**head, "template": {**template, "spec": pod}}}


def _of_service(
    node: Node[Any],
    part: dict[str, Part],
    spec: dict[str, Part],
    release: KubeRayRelease,
    gates: tuple[str, ...],
) -> Plan:
    own = _metadata(node, part)
    config = mapping(spec.get("rayClusterConfig"))
    labels = {ORIGIN: injected(own["name"]), ORIGIN_KIND: "RayService"}
    annotations = {
        "ray.io/hash-without-replicas-and-workers-to-delete": _HASH,
        "ray.io/num-worker-groups": str(len(listed(config.get("workerGroupSpecs")))),
        "ray.io/kuberay-version": f"v{release.version}",
    }
    infix = "-raycluster" if release.has("raycluster-infix") else ""
    name = text(f"{{}}{infix}-{RANDOM}", own["name"])
    metadata = _child(node, own, name, labels, annotations)
    return Plan("RayService", metadata, _sent_on(config), node, release, gates)


def _of_cron(node: Node[Any], own: dict[str, Part], release: KubeRayRelease) -> dict[str, Part]:
    return {
        "name": text(f"{{}}-{RANDOM}", own["name"]),
        "namespace": own["namespace"],
        "labels": {"ray.io/cronjob-name": own["name"].put(own["name"].value, how=INJECTED)},
        "annotations": built(node, {"ray.io/cronjob-scheduled-timestamp": _MOMENT}),
    }


def _metadata(node: Node[Any], part: dict[str, Part]) -> dict[str, Part]:
    """What is written, and a namespace and a name in any case."""
    written = mapping(part.get("metadata"))
    generated = filled(written, "generateName")
    name = filled(written, "name") or (
        node.put(Unknown("it has no name")) if generated is None else text("{}xxxxx", generated)
    )
    if type(name.value) is not str and not name.unknown:
        name = name.put(Unknown("its name is not a text"))
    space = filled(written, "namespace") or node.put("default", how=DEFAULTED)
    return {**written, "name": name, "namespace": space}


def _child(
    place: Node[Any],
    own: dict[str, Part],
    name: Node[str],
    labels: dict[str, Any],
    annotations: dict[str, Any],
) -> dict[str, Part]:
    """The metadata of a cluster that is made: labels and annotations are handed down."""
    metadata: dict[str, Part] = {"name": name, "namespace": own["namespace"]}
    for key, added in (("labels", labels), ("annotations", annotations)):
        all_of_them = laid_over(own.get(key), built(place, added))
        if all_of_them:
            metadata[key] = all_of_them
    return metadata


def _sent_on(spec: dict[str, Part]) -> dict[str, Part]:
    """The spec as it is written anew: a zero that may be left out becomes the default."""
    groups = [
        {**group, "numOfHosts": hosts.put(1, how=OVERRIDDEN)}
        if type(group) is dict
        and (hosts := leaf(group, "numOfHosts")) is not None
        and hosts.value == 0
        else group
        for group in listed(spec.get("workerGroupSpecs"))
    ]
    return {**spec, "workerGroupSpecs": groups} if groups else spec
