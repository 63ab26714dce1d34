"""Nodes that a cloud may take back at any time: whether a pod asks for nothing else. Not here: what
tolerations let it onto, which demand nothing.

Source: the label pages of GKE (spot-vms, preemptible-vms), EKS (managed node groups), Karpenter
(concepts/scheduling) and AKS (spot-node-pool).
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.tree import ABSENT, Node

_LABELS: Final = {
    "cloud.google.com/gke-spot": ("true",),
    "cloud.google.com/gke-preemptible": ("true",),
    "cloud.google.com/gke-provisioning": ("spot", "preemptible"),
    "eks.amazonaws.com/capacityType": ("SPOT",),
    "karpenter.sh/capacity-type": ("spot",),
    "kubernetes.azure.com/scalesetpriority": ("spot",),
}
_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"


def demanded(pod: Node[Any]) -> Node[str]:
    """The label that a pod's spec demands of nodes, at the place of its value; absent where other
    nodes will do."""
    for key, value in pod.get("nodeSelector").entries():
        if value.value in _LABELS.get(key, ()):
            return value.put(f"{key}: {value.value}")
    terms = [*pod.get("affinity", "nodeAffinity", _REQUIRED, "nodeSelectorTerms").items()]
    found = [_of_term(term) for term in terms]
    if found and found[0] is not None and None not in found:  # any one of the terms will do
        return found[0]
    return pod.put(ABSENT)


def _of_term(term: Node[Any]) -> Node[str] | None:
    for expression in term.get("matchExpressions").items():
        key, values = expression.get("key").value, expression.get("values")
        spot = _LABELS.get(key, ()) if type(key) is str else ()
        asked = values.value if type(values.value) is list else []
        match expression.get("operator").value:
            case "In" if asked and all(each in spot for each in asked):
                return values.put(f"{key}: {asked[0]}")
            case "Exists" if len(spot) == 1 and spot[0] == "true":
                return expression.get("key").put(f"{key}")
    return None
