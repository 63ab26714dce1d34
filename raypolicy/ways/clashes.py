"""Services of one name in one namespace, made by two objects or written beside. Not here: what
becomes of them (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from raypolicy.bundle import Resource
from raypolicy.facts.clash import ServiceClash
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.ways.madeservices import MadeServices, written_namespace


def service_clashes(
    made: MadeServices,
    clusters: Iterable[Cluster],
    inventory: Inventory,
    owner_of: Callable[[Resource], Owner],
) -> tuple[ServiceClash, ...]:
    """Objects of Ray's in one file or stream alone, for a folder of samples often has one name in
    all of them; written Services in all of the bundle. One object written twice is no clash.
    """
    seen: dict[tuple[object, str, str], Resource] = {}
    makers: dict[tuple[str, str], Resource] = {}
    found: list[ServiceClash] = []
    audited = {id(cluster) for cluster in clusters}
    for service in made.all():
        resource, name = service.cluster.owner.resource, str(service.name.value)
        if id(service.cluster) not in audited:
            continue
        makers.setdefault((service.namespace, name), resource)
        first = seen.setdefault((resource.source, service.namespace, name), resource)
        same = (first.kind, first.name) == (resource.kind, resource.name)
        if not same:
            found.append(_clash(resource, name, first, owner_of))
    for (namespace, name), maker in makers.items():
        for written in inventory.named("Service", name, namespace):
            if written_namespace(written) == namespace:
                found.append(_clash(written, name, maker, owner_of))
    return tuple(found)


def _clash(
    resource: Resource, service: str, first: Resource, owner_of: Callable[[Resource], Owner]
) -> ServiceClash:
    name, other = (each.node.get("metadata", "name") for each in (resource, first))
    return ServiceClash(name, owner_of(resource), service, other)
