"""Clusters: wherever a cluster's spec is embedded. Not here: their groups and their Services."""

from __future__ import annotations

from typing import Any

from raypolicy.effective import names, probes, replicas
from raypolicy.facts.group import Group, HeadGroup, WorkerGroup
from raypolicy.facts.headservice import HeadService
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown
from raypolicy.values import Version


class Cluster(View):
    """A cluster: of a RayCluster, or the one a RayJob, RayService or RayCronJob makes."""

    fields = frozenset(
        """authOptions autoscalerOptions enableInTreeAutoscaling gcsFaultToleranceOptions
        headGroupSpec headServiceAnnotations historyServerOptions managedBy networkPolicy rayVersion
        suspend tlsOptions upgradeStrategy workerGroupSpecs""".split()
    )

    @fact
    def kind(self) -> Node[str]:
        """The kind of the resource it is written in: RayCluster, RayJob, RayService, RayCronJob."""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """Its name; unknown where the operator adds random letters to it."""
        return names.cluster(self.owner.resource.kind, self.owner_name)

    @fact
    def owner_name(self) -> Node[str]:
        """Name of the resource it is written in."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def namespace(self) -> Node[str]:
        """The namespace, where one is written."""
        return self.owner.resource.node.get("metadata", "namespace")

    @only_with("rayVersion")
    @fact
    def ray_version(self) -> Node[Version]:
        """rayVersion, where it is a release."""
        return self.field("rayVersion").map(_version, "not a release of Ray")

    @only_with("rayVersion")
    @fact
    def ray_minor(self) -> Node[Version]:
        """rayVersion without its patch number."""
        return self.ray_version.map(_minor, "")

    @fact
    def image_ray_version(self) -> Node[Version]:
        """Ray release in the image of the head or, where that doesn't say, of a worker group."""
        for group in self.groups:
            if group.ray_version.known is not None:
                return group.ray_version
        return self.head.ray_version

    @fact
    def image_ray_minor(self) -> Node[Version]:
        """Ray release in the images without its patch number."""
        return self.image_ray_version.map(_minor, "")

    @only_with("rayVersion")
    @fact
    def health_path(self) -> Node[str]:
        """The HTTP path that the operator's probes of some group ask for; absent where they use a
        command, or all containers have probes of their own."""
        path = probes.health_path(self.field("rayVersion"), self.owner.release)
        if path.absent:
            return path
        service = self.owner.resource.kind == "RayService"
        added = (
            probes.added(group.pod.ray_container.node, service and group is not self.head)
            for group in self.groups
        )
        return path if any(added) else path.put(ABSENT)

    @fact
    def autoscaling(self) -> Node[bool]:
        """Whether Ray's autoscaler is on; off by default."""
        written = self.field("enableInTreeAutoscaling")
        if written.absent:
            return written.put(False, how=DEFAULTED)
        return written.map(lambda value: value if type(value) is bool else None, "not a boolean")

    @fact
    def head(self) -> HeadGroup:
        """The head group."""
        return HeadGroup(self.field("headGroupSpec"), self.owner, self.autoscaling)

    @only_with("workerGroupSpecs")
    @fact
    def workers(self) -> tuple[WorkerGroup, ...]:
        """The worker groups."""
        groups: list[WorkerGroup] = []
        seen: dict[Any, Node[Any]] = {}
        for node in self.field("workerGroupSpecs").items():
            name = node.get("groupName")
            earlier = seen.get(name.value) if isinstance(name.known, str) else None
            groups.append(WorkerGroup(node, self.owner, self.autoscaling, earlier))
            if isinstance(name.known, str):
                seen.setdefault(name.value, name)
        return tuple(groups)

    @fact
    def groups(self) -> tuple[Group, ...]:
        """The head group and the worker groups."""
        return (self.head, *self.workers)

    @fact
    def has_gpus(self) -> Node[bool]:
        """Whether some group has GPUs or another extended resource, such as TPUs."""
        counts = [group.gpus for group in self.groups]
        limited = [group.pod.ray_container.limits_extended for group in self.groups]
        if any(each.known for each in (*counts, *limited)):
            return self.node.put(True)
        doubt = next((each for each in (*counts, *limited) if each.unknown), None)
        return self.node.put(False if doubt is None else doubt.value)

    @fact
    def can_have_workers(self) -> Node[bool]:
        """Whether there can be worker pods, now or once a RayCluster is scaled by hand."""
        by_hand = self.owner.resource.kind == "RayCluster"
        groups = self.field("workerGroupSpecs")
        if groups.unknown or type(groups.value) not in (list, type(ABSENT)):
            return groups.put(Unknown("the worker groups are unknown"))
        for worker in self.workers:
            most = replicas.at_most(worker.node, self.autoscaling)
            later = worker.max_replicas if by_hand else most
            for pods in (most, later):
                if pods.value != 0:
                    return pods.put(pods.value if pods.unknown else True)
        return groups.put(False)

    @fact
    def head_service(self) -> HeadService:
        """The Service in front of the head pod."""
        kind = self.owner.resource.kind
        name = names.head_service(kind, self.owner_name, self.head.node, self.owner.release)
        return HeadService(self.head, name)

    @fact
    def serve_service(self) -> Node[str]:
        """Name of the Service for Serve, where there will be one."""
        resource = self.owner.resource
        return names.serve_service(
            resource.kind, self.owner_name, resource.node, self.owner.release
        )


def _version(value: object) -> Version | None:
    return Version.parse(value) if type(value) is str else None


def _minor(version: Version) -> Version | None:
    return Version.parse("{}.{}".format(*version.minor))
