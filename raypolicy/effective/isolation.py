"""The NetworkPolicies that the operator makes of a cluster's `networkPolicy`. Not here: those that
people write (`writtenpolicy`).

Source: KubeRay `controllers/ray/networkpolicy_controller.go`, buildHeadNetworkPolicy,
buildWorkerGroupNetworkPolicy and buildRayJobPeer; `validation.go`, validateNetworkPolicy. They are
made where the feature gate RayClusterNetworkPolicy is on; the cluster is refused where it is off.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.origin import kept
from raypolicy.networkpolicy import DIRECTIONS, INGRESS, LAST_PORT, Peer, Policy, Port, Rule
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, Node
from raypolicy.values import whole_number
from raypolicy.writtenpolicy import readable

MODES: Final = {
    "DenyAll": DIRECTIONS,
    "DenyAllIngress": ("ingress",),
    "DenyAllEgress": ("egress",),
}
_FIELDS: Final = {"ingress": "ingressRules", "egress": "egressRules"}


def settings(spec: Node[Any], release: KubeRayRelease) -> Node[Any]:
    """`networkPolicy` of a cluster's spec; absent where API or operator don't have it."""
    written = kept(spec, "networkPolicy")
    return written if release.has("cluster-network-policy") else written.put(ABSENT)


def restricted(asked: Node[Any]) -> tuple[str, ...]:
    """The directions that the mode restricts; none where it is no mode."""
    mode = asked.get("mode")
    kind = "DenyAll" if mode.absent else mode.value
    return MODES.get(kind, ()) if type(kind) is str else ()


def head_policy_name(cluster: str) -> str:
    """What the policy for the head is called."""
    return f"{cluster}-head"


def group_policy_name(cluster: str, group: str) -> str:
    """What the policy for a worker group is called."""
    return f"{cluster}-workers-{group}"


def policy(
    asked: Node[Any], namespace: str, group: str | None, cluster: int, submitter: int | None
) -> Policy:
    """The policy for a worker group, or for the head where `group` is None; `cluster` is by what
    its pods are told from others, `submitter` the same of a RayJob's submitter pod.
    """
    directions = restricted(asked)
    refused = not directions or type(asked.value) is not dict
    own, within = _own_rules(asked, group), Rule((Peer(None, None, cluster=cluster),), ())
    rules: dict[str, tuple[Rule, ...] | None] = {}
    places: dict[str, Node[Any]] = {}
    for direction in DIRECTIONS:
        written = own.get(_FIELDS[direction])
        added = readable(written, direction)
        refused = refused or added is None or bool(added and direction not in directions)
        places[direction] = written if added else own
        made = [within, *(added or ())]
        if submitter is not None and group is None and direction == INGRESS:
            made.append(_for_submitter(asked, submitter))
        rules[direction] = tuple(made) if direction in directions else None
    return Policy("networkPolicy", namespace, (), rules, places, refused, made=True)


def _own_rules(asked: Node[Any], group: str | None) -> Node[Any]:
    """What is written for the head or a group; else the whole of it, so that there is a place."""
    if group is not None:
        for entry in asked.get("workerGroups").items():
            if entry.get("groupName").value == group:
                return entry
    written = asked.get("head" if group is None else "worker")
    return asked if written.absent else written


def _for_submitter(asked: Node[Any], submitter: int) -> Rule:
    above = asked.parent
    written = above.get("headGroupSpec", "rayStartParams", "dashboard-port") if above else asked
    number = whole_number(written.value) or 8265
    return Rule(
        (Peer(None, None, cluster=submitter),), (Port("TCP", (number, min(number, LAST_PORT))),)
    )
