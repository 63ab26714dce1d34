"""The containers that the operator adds to pods, with what they ask for. Not here: which names of
containers they take away (`injected`).

Source: KubeRay `controllers/ray/common/pod.go`, BuildAutoscalerContainer,
mergeAutoscalerOverrides, BuildCollectorContainer, DefaultWorkerPodTemplate (wait-gcs-ready);
`common/job.go`, GetDefaultSubmitterContainer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from raypolicy.effective.injected import AUTOSCALER, SUBMITTER, WAIT
from raypolicy.effective.origin import kept
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import Node

_SMALL: Final = {"cpu": "500m", "memory": "512Mi"}
_SMALLER: Final = {"cpu": "200m", "memory": "256Mi"}
AUTOSCALING: Final = {"requests": _SMALL, "limits": _SMALL}
WAITING: Final = {"requests": _SMALLER, "limits": _SMALLER}
SUBMITTING: Final = {
    "requests": {"cpu": "500m", "memory": "200Mi"},
    "limits": {"cpu": "1", "memory": "1Gi"},
}

HISTORY: Final = "RayClusterHistoryServer"
"""The feature gate of the collector."""


class Added(NamedTuple):
    """A container that the operator adds. `place` is what brings it, or says what it gets;
    `resources` are its requests and limits as they would be written; `context` is its security
    context, `settled` whether that is another container's, so that it is spoken of there.
    """

    name: str
    init: bool
    place: Node[Any]
    resources: Node[Any]
    context: Node[Any]
    settled: bool = False


def autoscaler(spec: Node[Any]) -> Added:
    """The autoscaler beside Ray in the head pod, given the spec of a cluster that has one."""
    options = spec.get("autoscalerOptions")
    resources = options.get("resources")
    if resources.absent:
        resources = resources.put(_copy(AUTOSCALING))
    place = spec.get("enableInTreeAutoscaling") if options.absent else options
    return Added(AUTOSCALER, False, place, resources, options.get("securityContext"))


def options(
    spec: Node[Any], release: KubeRayRelease, gates: Collection[str]
) -> Iterator[Node[Any]]:
    """What is written, beside the pods, of the containers that the head gets: the autoscaler's
    options, and the collector's, where the spec of a cluster asks for these containers.
    """
    if spec.get("enableInTreeAutoscaling").value is True:
        yield spec.get("autoscalerOptions")
    if HISTORY in gates and release.has("history-server"):
        yield kept(spec, "historyServerOptions").get("collectorOptions")


def wait(ray: Node[Any], group: Node[Any]) -> Added:
    """The init container of a worker, which has the security context of its Ray container."""
    resources = group.put(_copy(WAITING))
    return Added(WAIT, True, group, resources, ray.get("securityContext"), settled=True)


def submitter(place: Node[Any]) -> Added:
    """What submits a job where no template says how; it has no security context."""
    resources = place.put(_copy(SUBMITTING))
    nothing = place.put({}).get("securityContext")
    return Added(SUBMITTER, False, place, resources, nothing)


def _copy(resources: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {part: dict(amounts) for part, amounts in resources.items()}
