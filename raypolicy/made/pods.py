"""The pods of a cluster, field by field as the operator makes them: one of the head, one of each
worker group. Not here: the parts that are put into them.

Source: KubeRay `controllers/ray/common/pod.go`, DefaultHeadPodTemplate, DefaultWorkerPodTemplate,
BuildPod; `raycluster_controller.go`, buildHeadPod, buildWorkerPod. Settings of the operator itself
(sidecars, default labels and variables, its own environment) are those of a fresh installation.
Releases before 1.4 had other probes, variables and volumes than are made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective.podlabels import HEAD_GROUP
from raypolicy.effective.start import OVERWRITE
from raypolicy.made.autoscaler import add_autoscaler, autoscaler_place, never_restart, scales
from raypolicy.made.building import built, filled, listed, mapping, text
from raypolicy.made.collector import add_collector, collector_in
from raypolicy.made.container import (
    Surroundings,
    start_ray,
    tell_init_containers,
    tell_ray_container,
)
from raypolicy.made.environment import added_to
from raypolicy.made.faulttolerance import await_new_head, keep_state
from raypolicy.made.parts import Made, Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.made.podmetadata import creator, hashes, metadata
from raypolicy.made.probes import add_probes
from raypolicy.made.secured import secure
from raypolicy.made.startcommand import Parameters, completed, head_port, put, start_command
from raypolicy.made.volumes import LOGS, SHARED_MEMORY, mount
from raypolicy.made.waiting import add_wait
from raypolicy.tree import INJECTED, Node

DOMAIN: Final = "cluster.local"
_PLASMA: Final = "plasma-directory"


def pods(plan: Plan) -> Iterator[Made]:
    """The head pod (`head-pod`) and the first of each worker group (`worker-pod/GROUP`), as if each
    wanted one. A template without a container brings none, nor does a group whose name another one
    or the head has: the operator takes their pods for the group's own.
    """
    if plan.elsewhere:
        return
    head = head_pod(plan)
    if head is not None:
        yield Made("head-pod", head)
    taken = {HEAD_GROUP}
    for group in listed(plan.spec.get("workerGroupSpecs")):
        name = str(value(group, "groupName"))
        pod = None if name in taken or _has_no_host(plan, group) else worker_pod(plan, group)
        if pod is not None:
            yield Made(f"worker-pod/{name}", pod)
        taken.add(name)


def head_pod(plan: Plan) -> dict[str, Part] | None:
    """The pod of the head; None where there is no container for Ray."""
    group = mapping(plan.spec.get("headGroupSpec"))
    made = _started(plan, group)
    if made is None:
        return None
    pod, ray, around = made
    about = metadata(plan, group, True, around.place)
    params = completed(group, plan.release, around.place, None)
    if scales(plan):
        put(params, "no-monitor", autoscaler_place(plan).put("true", how=INJECTED))
        add_autoscaler(plan, pod, ray)
        never_restart(plan, pod)
    keep_state(plan, about["annotations"], pod, params)
    _add_metrics(ray, around.place)
    secure(plan, pod, head=True)
    add_collector(plan, pod, True, around.address)
    about["annotations"].update(hashes(plan, around.place))
    return _finished(pod, ray, about, params, around)


def worker_pod(plan: Plan, group: Part) -> dict[str, Part] | None:
    """The first pod of a worker group; None where there is no container for Ray."""
    group = mapping(group)
    made = _started(plan, group, head=False)
    if made is None:
        return None
    pod, ray, around = made
    add_wait(plan, pod, ray, around.address, around.port)
    about = metadata(plan, group, False, around.place)
    address = text("{}:{}", around.address, around.port)
    params = completed(group, plan.release, around.place, address)
    await_new_head(plan, ray)
    _add_metrics(ray, around.place)
    never_restart(plan, pod)
    secure(plan, pod, head=False)
    add_collector(plan, pod, False, around.address)
    return _finished(pod, ray, about, params, around)


def _has_no_host(plan: Plan, group: Part) -> bool:
    hosts = value(group, "numOfHosts")
    zero = type(hosts) is int and hosts == 0
    return zero and plan.release.has("multi-host") and not plan.release.has("zero-hosts-are-one")


def _started(
    plan: Plan, group: dict[str, Part], head: bool = True
) -> tuple[dict[str, Part], dict[str, Part], Surroundings] | None:
    """A copy of the template's pod, its Ray container, and what Ray is told."""
    pod = _copied(at(group, "template", "spec"))
    ray = at(pod, "containers", 0)
    if type(ray) is not dict:
        return None
    place = _place(ray, plan.place)
    own = filled(plan.spec, "headGroupSpec", "headService", "metadata", "name")
    service = own if own is not None else text("{}-head-svc", plan.name)
    address = text(f"{{}}.{{}}.svc.{DOMAIN}", service, plan.namespace)
    port = head_port(plan.spec, place)
    return pod, ray, Surroundings(plan, head, creator(plan), address, port, place)


def _finished(
    pod: dict[str, Part],
    ray: dict[str, Part],
    about: dict[str, Part],
    params: Parameters,
    around: Surroundings,
) -> dict[str, Part]:
    plan, place = around.plan, around.place
    if _PLASMA not in params or not plan.release.has("plasma-directory-without-shm"):
        mount(pod, ray, SHARED_MEMORY, place)
    beside = [collector_in(plan, pod)]
    if around.head and scales(plan):
        named = (c for c in listed(pod["containers"]) if value(c, "name") == "autoscaler")
        beside.insert(0, next(named, None))
    for each in beside:
        if each is not None:
            mount(pod, ray, LOGS, place)
            mount(pod, each, LOGS, place)
    start = start_command(plan, params, ray.get("resources"), around.head, place)
    said = value(about["annotations"], OVERWRITE)
    heard = plan.release.has("overwrite-container-cmd")
    start_ray(ray, start, heard and type(said) is str and said.lower() == "true", around)
    tell_init_containers(pod, around)
    tell_ray_container(pod, ray, start, around)
    serves = around.creator == "RayService"
    add_probes(plan, ray, params, around.head, serves, place)
    made: dict[str, Part] = built(place, {"apiVersion": "v1", "kind": "Pod", "metadata": about})
    return {**made, "spec": pod}


def _add_metrics(ray: dict[str, Part], place: Node[Any]) -> None:
    ports = added_to(ray, "ports")
    if not any(value(port, "name") == "metrics" for port in ports):
        ports.append(built(place, {"name": "metrics", "containerPort": 8080}))


def _copied(part: Part) -> Part:
    """A copy of the containers; the leaves are shared."""
    if type(part) is dict:
        return {key: _copied(each) for key, each in part.items()}
    return [_copied(each) for each in part] if type(part) is list else part


def _place(ray: dict[str, Part], otherwise: Node[Any]) -> Node[Any]:
    """Where the container is written."""
    for each in ray.values():
        if isinstance(each, Node) and each.parent is not None and each.written:
            return each.parent
    return otherwise
