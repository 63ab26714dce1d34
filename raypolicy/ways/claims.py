"""Which Services of a bundle are in the way of those that the operator makes. Not here: those that
it makes (`madeservices`).

Source: KubeRay `controllers/ray/raycluster_controller.go`, reconcileHeadService, which looks by
label and creates; `rayservice_controller.go` and `rayjob_controller.go`, reconcileServices, which
look by name and overwrite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.effective import podlabels
from raypolicy.facts.claim import ClaimedService
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.values import placeholder
from raypolicy.ways.madeservices import HEAD, Derived, MadeServices, written_namespace

_TELLING: Final = ("-svc", podlabels.NODE_TYPE)


def claims(
    inventory: Inventory, made: MadeServices, clusters: Iterable[Cluster], nobody: Owner
) -> Iterator[ClaimedService]:
    """Services that two objects of Ray's in one file or stream would have, and those that are
    written and made at once."""
    audited = {id(cluster.owner.resource) for cluster in clusters}
    yield from _of_two(made, audited)
    heads = {
        (cluster.owner.resource.namespace, cluster.name.known): cluster for cluster in clusters
    }
    for resource in inventory.of_kind("Service", _tells):
        if resource.api_version == "v1" and not placeholder(resource.name):
            found = _of_service(resource, made, heads, nobody._replace(resource=resource))
            if found is not None:
                yield found


def _of_two(made: MadeServices, audited: set[int]) -> Iterator[ClaimedService]:
    first: dict[tuple[str, str, str], Derived] = {}
    for each in made.all():
        resource = each.cluster.owner.resource
        if id(resource) not in audited or placeholder(str(each.name.known)):
            continue
        key = (str(each.name.known), each.namespace, resource.source)
        other = first.setdefault(key, each)
        before = other.cluster.owner
        if (before.resource.kind, before.resource.name) != (resource.kind, resource.name):
            name = each.cluster.owner_name
            yield ClaimedService(
                name, each.cluster.owner, each.name, before, role=each.role, poses=False
            )


def _of_service(
    resource: Resource,
    made: MadeServices,
    heads: dict[tuple[str, Any], Cluster],
    owner: Owner,
) -> ClaimedService | None:
    """What a Service that is written is in the way of; nothing if it takes the place of a head
    Service with its name and all its labels."""
    name = resource.node.get("metadata", "name")
    poses = _poses_for(resource, heads)
    if poses is not None:
        own = poses.head_service.name
        if own.known in (None, resource.name):
            return None
        return ClaimedService(name, owner, own, poses.owner, role=HEAD, poses=True)
    for each in made.named(resource.name, written_namespace(resource)):
        return ClaimedService(
            name, owner, each.name, each.cluster.owner, role=each.role, poses=False
        )
    return None


def _poses_for(resource: Resource, heads: dict[tuple[str, Any], Cluster]) -> Cluster | None:
    """The RayCluster whose head Service the operator takes it for."""
    labels = resource.node.get("metadata", "labels")
    name = labels.get(podlabels.CLUSTER).known
    cluster = heads.get((resource.namespace, name)) if type(name) is str else None
    if cluster is None or labels.get(podlabels.NODE_TYPE).value != "head":
        return None
    sought = podlabels.identifier("RayCluster", cluster.owner_name, "head")
    return cluster if labels.get(podlabels.IDENTIFIER).value == sought.value else None


def _tells(text: str) -> bool:
    return any(word in text for word in _TELLING)
