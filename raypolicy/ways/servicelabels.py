"""Services by their labels, which the operator gives to its own. Not here: pods (`podsets`).

Source: KubeRay `controllers/ray/common/service.go`, HeadServiceLabels, BuildServiceForHeadPod,
BuildServeService, BuildHeadlessServiceForRayCluster; BuildHeadServiceForRayJob in job.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective import podlabels
from raypolicy.inventory import Inventory
from raypolicy.tree import ABSENT, DERIVED, Node, Unknown
from raypolicy.ways.labelindex import Bearer, LabelIndex
from raypolicy.ways.madeservices import HEAD, Derived, MadeServices, written_namespace
from raypolicy.ways.podsets import Labels, set_by_others

_SEVERAL: Final = Unknown("its labels depend on the release of KubeRay")


def labelled_services(made: MadeServices, inventory: Inventory) -> LabelIndex:
    """All Services by their labels: those that will be made, and those that are written."""
    return LabelIndex(_services(made, inventory), set_by_others)


def _services(made: MadeServices, inventory: Inventory) -> Iterator[Bearer]:
    for service in made.all():
        yield Bearer(service_labels(service), service.namespace, service)
    for resource in inventory.of_kind("Service"):
        if resource.api_version == "v1":
            metadata = resource.node.get("metadata")
            labels = Labels(metadata.get("labels").entries(), metadata, metadata.get("labels"))
            yield Bearer(labels, written_namespace(resource), resource)


def service_labels(service: Derived) -> Labels:
    """The labels that a Service will have."""
    custom = service.cluster.head.node.get("headService", "metadata", "labels")
    return Labels(_labels(service), service.name, custom)


def _labels(service: Derived) -> Iterator[tuple[str, Node[Any]]]:
    cluster = service.cluster
    kind, owner, head = cluster.owner.resource.kind, cluster.owner_name, cluster.head.node
    if service.role != HEAD:
        if kind == "RayService":
            yield from cluster.owner.resource.node.get(
                "spec", "serveService", "metadata", "labels"
            ).entries()
        return
    yield podlabels.NODE_TYPE, owner.put("head", how=DERIVED)
    if kind != "RayCluster":
        for name in (podlabels.CLUSTER, podlabels.IDENTIFIER, podlabels.APPLICATION):
            yield name, owner.put(_SEVERAL)
        yield podlabels.CREATED_BY, owner.put(_SEVERAL)
        return
    yield from head.get("headService", "metadata", "labels").entries()
    yield podlabels.CLUSTER, owner
    for name in (podlabels.IDENTIFIER, podlabels.APPLICATION, podlabels.CREATED_BY):
        label = podlabels.sought(name, kind, owner, head)
        if label.value is not ABSENT:
            yield name, label
