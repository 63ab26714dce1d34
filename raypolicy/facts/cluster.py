"""Clusters: wherever a cluster's spec is embedded. Not here: their groups and their Services."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from raypolicy.effective import gates, injected, names, probes, replicas, serve
from raypolicy.effective.origin import kept
from raypolicy.effective.ports import ServicePortFact
from raypolicy.facts.container import Container
from raypolicy.facts.declared import DeclaredRay
from raypolicy.facts.exposure import Exposure
from raypolicy.facts.group import Group
from raypolicy.facts.headgroup import HeadGroup
from raypolicy.facts.headservice import HeadService
from raypolicy.facts.image import Image
from raypolicy.facts.naming import WorkerName
from raypolicy.facts.optionedcluster import OptionedCluster
from raypolicy.facts.view import fact, only_with
from raypolicy.facts.workergroup import WorkerGroup
from raypolicy.releases import newest_ray
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown
from raypolicy.values import Version

if TYPE_CHECKING:  # few clusters have them
    from raypolicy.facts.headsettings import HeadSettings
    from raypolicy.facts.installedray import InstalledRay
    from raypolicy.facts.isolation import Isolation
    from raypolicy.facts.scale import Scale


class Cluster(OptionedCluster):
    """A cluster: of a RayCluster, or the one a RayJob, RayService or RayCronJob makes."""

    fields = frozenset(
        """authOptions autoscalerOptions enableInTreeAutoscaling gcsFaultToleranceOptions
        headGroupSpec headServiceAnnotations historyServerOptions managedBy networkPolicy rayVersion
        suspend tlsOptions upgradeStrategy workerGroupSpecs""".split()
    )

    @only_with("rayVersion")
    @fact
    def ray_version(self) -> Node[Version]:
        """rayVersion, where it is a release."""
        return self.field("rayVersion").map(Version.parse, "not a release of Ray")

    @only_with("rayVersion")
    @fact
    def ray_minor(self) -> Node[Version]:
        """rayVersion without its patch number."""
        return self.ray_version.map(Version.without_patch, "")

    @fact
    def declared_ray(self) -> DeclaredRay:
        """rayVersion as KubeRay reads it."""
        return DeclaredRay(self.field("rayVersion"), self.owner, self.node)

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
        return self.image_ray_version.map(Version.without_patch, "")

    @fact
    def installed_ray(self) -> InstalledRay:
        """The Ray that it runs, as the images say, else rayVersion."""
        from raypolicy.facts.installedray import InstalledRay

        image, moving = self.image_ray_version, self.head.pod.ray_container.image.floating
        said = image if image.known is not None or not moving.absent else self.ray_version
        return InstalledRay(image if said.absent else said, self.owner)

    @fact
    def fitting_ray_version(self) -> Node[Version]:
        """What rayVersion should be: the Ray in the images, the newest of all for a nightly build
        of the head; unknown where something in the cluster needs a later one."""
        image = self.head.pod.ray_container.image
        nightly = image.floating.value == "nightly" and "rayproject/ray" in image.text.value
        fitting = self.image_ray_version
        if nightly:
            fitting = fitting.put(newest_ray().version)
        demanded = self.declared_ray.demanded.known
        too_low = demanded is not None and fitting.known is not None and fitting.value < demanded
        return fitting.put(Unknown(f"it needs Ray {demanded}")) if too_low else fitting

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

    @only_with("enableInTreeAutoscaling", otherwise=False)
    @fact
    def autoscaling(self) -> Node[bool]:
        """Whether Ray's autoscaler is on; off by default."""
        written = self.field("enableInTreeAutoscaling")
        if written.absent:
            return written.put(False, how=DEFAULTED)
        return written.map(lambda value: value if type(value) is bool else None, "not a boolean")

    @fact
    def autoscaler_image(self) -> Image:
        """The image of the autoscaler, where there is one with an image of its own."""
        written = self.field("autoscalerOptions").get("image")
        on = self.autoscaling.value is True
        return Image(written if on else written.put(ABSENT), self.owner)

    @only_with("authOptions", otherwise=False)
    @fact
    def token_auth(self) -> Node[bool]:
        """Whether KubeRay has Ray ask for a token; off by default."""
        return gates.token_auth(self.node, self.owner.release)

    @only_with("autoscalerOptions")
    @fact
    def autoscaler_version(self) -> Node[str]:
        """autoscalerOptions.version, where this version of the API has it."""
        return kept(self.field("autoscalerOptions"), "version")

    @fact
    def clashing_containers(self) -> tuple[Container, ...]:
        """Containers and init containers that have the name of one that the operator adds."""
        found: list[Container] = []
        above = self.node.parent
        job = above is not None and self.owner.resource.kind in ("RayJob", "RayCronJob")
        mode = kept(above, "submissionMode").value if above is not None and job else ""
        for group in self.groups:
            if not injected.may_be_taken(group.pod.node.value):
                continue
            added = injected.names(
                group is self.head, self.autoscaling.value is True, mode, self.owner.release
            )
            taken = (*added,)
            found += (c for c in group.pod.all_containers if c.field("name").value in taken)
        return tuple(found)

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
    def scale(self) -> Scale:
        """How many workers it can have."""
        from raypolicy.facts.scale import Scale

        return Scale(self.field("workerGroupSpecs"), self.owner, self.workers)

    @fact
    def has_devices(self) -> Node[bool]:
        """Whether some group asks Kubernetes for an extended resource, such as GPUs or TPUs."""
        limited = (group.pod.ray_container.limits_extended for group in self.groups)
        return next((each for each in limited if each.known), self.node.put(False))

    @fact
    def has_gpus(self) -> Node[bool]:
        """Whether some group has GPUs or another extended resource, such as TPUs."""
        counts = [*(group.gpus for group in self.groups), self.has_devices]
        if any(each.known for each in counts):
            return self.node.put(True)
        doubt = next((each for each in counts if each.unknown), None)
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
    def serve_port(self) -> Node[int]:
        """The first port of that Service; absent where no port is named for Serve."""
        ports = self.head.pod.ray_container.field("ports")
        return self.serve_ports[0].number if self.serve_ports else ports.put(ABSENT)

    @cached_property
    def serve_ports(self) -> tuple[ServicePortFact, ...]:
        """All its ports; no word of rules."""
        head, resource = self.head, self.owner.resource
        container = head.pod.ray_container.node
        spec = resource.node.get("spec")
        release = self.owner.release
        gradual = gates.incremental_upgrade(spec, release, self.owner.gates)
        return serve.serve_ports(
            resource.kind, spec, head.node, container, release, gradual=gradual
        )

    @fact
    def exposure(self) -> Exposure:
        """What opens the head to the outside."""
        return Exposure(self.head, self.node)

    @fact
    def head_settings(self) -> HeadSettings:
        """What is written under `headService`."""
        from raypolicy.facts.headsettings import HeadSettings

        return HeadSettings(self.head.field("headService"), self.owner)

    @only_with("networkPolicy")
    @fact
    def isolation(self) -> Isolation:
        """What is written under `networkPolicy`, where API and operator have it."""
        from raypolicy.effective.isolation import settings
        from raypolicy.facts.isolation import Isolation

        names = tuple(group.name for group in self.workers)
        return Isolation(settings(self.node, self.owner.release), self.owner, names)

    @fact
    def worker_names(self) -> tuple[WorkerName, ...]:
        """The names of the worker groups, and what becomes of them."""
        return tuple(WorkerName(each.node, each.hosts, self.owner) for each in self.workers)
