"""The labels of the Services that the operator makes. Not here: those of pods (`podsets`).

Source: KubeRay `controllers/ray/common/service.go`, HeadServiceLabels, BuildServiceForHeadPod,
BuildServeService, BuildHeadlessServiceForRayCluster; BuildHeadServiceForRayJob in job.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective import podlabels
from raypolicy.madeservices import HEAD, Derived
from raypolicy.podsets import Labels
from raypolicy.tree import ABSENT, DERIVED, Node, Unknown

_SEVERAL: Final = Unknown("its labels depend on the release of KubeRay")


def service_labels(service: Derived) -> Labels:
    """The labels that a Service will have."""
    return Labels(_labels(service), service.name)


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
