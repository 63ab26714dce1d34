"""How many pods the operator will make of a worker group. Not here: what the autoscaler does then.

Source: KubeRay `controllers/ray/utils/util.go`, GetWorkerGroupDesiredReplicas, and the defaults of
the RayCluster CRD (minReplicas 0, maxReplicas 2147483647, numOfHosts 1, replicas 0).
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.origin import kept
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import DEFAULTED, OVERRIDDEN, Node, Unknown

NO_LIMIT: Final = 2**31 - 1
_LEAST: Final = -(2**31)


def whole(node: Node[Any], default: int) -> Node[int]:
    """A written integer of 32 bits, or the default of the CRD."""
    if node.absent:
        return node.put(default, how=DEFAULTED)
    return node.map(_integer, "no whole number of 32 bits")


def _integer(value: object) -> int | None:
    return value if type(value) is int and _LEAST <= value <= NO_LIMIT else None


def clamped(group: Node[Any]) -> Node[int]:
    """Replicas of a worker group at the start: what is written, moved into the bounds."""
    replicas = whole(group.get("replicas"), 0)
    least = whole(group.get("minReplicas"), 0)
    most = whole(group.get("maxReplicas"), NO_LIMIT)
    for node in (replicas, least, most):
        if node.unknown:
            return node
    count, low, high = (node.known or 0 for node in (replicas, least, most))
    kept = min(max(count, low), high)
    return replicas if kept == count else replicas.put(kept, how=OVERRIDDEN)


def desired(group: Node[Any]) -> Node[int]:
    """Pods of a worker group at the start: replicas within their bounds, times hosts a replica."""
    suspended = kept(group, "suspend")
    if suspended.value is True:
        return suspended.put(0, how=OVERRIDDEN)
    replicas, hosts = clamped(group), whole(kept(group, "numOfHosts"), 1)
    if replicas.known is None or hosts.known is None:
        return replicas if replicas.unknown else hosts
    return replicas.put(replicas.known * hosts.known, how=replicas.how)


def at_most(group: Node[Any], autoscaling: Node[bool]) -> Node[int]:
    """Pods of a worker group at its largest: maxReplicas if the autoscaler is on, else desired."""
    if autoscaling.unknown:
        return group.put(autoscaling.value)
    if autoscaling.value is not True:
        return desired(group)
    most, hosts = whole(group.get("maxReplicas"), NO_LIMIT), whole(kept(group, "numOfHosts"), 1)
    if most.known is None or hosts.known is None:
        return most.put(Unknown("maxReplicas or numOfHosts is unknown"))
    if most.how == DEFAULTED:
        return most
    return most.put(most.known * hosts.known, how=most.how)


def hosts(group: Node[Any], kind: str, release: KubeRayRelease) -> Node[int]:
    """Pods of a replica, as the operator goes by it.

    A zero inside a RayJob or RayService is left out when they write the RayCluster, so that it
    becomes the default, 1; so it does in a RayCronJob.
    """
    written = kept(group, "numOfHosts")
    if written.absent or not release.has("multi-host"):
        return written.put(1, how=DEFAULTED)
    known = written.map(lambda value: value if type(value) is int else None, "not a whole number")
    if known.known is None or known.known > 0:
        return known
    made_anew = known.known == 0 and kind != "RayCluster"
    return known.put(1, how=OVERRIDDEN) if made_anew or release.has("zero-hosts-are-one") else known
