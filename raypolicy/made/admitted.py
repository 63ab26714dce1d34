"""A resource as the API server keeps it: no nulls, no unknown fields, with defaults. Not here: what
it refuses.

Source: KubeRay `config/crd/bases/`, the `default:` values of the four definitions.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from raypolicy.effective.apiversion import ALPHA, ALPHA_LACKS, served
from raypolicy.made.parts import Part, at, opened
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import DEFAULTED, Node

_CLUSTER_AT: Final = {
    "RayCluster": ("spec",),
    "RayJob": ("spec", "rayClusterSpec"),
    "RayService": ("spec", "rayClusterConfig"),
    "RayCronJob": ("spec", "jobTemplate", "rayClusterSpec"),
}
_JOB_AT: Final = {"RayJob": ("spec",), "RayCronJob": ("spec", "jobTemplate")}


def admitted(resource: Node[Any], release: KubeRayRelease) -> dict[str, Part] | None:
    """What the operator gets to see of a RayCluster, RayJob, RayService or RayCronJob; None where
    the release has no such kind in that version of the API, or no resource is there.
    """
    kind, version = resource.get("kind").value, resource.get("apiVersion").value
    if type(kind) is not str or type(version) is not str or not served(kind, version, release):
        return None
    part: dict[str, Part] = opened(resource)
    if version == ALPHA:
        _without(part.get("spec"), ALPHA_LACKS)
    fill = _Filler(resource)
    job = at(part, *_JOB_AT.get(kind, ("",)))
    if type(job) is dict:
        fill.put(job, {"ttlSecondsAfterFinished": 0})
        if version != ALPHA:
            fill.put(job, {"submissionMode": "K8sJobMode", "backoffLimit": 0})
        fill.template(job.get("submitterPodTemplate"))
    fill.ports(at(part, "spec", "serveService", "spec", "ports"))
    _cluster(fill, at(part, *_CLUSTER_AT[kind]), version, release)
    return part


def _cluster(fill: _Filler, spec: Part, version: str, release: KubeRayRelease) -> None:
    head = at(spec, "headGroupSpec")
    fill.template(at(head, "template"))
    fill.ports(at(head, "headService", "spec", "ports"))
    counts = {"replicas": 0, "minReplicas": 0, "maxReplicas": 2147483647}
    if version != ALPHA and release.has("multi-host"):
        counts["numOfHosts"] = 1
    if version != ALPHA and release.has("group-priority"):
        counts["priority"] = 0
    for group in _listed(at(spec, "workerGroupSpecs")):
        fill.put(group, counts)
        fill.template(at(group, "template"))
    policy = at(spec, "networkPolicy")
    fill.put(policy, {"mode": "DenyAll"})


class _Filler(NamedTuple):
    """Fills in what the definitions say where nothing is written, at the place of the resource."""

    place: Node[Any]

    def put(self, part: Part, values: dict[str, Any]) -> None:
        if type(part) is dict:
            for name, value in values.items():
                part.setdefault(name, self.place.put(value, how=DEFAULTED))

    def ports(self, ports: Part) -> None:
        for port in _listed(ports):
            self.put(port, {"protocol": "TCP"})

    def template(self, template: Part) -> None:
        for role in ("containers", "initContainers"):
            for container in _listed(at(template, "spec", role)):
                self.ports(at(container, "ports"))


def _listed(part: Part) -> list[Part]:
    return part if type(part) is list else []


def _without(part: Part, names: frozenset[str]) -> None:
    """Drops fields wherever they stand outside of templates and metadata."""
    if type(part) is list:
        for each in part:
            _without(each, names)
    elif type(part) is dict:
        for name in names & part.keys():
            del part[name]
        for name, each in part.items():
            if name not in ("template", "submitterPodTemplate", "metadata"):
                _without(each, names)
