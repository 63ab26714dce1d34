"""The Gateway and the HTTPRoute by which a RayService moves its traffic step by step to a new
cluster. Not here: the Service of each cluster that they lead to (`serving`).

Source: KubeRay `controllers/ray/rayservice_controller.go`, createGateway and createHTTPRoute;
`common/service.go`, GetServePort.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.made.building import built, filled, leaf, listed, text
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.tree import DEFAULTED, Node

_API: Final = "gateway.networking.k8s.io/v1"
_OPTIONS: Final = ("upgradeStrategy", "clusterUpgradeOptions")
_RAY: Final = ("headGroupSpec", "template", "spec", "containers", 0)


def gateway(plan: Plan, spec: Part, owner: Node[str]) -> dict[str, Part] | None:
    """The Gateway of a RayService called `owner`, whose spec is `spec` after admission."""
    options = at(spec, *_OPTIONS)
    if options is None:
        return None
    form = {
        "apiVersion": _API,
        "kind": "Gateway",
        "metadata": {"name": text("{}-gateway", owner), "namespace": plan.namespace},
        "spec": {
            "gatewayClassName": filled(options, "gatewayClassName"),
            "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}],
        },
    }
    made: dict[str, Part] = built(plan.place, form)
    return made


def route(plan: Plan, owner: Node[str]) -> dict[str, Part]:
    """The HTTPRoute while there is one cluster."""
    backend = {
        "name": text("{}-serve-svc", plan.name),
        "namespace": plan.namespace,
        "port": _port(plan),
        "weight": 100,
    }
    rule: dict[str, Any] = {
        "backendRefs": [backend],
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
    }
    form = {
        "apiVersion": _API,
        "kind": "HTTPRoute",
        "metadata": {"name": text("{}-httproute", owner), "namespace": plan.namespace},
        "spec": {
            "parentRefs": [{"name": text("{}-gateway", owner), "namespace": plan.namespace}],
            "rules": [rule],
        },
    }
    made: dict[str, Part] = built(plan.place, form)
    return made


def _port(plan: Plan) -> Node[Any]:
    for port in listed(at(plan.spec, *_RAY, "ports")):
        if value(port, "name") == "serve":
            return leaf(port, "containerPort") or plan.place.put(8000, how=DEFAULTED)
    return plan.place.put(8000, how=DEFAULTED)
