"""Clusters and jobs as the operator has them before it makes pods and Services. Not here: how they
come about (`planning`), what it makes of them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from raypolicy.made.building import filled, leaf
from raypolicy.made.parts import Part
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import DEFAULTED, Node, Unknown

RANDOM: Final = "xxxxx"
SIDECAR: Final = "SidecarMode"
KUBERAY: Final = "ray.io/kuberay-operator"


class Plan(NamedTuple):
    """A RayCluster after the API server has pruned and defaulted it.

    `creator` is the kind it was made for (RayCluster, RayJob, RayService). `metadata` has its name,
    namespace, labels and annotations, those handed down included; random letters in names
    are `xxxxx`. `place` is where things without a text of their own stand.
    """

    creator: str
    metadata: dict[str, Part]
    spec: dict[str, Part]
    place: Node[Any]
    release: KubeRayRelease
    gates: tuple[str, ...] = ()

    @property
    def elsewhere(self) -> bool:
        """Whether another controller makes the pods, so that the operator makes nothing of it."""
        return elsewhere(self.spec)

    @property
    def name(self) -> Node[str]:
        return leaf(self.metadata, "name") or self.place.put(Unknown("it has no name"))

    @property
    def namespace(self) -> Node[str]:
        return leaf(self.metadata, "namespace") or self.place.put("default", how=DEFAULTED)


class JobPlan(NamedTuple):
    """A RayJob, or the one that a RayCronJob makes at its time; `cluster` is the name of the
    RayCluster that it makes or chooses, `job_id` that of the job in Ray.
    """

    metadata: dict[str, Part]
    spec: dict[str, Part]
    cluster: Node[str]
    job_id: Node[str]
    by_cron: bool
    place: Node[Any]
    release: KubeRayRelease
    gates: tuple[str, ...] = ()

    @property
    def mode(self) -> str:
        """Its submissionMode: K8sJobMode, HTTPMode, SidecarMode or InteractiveMode."""
        found = leaf(self.spec, "submissionMode")
        return found.value if found is not None and type(found.value) is str else "K8sJobMode"

    @property
    def waits(self) -> bool:
        """Whether it waits for people to submit a job, and to say so."""
        return self.mode == "InteractiveMode" and filled(self.spec, "jobId") is None

    @property
    def elsewhere(self) -> bool:
        """Whether another controller sees to it, so that the operator makes nothing of it."""
        return elsewhere(self.spec)


def elsewhere(spec: Part) -> bool:
    """Whether a spec says that another controller sees to it."""
    manager = filled(spec, "managedBy")
    return manager is not None and manager.value != KUBERAY
