"""Services by their labels, which the operator gives to its own. Not here: pods (`podsets`).

Source: KubeRay `controllers/ray/common/service.go`, HeadServiceLabels, BuildServiceForHeadPod,
BuildHeadServiceForRayService, BuildServeService, BuildHeadlessServiceForRayCluster,
setLabelsforUserProvidedService; BuildHeadServiceForRayJob in job.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective import podlabels
from raypolicy.inventory import Inventory
from raypolicy.tree import ABSENT, DERIVED, Node, Unknown
from raypolicy.ways.labelindex import Bearer, LabelIndex
from raypolicy.ways.madeservices import HEAD, WORKERS, Derived, MadeServices, written_namespace
from raypolicy.ways.podsets import Labels, set_by_others

_SEVERAL: Final = Unknown("its labels depend on the release of KubeRay")
_PASSING: Final = Unknown("the name of its cluster has random letters")
_ON_HEAD: Final = (
    podlabels.CLUSTER,
    podlabels.IDENTIFIER,
    podlabels.APPLICATION,
    podlabels.CREATED_BY,
)


def labelled_services(made: MadeServices, inventory: Inventory) -> LabelIndex:
    """All Services by their labels: those that will be made, and those that are written."""
    return LabelIndex(_services(made, inventory), _set_by_others)


def _services(made: MadeServices, inventory: Inventory) -> Iterator[Bearer]:
    for service in made.all():
        yield Bearer(service_labels(service), service.namespace, service)
    for resource in inventory.of_kind("Service"):
        if resource.api_version == "v1":
            metadata = resource.node.get("metadata")
            labels = metadata.get("labels")
            known = Labels(labels.entries(), metadata, labels, is_open=_set_by_others)
            yield Bearer(known, written_namespace(resource), resource)


def service_labels(service: Derived) -> Labels:
    """The labels that a Service will have."""
    return Labels(_labels(service), service.name, _custom(service), is_open=_set_by_others)


def _custom(service: Derived) -> Node[Any]:
    """The labels that a manifest gives to a Service."""
    if service.role == HEAD:
        return service.cluster.head.node.get("headService", "metadata", "labels")
    whole: Node[Any] = service.cluster.owner.resource.node
    if service.serves and whole.get("kind").value == "RayService":
        return whole.get("spec", "serveService", "metadata", "labels")
    return whole.put(ABSENT)


def _labels(service: Derived) -> Iterator[tuple[str, Node[Any]]]:
    """What is written, and what the operator puts over it."""
    cluster = service.cluster
    kind, owner = cluster.owner.resource.kind, cluster.owner_name
    if service.role == WORKERS:
        yield podlabels.WORKERS_SERVICE, owner if kind == "RayCluster" else owner.put(_PASSING)
        return
    if service.serves:
        yield from _custom(service).entries()
        yield podlabels.SERVE, owner.map(lambda name: f"{name}-serve", "")
        yield from _originated(service)
        return
    yield podlabels.NODE_TYPE, owner.put("head", how=DERIVED)
    if kind != "RayCluster":
        custom = (key for key, _ in _custom(service).entries())
        for name in (*_ON_HEAD, *custom):
            yield name, owner.put(_SEVERAL)
        if kind == "RayService":
            yield from _originated(service)
        else:
            yield podlabels.ORIGIN, owner.put(_SEVERAL)
            yield podlabels.ORIGIN_KIND, owner.put(_SEVERAL)
        return
    yield from _custom(service).entries()
    yield podlabels.CLUSTER, owner
    for name in _ON_HEAD[1:]:
        label = podlabels.sought(name, kind, owner, cluster.head.node)
        if label.value is not ABSENT:
            yield name, label


def _originated(service: Derived) -> Iterator[tuple[str, Node[Any]]]:
    """The resource that a Service is made for."""
    cluster = service.cluster
    kind, owner = cluster.owner.resource.node.get("kind"), cluster.owner_name
    if cluster.owner.release.has("originated-from-labels"):
        yield podlabels.ORIGIN, owner
        yield podlabels.ORIGIN_KIND, kind
    else:
        yield podlabels.RAY_SERVICE, owner


def _set_by_others(key: str) -> bool:
    """Of Ray's domain no controller adds any label to a Service."""
    return set_by_others(key) and not key.startswith("ray.io/")
