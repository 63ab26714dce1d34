"""Groups: what all have. Not here: the head group (`headgroup`), worker groups (`workergroup`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from raypolicy.effective import logical, ports, probes
from raypolicy.effective.logical import Inputs
from raypolicy.effective.start import as_generated
from raypolicy.effective.variables import foreign_address
from raypolicy.facts.logical import Logical
from raypolicy.facts.objectstore import ObjectStore
from raypolicy.facts.pod import Pod
from raypolicy.facts.startcommand import Setting, StartCommand
from raypolicy.facts.startparameter import StartParameter
from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.startoptions import is_forgotten, node_labels
from raypolicy.tree import ABSENT, INJECTED, Node, placeless
from raypolicy.values import Version

if TYPE_CHECKING:  # few groups have one
    from raypolicy.facts.sidecarport import SidecarPort
    from raypolicy.facts.variable import OverwrittenVariable


class Group(View):
    """A head group or a worker group."""

    fields = frozenset({"labels", "rayStartParams", "resources", "template"})

    def __init__(self, node: Node[Any], owner: Owner, autoscaling: Node[bool]) -> None:
        super().__init__(node, owner)
        self._autoscaling = autoscaling

    @fact
    def name(self) -> Node[str]:
        """The group's name."""
        return self.field("groupName")

    @fact
    def role(self) -> Node[str]:
        """head or worker."""
        return self.node.put("worker")

    @fact
    def pod(self) -> Pod:
        """The pods of the group, as their template has them."""
        start_params = self.field("rayStartParams")
        return Pod(self.field("template"), self.owner, str(self.role.value), start_params)

    @only_with("rayStartParams")
    @fact
    def start_parameters(self) -> tuple[StartParameter, ...]:
        """What is written in rayStartParams."""
        entries = self.field("rayStartParams").entries()
        ray = self.start.ray_version
        return tuple(
            StartParameter(node, self.owner, ray) for _, node in entries if not node.absent
        )

    @fact
    def start(self) -> StartCommand:
        """The `ray start` that KubeRay writes for the pods."""
        by_hand = not as_generated(self.pod.ray_container.node, self.owner.release)
        role = str(self.role.value)
        setting = Setting(role, by_hand, self._autoscaling, self._ray, self.resources_text)
        return StartCommand(self.field("rayStartParams"), self.owner, setting)

    @fact
    def ray_version(self) -> Node[Version]:
        """Ray release in the image of the Ray container."""
        return self.pod.ray_container.image.ray_version

    @fact
    def ray_minor(self) -> Node[Version]:
        """Ray release in the image of the Ray container without its patch number."""
        return self.pod.ray_container.image.ray_minor

    @fact
    def python_version(self) -> Node[Version]:
        """Python in the image of the Ray container."""
        return self.pod.ray_container.image.python_version

    @fact
    def cpus(self) -> Node[int]:
        """CPUs that Ray will be told each pod has."""
        return self.logical.cpus

    @fact
    def gpus(self) -> Node[int]:
        """GPUs that Ray will be told each pod has."""
        return self.logical.gpus

    @fact
    def memory(self) -> Node[int]:
        """Bytes of memory that Ray will be told each pod has."""
        return self.logical.memory

    @fact
    def cpus_from_limit(self) -> Node[bool]:
        """Whether those CPUs are the container's limit."""
        return self.cpus.put(_is_limit(self.cpus))

    @fact
    def memory_from_limit(self) -> Node[bool]:
        """Whether that memory is the container's limit."""
        return self.memory.put(_is_limit(self.memory))

    @only_with("env")
    @fact
    def overwritten_variables(self) -> tuple[OverwrittenVariable, ...]:
        """Environment variables of the Ray container that get another value than is written."""
        from raypolicy.facts.variable import overwritten

        container = self.pod.ray_container.node
        return tuple(overwritten(container, str(self.role.value), self.owner))

    @only_with("env")
    @fact
    def foreign_address(self) -> Node[str]:
        """The `RAY_ADDRESS` of the Ray container, where it is neither in the pod itself nor the
        Service of a head; absent otherwise."""
        return foreign_address(self.pod.ray_container.node)

    @only_with("ports")
    @fact
    def sidecar_ports(self) -> tuple[SidecarPort, ...]:
        """Ports that other containers of its pods list and on which Ray listens."""
        if not self.pod.sidecars and self.pod.field("initContainers").absent:
            return ()
        from raypolicy.facts.sidecarport import sidecar_ports

        head = self.role.value == "head"
        return tuple(sidecar_ports(self.pod, self.field("rayStartParams"), head))

    @fact
    def resources_text(self) -> Node[str]:
        """The start parameter `resources`; unknown where KubeRay writes another in its place."""
        return logical.resources(self._inputs)

    @fact
    def logical(self) -> Logical:
        """What Ray is told of the resources of its pods, beside what they really get."""
        return Logical(self.pod.ray_container.node, self.owner, self._inputs)

    @fact
    def object_store(self) -> ObjectStore:
        """The object store, and the shared memory it lies in."""
        return ObjectStore(self.pod.ray_container.node, self.owner, self._inputs)

    @fact
    def metrics_port(self) -> Node[int]:
        """The container port called metrics: as listed, else the 8080 that the operator adds."""
        listed = self.pod.ray_container.field("ports")
        named = (port for port in listed.items() if port.get("name").value == ports.METRICS.name)
        found = next(named, None)
        if found is not None:
            return ports.number(found.get("containerPort"))
        return listed.put(ports.METRICS.default, how=INJECTED)

    @written
    def metrics_entry(self) -> Node[dict[str, Any]]:
        """The entry of the Ray container's ports that is called metrics, or the place for one;
        absent where a head lists no port, so that the defaults hold."""
        listed = self.pod.ray_container.field("ports")
        named = (port for port in listed.items() if port.get("name").value == ports.METRICS.name)
        open_to_more = type(listed.value) is list or (listed.absent and self.role.value != "head")
        place = listed.get(len(listed.value) if type(listed.value) is list else 0)
        return next(named, place if open_to_more else placeless(ABSENT))

    @fact
    def metrics_export_port(self) -> Node[int]:
        """Where Ray exports metrics: its start parameter, else 8080."""
        return self.listening(ports.METRICS)

    def listening(self, part: ports.Component) -> Node[int]:
        """The port that a part of Ray will listen on in the pods."""
        by_hand = self.pod.ray_container.by_hand
        return ports.listening(part, self.field("rayStartParams"), by_hand)

    @fact
    def probed_by_wget(self) -> Node[bool]:
        """Whether KubeRay adds probes that run `wget`: before a rayVersion of 2.53 or without any,
        and for the readiness of a RayService's workers."""
        serves = self.owner.resource.kind == "RayService" and self.role.value == "worker"
        version = self.node.put(ABSENT) if self._spec is None else self._spec.get("rayVersion")
        container = self.pod.ray_container.node
        return self.node.put(probes.by_wget(container, version, self.owner.release, serves))

    @only_with("dashboard-port", "dashboard-agent-listen-port")
    @fact
    def moved_from_probes(self) -> Node[str]:
        """The start parameter that moves a port which KubeRay's probes ask at its default; absent
        where they ask none, or where the port is now."""
        params = self.field("rayStartParams")
        stays = self.owner.release.has("probes-follow-ports") or self.pod.ray_container.by_hand
        if stays or self.probed_by_wget.value is not True:
            return params.put(ABSENT)
        return probes.moved(params, head=self.role.value == "head")

    @property
    def _spec(self) -> Node[Any] | None:
        """The spec of the cluster."""
        above = self.node.parent
        return above if self.role.value == "head" or above is None else above.parent

    @property
    def _ray(self) -> Node[Version]:
        """The Ray release in the image, else rayVersion; that says nothing of a moving tag, unless
        it is a release of long ago."""
        image, spec = self.pod.ray_container.image, self._spec
        if image.ray_version.known is not None or spec is None:
            return image.ray_version
        written = spec.get("rayVersion").map(Version.parse, "not a release of Ray")
        moving = image.floating.known is not None
        return image.ray_version if moving and not is_forgotten(written.known) else written

    @fact
    def _inputs(self) -> Inputs:
        container = self.pod.ray_container
        release = self.owner.release
        return Inputs(
            logical.own_resources(self.node, release),
            container.node,
            release,
            self.field("rayStartParams"),
            container.limits,
            container.requests,
            container.by_hand,
        )

    @fact
    def told_labels(self) -> Node[dict[str, str]]:
        """What the start parameter `labels` has in it, `a=b,c=d` or JSON in quotes, as a mapping;
        unknown where that is anything else."""
        written = self.field("rayStartParams").get("labels")
        return written.map(node_labels, "not a list of labels")


def _is_limit(told: Node[int]) -> bool:
    return told.how == INJECTED and told.parent is not None and told.parent.key == "limits"
