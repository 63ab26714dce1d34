"""The Ingress that opens the dashboard. Not here: Ingresses that people write (`ways`).

Source: KubeRay `controllers/ray/common/ingress.go`, BuildIngressForHeadService.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective import names
from raypolicy.effective.podlabels import (
    APPLICATION,
    APPLICATION_NAME,
    CLUSTER,
    CREATED_BY,
    CREATOR,
    IDENTIFIER,
    identifier,
)
from raypolicy.effective.ports import DASHBOARD, head_service_ports
from raypolicy.made.building import built, injected, is_true, leaf, listed, mapping, text
from raypolicy.made.parts import Part, at
from raypolicy.made.plan import Plan
from raypolicy.made.services import head_of
from raypolicy.tree import Node

_CLASS: Final = "kubernetes.io/ingress.class"


def ingress(plan: Plan, spec: Node[Any]) -> dict[str, Part] | None:
    """The Ingress of a cluster with enableIngress; `spec` is the cluster's as it is written."""
    head, written = plan.spec.get("headGroupSpec"), spec.get("headGroupSpec")
    if not is_true(head, "enableIngress"):
        return None
    name = plan.name
    annotations = mapping(plan.metadata.get("annotations"))
    options = at(head, "ingressOptions") if plan.release.has("ingress-options") else None
    labels = {
        CLUSTER: injected(name),
        IDENTIFIER: injected(identifier("RayCluster", name, "head")),
        APPLICATION: APPLICATION_NAME,
        CREATED_BY: CREATOR,
    }
    path: Any = {
        "path": leaf(options, "path") or "/",
        "pathType": leaf(options, "pathType") or "Prefix",
    }
    if not plan.release.has("ingress-options"):
        path = {"path": text("/{}/(.*)", name), "pathType": "Exact"}
    service = names.head_service("RayCluster", name, written, plan.release)
    path["backend"] = {
        "service": {"name": injected(service), "port": {"number": _port(plan, written)}}
    }
    form = {
        **head_of(
            plan, "networking.k8s.io/v1", "Ingress", checked("{}-head-ingress", name), labels
        ),
        "spec": {
            "rules": [{"host": leaf(options, "host"), "http": {"paths": [path]}}],
            "ingressClassName": annotations.get(_CLASS),
            "tls": listed(at(options, "tls")) or None,
        },
    }
    copied = {key: each for key, each in annotations.items() if key != _CLASS}
    form["metadata"]["annotations"] = copied or None
    made: dict[str, Part] = built(plan.place, form)
    return made


def checked(form: str, *owners: Node[Any]) -> Node[str]:
    """A name that the operator makes of others and cuts to what it takes for its limit."""
    return text(form, *owners).map(names.check_name, "")


def _port(plan: Plan, head: Node[Any]) -> Any:
    container = head.get("template", "spec", "containers", 0)
    ports = head_service_ports(head, container, plan.release)
    found = [port for port in ports if port.name.value == DASHBOARD.name and not port.own]
    return found[-1].number if found else DASHBOARD.default
