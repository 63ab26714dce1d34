"""A resource as the API server keeps it: no nulls, no unknown fields, with defaults. Not here: what
it refuses.

Source: KubeRay `config/crd/bases/`, the `default:` values of the four definitions.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from raypolicy.effective.apiversion import pruned, served
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
    """What the operator gets to see of a RayCluster, RayJob, RayService or RayCronJob: what the
    written version of the API lacks is gone, the defaults are those of v1, in which it is read.
    None where the release has no such kind in that version, or no resource is there.
    """
    kind, version = resource.get("kind").value, resource.get("apiVersion").value
    if type(kind) is not str or type(version) is not str or not served(kind, version, release):
        return None
    part: dict[str, Part] = opened(resource)
    _without_pruned(part, resource, release)
    fill = _Filler(resource)
    job = at(part, *_JOB_AT.get(kind, ("",)))
    if type(job) is dict:
        fill.put(job, {"ttlSecondsAfterFinished": 0, "submissionMode": "K8sJobMode"})
        fill.put(job, {"backoffLimit": 0})
        fill.template(job.get("submitterPodTemplate"))
    fill.ports(at(part, "spec", "serveService", "spec", "ports"))
    _cluster(fill, at(part, *_CLUSTER_AT[kind]), release)
    return part


def _cluster(fill: _Filler, spec: Part, release: KubeRayRelease) -> None:
    head = at(spec, "headGroupSpec")
    fill.template(at(head, "template"))
    fill.ports(at(head, "headService", "spec", "ports"))
    counts = {"replicas": 0, "minReplicas": 0, "maxReplicas": 2147483647}
    if release.has("multi-host"):
        counts["numOfHosts"] = 1
    if release.has("group-priority"):
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


def _without_pruned(part: Part, resource: Node[Any], release: KubeRayRelease) -> None:
    """Drops what the written version of the API doesn't have."""
    above = len(resource.path)
    for node, _ in pruned(resource, release):
        *path, name = node.path[above:]
        holder = at(part, *path)
        if type(holder) is dict:
            holder.pop(name, None)
