"""The Service for Serve: of a RayService, or of a RayCluster annotated for one.

Not here: which ports it has (`effective.serve`).
Source: KubeRay `controllers/ray/common/service.go`, BuildServeService; `raycluster_controller.go`,
reconcileServeService; `rayservice_controller.go`, reconcileServicesToReadyCluster.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.gates import incremental_upgrade
from raypolicy.effective.podlabels import CLUSTER, ORIGIN, ORIGIN_KIND, SERVE
from raypolicy.effective.ports import ServicePortFact
from raypolicy.effective.serve import serve_ports
from raypolicy.made.building import built, filled, injected, laid_over, listed, mapping, text
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.made.services import head_of, port_of
from raypolicy.tree import INJECTED, Node

_ANNOTATION: Final = "ray.io/enable-serve-service"


def cluster_serve_service(plan: Plan, spec: Node[Any]) -> dict[str, Part] | None:
    """The Service for Serve of a cluster that is annotated for one; `spec` is the cluster's as it
    is written. None where it isn't, or where no port is named for Serve.
    """
    if value(plan.metadata, "annotations", _ANNOTATION) != "true":
        return None
    ports = serve_ports("RayCluster", spec, *_head(spec), plan.release, gradual=False)
    name = plan.name
    return _service(plan, "RayCluster", name, ports) if ports else None


def serve_service(
    plan: Plan, own: Node[Any], spec: Node[Any], owner: Node[str], custom: Part
) -> dict[str, Part] | None:
    """The Service for Serve of a RayService called `owner`. `own` and `spec` are its spec and that
    of its cluster as they are written, `given` is its serveService after admission. None where no
    port is named for Serve, and no serveService is written.
    """
    gradual = incremental_upgrade(own, plan.release, plan.gates)
    custom = None if gradual else custom
    ports = serve_ports("RayService", own, *_head(spec), plan.release, gradual=gradual)
    if not ports and custom is None:
        return None
    made = _service(plan, "RayService", plan.name if gradual else owner, ports)
    made["spec"]["selector"][SERVE] = plan.place.put("true", how=INJECTED)
    if custom is None:
        return made
    metadata, below = mapping(at(custom, "metadata")), mapping(at(custom, "spec"))
    inner = {
        **made["spec"],
        **below,
        **made["spec"],
        "ports": _merged(plan, ports, listed(below.get("ports"))),
    }
    own_type, own_name = filled(below, "type"), filled(metadata, "name")
    if own_type is not None:
        inner["type"] = own_type
    if own_name is not None:
        made["metadata"]["name"] = own_name
    labels = laid_over(metadata.get("labels"), made["metadata"]["labels"])
    metadata = {**made["metadata"], **laid_over(metadata, made["metadata"]), "labels": labels}
    return {**made, "metadata": metadata, "spec": inner}


def _service(
    plan: Plan, kind: str, owner: Node[str], ports: tuple[ServicePortFact, ...]
) -> dict[str, Part]:
    labels = {ORIGIN: injected(owner), ORIGIN_KIND: kind, SERVE: text("{}-serve", owner)}
    form = {
        **head_of(plan, "v1", "Service", text("{}-serve-svc", owner), labels),
        "spec": {
            "selector": {CLUSTER: injected(plan.name)},
            "ports": [port_of(plan, port, None) for port in ports],
            "type": filled(plan.spec, "headGroupSpec", "serviceType"),
        },
    }
    made: dict[str, Part] = built(plan.place, form)
    return made


def _merged(
    plan: Plan, ports: tuple[ServicePortFact, ...], given: list[Part]
) -> list[dict[str, Part]]:
    """The ports, those of serveService as they are written there from 1.6 on."""
    whole = plan.release.has("serve-prefix-ports")
    if whole and len(ports) == len(given) and all(port.own for port in ports):
        return given
    written = {_name(port): port for port in given} if whole else {}
    return [
        written[port.name.value]
        if port.own and isinstance(port.name.value, str) and port.name.value in written
        else port_of(plan, port, None)
        for port in ports
    ]


def _name(port: Part) -> str:
    found = value(port, "name")
    return found if isinstance(found, str) else ""


def _head(spec: Node[Any]) -> tuple[Node[Any], Node[Any]]:
    head = spec.get("headGroupSpec")
    return head, head.get("template", "spec", "containers", 0)
