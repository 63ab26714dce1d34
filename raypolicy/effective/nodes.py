"""The Kubernetes nodes that a pod may run on, as far as its spec says. Not here: the forms of that.

Source: Kubernetes' well-known labels; `nodeSelector` and the terms of required node affinity.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.tree import ABSENT, Node

ARCHITECTURE: Final = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
_REQUIRED: Final = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")


def selected(spec: Node[Any], *labels: str) -> Node[Any]:
    """The one value that a label of the node must have, by selector or required affinity; absent
    where it may have several, or any.
    """
    for label in labels:
        value = spec.get("nodeSelector", label)
        if not value.absent:
            return value
    terms = list(spec.get(*_REQUIRED, "nodeSelectorTerms").items())
    for expression in terms[0].get("matchExpressions").items() if len(terms) == 1 else ():
        values = list(expression.get("values").items())
        one = len(values) == 1 and expression.get("operator").value == "In"
        if one and expression.get("key").value in labels:
            return values[0]
    return spec.get("nodeSelector").put(ABSENT)
