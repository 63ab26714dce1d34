"""All that the operator makes of a resource, in its order. Not here: how any of it is made.

Source: KubeRay `controllers/ray/raycluster_controller.go`, rayClusterReconcile (reconcileFuncs);
`rayjob_controller.go`, Reconcile; `rayservice_controller.go`, Reconcile.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.effective.gates import incremental_upgrade, runs_cronjobs
from raypolicy.effective.podlabels import ORIGIN
from raypolicy.made.admitted import admitted
from raypolicy.made.building import built, leaf, mapping
from raypolicy.made.cleanup import cleanup_job
from raypolicy.made.closing import policies
from raypolicy.made.gradual import gateway, route
from raypolicy.made.ingresses import ingress
from raypolicy.made.keeping import auth_secret, gcs_claim
from raypolicy.made.parts import Made, Part, at
from raypolicy.made.plan import JobPlan, Plan
from raypolicy.made.planning import cluster_of, job_plan, plans
from raypolicy.made.pods import pods
from raypolicy.made.rights import rights
from raypolicy.made.services import head_service, owner_head_service, workers_service
from raypolicy.made.serving import cluster_serve_service, serve_service
from raypolicy.made.submitters import submitter_job
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import Node

_CLUSTER_AT: Final = {
    "RayCluster": ("spec",),
    "RayJob": ("spec", "rayClusterSpec"),
    "RayService": ("spec", "rayClusterConfig"),
    "RayCronJob": ("spec", "jobTemplate", "rayClusterSpec"),
}


def everything(
    resource: Resource, release: KubeRayRelease, gates: tuple[str, ...]
) -> Iterator[Made]:
    """The objects of a resource, those of the RayJob and the RayCluster that it makes included."""
    spec = resource.node.get(*_CLUSTER_AT.get(resource.kind, ("spec",)))
    if resource.kind == "RayCronJob" and not runs_cronjobs(gates):
        return
    if resource.kind in ("RayJob", "RayCronJob"):
        job = job_plan(resource, release, gates)
        if job is not None:
            yield from _of_job(job, spec)
        return
    for plan in plans(resource, release, gates):
        if resource.kind == "RayService":
            yield Made("raycluster", _child(plan, "RayCluster"))
        yield from _of_cluster(plan, spec)
        if resource.kind == "RayService" and not plan.elsewhere:
            yield from _of_service(plan, resource.node, spec)


def _of_cluster(plan: Plan, spec: Node[Any]) -> Iterator[Made]:
    if plan.elsewhere:
        return
    yield from rights(plan)
    services: tuple[tuple[str, dict[str, Part] | None], ...] = (
        ("ingress", ingress(plan, spec)),
        ("auth-secret", auth_secret(plan)),
        ("head-service", head_service(plan, spec)),
        ("headless-service", workers_service(plan, spec)),
        ("serve-service", cluster_serve_service(plan, spec)),
        ("gcs-pvc", gcs_claim(plan)),
    )
    for role, part in services:
        if part is not None:
            yield Made(role, part)
    made = list(pods(plan))
    yield from made
    yield from policies(plan)
    for pod in made:
        if pod.role == "head-pod":
            job = cleanup_job(plan, pod.part)
            if job is not None:
                yield Made("redis-cleanup-job", job)


def _of_service(plan: Plan, node: Node[Any], spec: Node[Any]) -> Iterator[Made]:
    owner = leaf(plan.metadata, "labels", ORIGIN) or plan.place.put("")
    admitted_spec = at(admitted(node, plan.release), "spec")
    custom = at(admitted_spec, "serveService")
    serve = serve_service(plan, node.get("spec"), spec, owner, custom)
    gradual = incremental_upgrade(node.get("spec"), plan.release, plan.gates)
    if gradual:
        opened = gateway(plan, admitted_spec, owner)
        if opened is not None:
            yield Made("gateway", opened)
        if serve is None:
            return  # and nothing after it
        if cluster_serve_service(plan, spec) is None:  # else there is one of that name already
            yield Made("serve-service", serve)
        yield Made("http-route", route(plan, owner))
    head = owner_head_service(plan, spec, "RayService", owner)
    if head is not None:
        yield Made("owner-head-service", head)
    if serve is not None and not gradual:
        yield Made("owner-serve-service", serve)


def _of_job(job: JobPlan, spec: Node[Any]) -> Iterator[Made]:
    if job.by_cron:
        yield Made("rayjob", _object(job, "RayJob", job.metadata, job.spec))
    if job.elsewhere:
        return
    plan, service = cluster_of(job), None
    if plan is not None:
        yield Made("raycluster", _child(plan, "RayCluster"))
        for made in _of_cluster(plan, spec):
            yield made
            if made.role == "head-service":
                service = made.part
        if plan.elsewhere:
            return  # the job waits for its cluster for ever
    elif not mapping(job.spec.get("clusterSelector")):
        return
    submitter = submitter_job(job, plan, service)
    if submitter is not None:
        yield Made("submitter-job", submitter)
    if plan is not None and not job.waits:
        head = owner_head_service(plan, spec, "RayJob", job.metadata["name"])
        if head is not None:
            yield Made("owner-head-service", head)


def _child(plan: Plan, kind: str) -> dict[str, Part]:
    return _object(plan, kind, plan.metadata, plan.spec)


def _object(
    plan: Plan | JobPlan, kind: str, metadata: dict[str, Part], spec: dict[str, Part]
) -> dict[str, Part]:
    made: dict[str, Part] = built(plan.place, {"apiVersion": "ray.io/v1", "kind": kind})
    return {**made, "metadata": metadata, "spec": spec}
