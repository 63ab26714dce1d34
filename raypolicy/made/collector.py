"""The container that collects logs and events for the history server: behind a gate, from 1.7 on.

Source: KubeRay `controllers/ray/common/pod.go`, BuildCollectorContainer, setContainerEnvVars.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.podlabels import ORIGIN, ORIGIN_KIND
from raypolicy.made.building import built, filled, injected, leaf, listed
from raypolicy.made.environment import added_to, has_variable, of_field, put_missing, put_variables
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.made.secured import with_token
from raypolicy.tree import Node

NAME: Final = "ray-history-collector"
GATE: Final = "RayClusterHistoryServer"
_RESOURCES: Final = {
    "limits": {"cpu": "200m", "memory": "256Mi"},
    "requests": {"cpu": "50m", "memory": "64Mi"},
}
_EVENTS: Final = (
    "TASK_DEFINITION_EVENT,TASK_LIFECYCLE_EVENT,ACTOR_TASK_DEFINITION_EVENT,TASK_PROFILE_EVENT,"
    "DRIVER_JOB_DEFINITION_EVENT,DRIVER_JOB_LIFECYCLE_EVENT,ACTOR_DEFINITION_EVENT,"
    "ACTOR_LIFECYCLE_EVENT,NODE_DEFINITION_EVENT,NODE_LIFECYCLE_EVENT"
)
_AGGREGATOR: Final = "RAY_DASHBOARD_AGGREGATOR_AGENT"
_RAY: Final = {
    "RAY_enable_ray_event": "true",
    "RAY_enable_core_worker_ray_event_to_aggregator": "true",
    f"{_AGGREGATOR}_EVENTS_EXPORT_ADDR": "http://localhost:8084/v1/events",
    f"{_AGGREGATOR}_EXPOSABLE_EVENT_TYPES": _EVENTS,
    f"{_AGGREGATOR}_PUBLISHER_HTTP_ENDPOINT_EXPOSABLE_EVENT_TYPES": _EVENTS,
}


def gate(plan: Plan) -> bool:
    return GATE in plan.gates and plan.release.has("history-server")


def add_collector(plan: Plan, pod: dict[str, Part], head: bool, address: Node[str]) -> None:
    """Puts the collector into a pod, if it is asked for; `address` is the head Service's."""
    options = at(plan.spec, "historyServerOptions", "collectorOptions")
    if not gate(plan) or type(options) is not dict:
        return
    place = next((each for each in options.values() if isinstance(each, Node)), plan.place)
    resources = options.get("resources")
    form = {
        "name": NAME,
        "image": leaf(options, "image"),
        "imagePullPolicy": leaf(options, "imagePullPolicy") or "IfNotPresent",
        "resources": _RESOURCES if resources is None else resources,
    }
    container: dict[str, Part] = built(place, form)
    values: dict[str, Any] = {
        "POD_IP": of_field("status.podIP"),
        "RAY_CLUSTER_NAME": injected(plan.name),
        "RAY_CLUSTER_NAMESPACE": injected(plan.namespace),
        "RAY_ROLE": "Head" if head else "Worker",
        "EVENTS_PORT": "8084",
        "FQ_RAY_IP": address,
    }
    for label, name in ((ORIGIN_KIND, "OWNER_KIND"), (ORIGIN, "OWNER_NAME")):
        said = filled(plan.metadata, "labels", label)
        if said is not None:
            values[name] = injected(said)
    put_variables(container, place, **values)
    if head and not has_variable(options, "RAY_DASHBOARD_ADDRESS"):
        put_variables(container, place, RAY_DASHBOARD_ADDRESS="http://localhost:8265")
    added_to(container, "env").extend(listed(options.get("env")))
    with_token(container, plan.name, plan.spec, plan.release, place)
    added_to(pod, "containers").append(container)


def collector_in(plan: Plan, pod: dict[str, Part]) -> dict[str, Part] | None:
    """The container of that name in a pod, where the gate is on."""
    for each in listed(pod.get("containers")) if gate(plan) else ():
        if value(each, "name") == NAME and type(each) is dict:
            return each
    return None


def tell_ray(ray: dict[str, Part], place: Node[Any]) -> None:
    """Has Ray send its events there."""
    put_missing(ray, place, **_RAY)
