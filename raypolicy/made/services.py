"""The head Service of a cluster and of its owner, and that of workers of several hosts.

Not here: the Service for Serve (`serving`), which ports a head Service has (`effective.ports`).
Source: KubeRay `controllers/ray/common/service.go`, HeadServiceLabels, BuildServiceForHeadPod,
BuildHeadServiceForRayService, BuildHeadlessServiceForRayCluster; `job.go`,
BuildHeadServiceForRayJob; `raycluster_controller.go`, reconcileHeadService.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from raypolicy.effective import derived, names
from raypolicy.effective.podlabels import (
    APPLICATION,
    APPLICATION_NAME,
    CLUSTER,
    CREATED_BY,
    CREATOR,
    IDENTIFIER,
    NODE_TYPE,
    ORIGIN,
    ORIGIN_KIND,
    WORKERS_SERVICE,
    identifier,
)
from raypolicy.effective.ports import ServicePortFact, head_service_ports
from raypolicy.made.building import built, filled, injected, laid_over, leaf, listed, mapping
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.tree import DEFAULTED, Node


def head_service(plan: Plan, spec: Node[Any]) -> dict[str, Part]:
    """The Service in front of the head; `spec` is the cluster's as it is written."""
    given = leaf(plan.spec, "headGroupSpec", "template", "metadata", "labels", APPLICATION)
    annotations = mapping(plan.spec.get("headServiceAnnotations"))
    return _head_service(plan, spec, labels(plan, given), annotations)


def owner_head_service(
    plan: Plan, spec: Node[Any], kind: str, owner: Node[str]
) -> dict[str, Part] | None:
    """The head Service that a RayJob or RayService has under its own name, whichever cluster it has
    at the moment; None where the release makes none.
    """
    name = names.head_service(kind, owner, spec.get("headGroupSpec"), plan.release)
    if name.absent:
        return None
    service = _head_service(plan, spec, labels(plan, None), {})
    own = {
        ORIGIN: injected(owner),
        ORIGIN_KIND: kind,
        NODE_TYPE: "head",
        IDENTIFIER: injected(identifier("RayCluster", owner, "head")),
    }
    metadata = {**service["metadata"], "name": injected(name), "labels": built(plan.place, own)}
    return {**service, "metadata": metadata}


def workers_service(plan: Plan, spec: Node[Any]) -> dict[str, Part] | None:
    """The headless Service by which the pods of a replica of several hosts find each other."""
    named = derived.workers_service("RayCluster", plan.name, spec, plan.release)
    if named.absent:
        return None
    name = plan.name
    form = {
        **head_of(plan, "v1", "Service", injected(named), {WORKERS_SERVICE: injected(name)}),
        "spec": {
            "clusterIP": "None",
            "selector": {CLUSTER: injected(name), NODE_TYPE: "worker"},
            "type": "ClusterIP",
            "publishNotReadyAddresses": True,
        },
    }
    made: dict[str, Part] = built(plan.place, form)
    return made


def labels(plan: Plan, application: Node[str] | None) -> dict[str, Part]:
    """The labels of the head Service, by which it selects the head too."""
    name = plan.name
    form = {
        CLUSTER: injected(name),
        NODE_TYPE: "head",
        IDENTIFIER: injected(identifier("RayCluster", name, "head")),
        APPLICATION: APPLICATION_NAME if application is None else application,
        CREATED_BY: CREATOR,
    }
    made: dict[str, Part] = built(plan.place, form)
    return made


def head_of(
    plan: Plan, version: str, kind: str, name: Node[str], labels: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The form of what every object begins with: what it is, its name, its namespace."""
    metadata = {"name": name, "namespace": plan.namespace, "labels": labels}
    return {"apiVersion": version, "kind": kind, "metadata": metadata}


def _head_service(
    plan: Plan, spec: Node[Any], labels: dict[str, Part], annotations: dict[str, Part]
) -> dict[str, Part]:
    head, written = plan.spec.get("headGroupSpec"), spec.get("headGroupSpec")
    name = names.head_service("RayCluster", plan.name, written, plan.release)
    name = name if filled(head, "headService", "metadata", "name") else injected(name)
    custom = at(head, "headService") if plan.release.has("custom-head-service") else None
    ports = [port_of(plan, port) for port in _ports(plan, written)]
    kind = filled(head, "serviceType")
    form = {**head_of(plan, "v1", "Service", name, labels), "spec": {"type": kind}}
    made: dict[str, Part] = built(plan.place, form)
    if custom is not None:
        return _customised(made, custom, labels, annotations, ports)
    if annotations:
        made["metadata"]["annotations"] = annotations
    made["spec"] |= {"selector": labels, "ports": sorted(ports, key=_name)}
    headless = plan.release.has("headless-head-service")
    if headless and (kind is None or kind.value == "ClusterIP"):
        address = {"clusterIP": "None", "publishNotReadyAddresses": True}
        made["spec"] |= built(kind or plan.place, address, DEFAULTED)
    return made


def _customised(
    made: dict[str, Part],
    custom: Part,
    labels: dict[str, Part],
    annotations: dict[str, Part],
    ports: list[Part],
) -> dict[str, Part]:
    """What is written as headService, with the operator's words over it and its ports behind."""
    own, below = mapping(at(custom, "metadata")), mapping(at(custom, "spec"))
    metadata = {**made["metadata"], **laid_over(own, made["metadata"])}
    metadata["labels"] = laid_over(own.get("labels"), labels)
    if annotations:
        metadata["annotations"] = laid_over(own.get("annotations"), annotations)
    kind = filled(below, "type")
    spec = {
        **made["spec"],
        **below,
        **made["spec"],
        **({} if kind is None else {"type": kind}),
        "selector": labels,
        "ports": [*listed(below.get("ports")), *ports],
    }
    return {**made, "metadata": metadata, "spec": spec}


def _ports(plan: Plan, head: Node[Any]) -> Iterator[ServicePortFact]:
    """Those that the operator adds to what headService lists."""
    container = head.get("template", "spec", "containers", 0)
    return (port for port in head_service_ports(head, container, plan.release) if not port.own)


def port_of(plan: Plan, port: ServicePortFact, protocol: str | None = "tcp") -> dict[str, Part]:
    """A port of a Service; `protocol` is how the operator says that it is spoken."""
    form = {"name": port.name, "port": port.number, "appProtocol": protocol}
    made: dict[str, Part] = built(plan.place, form)
    return made


def _name(port: dict[str, Part]) -> str:
    return str(value(port, "name"))
