"""What the operator generates for one group, looked up by where the group is written. Not here: how
(`pods`).
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.effective.start import GENERATED
from raypolicy.made.building import leaf, listed
from raypolicy.made.parts import Part, at, value
from raypolicy.made.planning import plans
from raypolicy.made.pods import head_pod, worker_pod
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, Node

_RAY: Final = ("spec", "containers", 0)


def start_text(
    resource: Resource, release: KubeRayRelease, gates: tuple[str, ...], params: Node[Any]
) -> Node[str]:
    """The whole `ray start` of the group whose rayStartParams these are; absent where the operator
    makes no pod of it.
    """
    pod = _pod(resource, release, gates, params.parent)
    for variable in listed(at(pod, *_RAY, "env")):
        if value(variable, "name") == GENERATED:
            found = leaf(variable, "value")
            if found is not None:
                return params.put(found.value, how=found.how)
    return params.put(ABSENT)


def _pod(
    resource: Resource, release: KubeRayRelease, gates: tuple[str, ...], group: Node[Any] | None
) -> Part:
    plan = next(plans(resource, release, gates), None)
    if plan is None or plan.elsewhere or group is None:
        return None
    if group.key == "headGroupSpec":
        return head_pod(plan)
    return worker_pod(plan, at(plan.spec, "workerGroupSpecs", group.key))
