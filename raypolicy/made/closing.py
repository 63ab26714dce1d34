"""The NetworkPolicies that the operator makes of `networkPolicy`, as objects. Not here: what they
let through (`effective.isolation`).

Source: KubeRay `controllers/ray/networkpolicy_controller.go`, buildHeadNetworkPolicy,
buildWorkerGroupNetworkPolicy, buildRayJobPeer, getHeadPort.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective.isolation import MODES
from raypolicy.effective.podlabels import (
    APPLICATION,
    APPLICATION_NAME,
    CLUSTER,
    CREATED_BY,
    CREATOR,
    GROUP,
    HEAD_GROUP,
    NODE_TYPE,
    ORIGIN,
    ORIGIN_KIND,
)
from raypolicy.effective.ports import DASHBOARD
from raypolicy.made.building import built, injected, leaf, listed, text
from raypolicy.made.parts import Made, Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.made.services import head_of
from raypolicy.tree import Node
from raypolicy.values import whole_number

GATE: Final = "RayClusterNetworkPolicy"
_MODE: Final = "ray.io/job-submission-mode"


def policies(plan: Plan) -> Iterator[Made]:
    """One for the head, then one for each worker group; none without `networkPolicy`, or where the
    feature gate that lets it be set is off.
    """
    asked = at(plan.spec, "networkPolicy")
    if asked is None or not plan.release.has("cluster-network-policy") or GATE not in plan.gates:
        return
    mode = value(asked, "mode")
    directions = MODES.get(mode, ()) if type(mode) is str else ()
    name = plan.name
    head = plan.place.put(HEAD_GROUP)
    rules, submitter = at(asked, "head"), _submitter(plan)
    inside = {CLUSTER: injected(name), NODE_TYPE: "head"}
    made = _policy(plan, text("{}-head", name), head, inside, directions, rules, submitter)
    yield Made("network-policy/head", made)
    own = {
        called.value: each
        for each in reversed(listed(at(asked, "workerGroups")))
        if (called := leaf(each, "groupName")) is not None
    }
    for group in listed(plan.spec.get("workerGroupSpecs")):
        called = leaf(group, "groupName") or plan.place.put("")
        rules = own.get(called.value, at(asked, "worker"))
        inside = {CLUSTER: injected(name), NODE_TYPE: "worker", GROUP: called}
        named = text("{}-workers-{}", name, called)
        made = _policy(plan, named, called, inside, directions, rules, [])
        yield Made(f"network-policy/{called.value}", made)


def _policy(
    plan: Plan,
    name: Node[str],
    group: Node[str],
    inside: dict[str, Any],
    directions: tuple[str, ...],
    rules: Part,
    submitter: list[Any],
) -> dict[str, Part]:
    mine = {"podSelector": {"matchLabels": {CLUSTER: injected(plan.name)}}}
    labels = {
        CLUSTER: injected(plan.name),
        GROUP: group,
        APPLICATION: APPLICATION_NAME,
        CREATED_BY: CREATOR,
    }
    spec: dict[str, Any] = {
        "podSelector": {"matchLabels": inside},
        "policyTypes": [direction.capitalize() for direction in directions],
    }
    if "ingress" in directions:
        spec["ingress"] = [{"from": [mine]}, *submitter, *listed(at(rules, "ingressRules"))]
    if "egress" in directions:
        spec["egress"] = [{"to": [mine]}, *listed(at(rules, "egressRules"))]
    form = {**head_of(plan, "networking.k8s.io/v1", "NetworkPolicy", name, labels), "spec": spec}
    made: dict[str, Part] = built(plan.place, form)
    return made


def _submitter(plan: Plan) -> list[Any]:
    """The rule for the submitter pod of a RayJob, which knocks at the dashboard from outside."""
    owner = leaf(plan.metadata, "labels", ORIGIN)
    if plan.creator != "RayJob" or value(plan.metadata, "labels", _MODE) != "K8sJobMode":
        return []
    written = value(plan.spec, "headGroupSpec", "rayStartParams", "dashboard-port")
    port = whole_number(written)
    labels = {ORIGIN: None if owner is None else injected(owner), ORIGIN_KIND: "RayJob"}
    return [
        {
            "from": [{"podSelector": {"matchLabels": labels}}],
            "ports": [{"protocol": "TCP", "port": DASHBOARD.default if port is None else port}],
        }
    ]
