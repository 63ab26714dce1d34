"""Services with the labels of a head Service. Not here: what becomes of them (rules).

Source: KubeRay `controllers/ray/common/association.go`, RayClusterHeadServiceListOptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from raypolicy.bundle import Resource
from raypolicy.effective import podlabels
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.poser import Poser
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory, may_share


def posers(
    inventory: Inventory, clusters: Iterable[Cluster], owner_of: Callable[[Resource], Owner]
) -> Iterator[Poser]:
    """Those of the RayClusters of a bundle, whatever they are called."""
    named = {
        cluster.owner.resource.name: cluster
        for cluster in clusters
        if cluster.owner.resource.kind == "RayCluster"
    }
    for service in inventory.of_kind("Service", lambda text: podlabels.IDENTIFIER in text):
        labels = service.node.get("metadata", "labels")
        label = labels.get(podlabels.CLUSTER)
        cluster = named.get(label.value) if type(label.value) is str else None
        if cluster is None or labels.get(podlabels.NODE_TYPE).value != "head":
            continue
        own = podlabels.identifier("RayCluster", cluster.owner_name, "head")
        if labels.get(podlabels.IDENTIFIER).value == own.value and may_share(
            "Service", service.namespace, cluster.owner.resource.namespace
        ):
            yield Poser(label, owner_of(service), cluster.head_service.name)
