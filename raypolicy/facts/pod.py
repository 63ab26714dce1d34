"""Pods: every pod template that a resource embeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from raypolicy.effective.logical import quantity
from raypolicy.effective.start import OVERWRITE
from raypolicy.facts.container import Container
from raypolicy.facts.image import Image
from raypolicy.facts.malformed import MalformedAmount, malformed
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.tree import ABSENT, DEFAULTED, Node
from raypolicy.values import Quantity

if TYPE_CHECKING:  # few pods have any of these
    from raypolicy.facts.claimmount import ClaimMount
    from raypolicy.facts.command import OwnCommand
    from raypolicy.facts.hook import StopHook
    from raypolicy.facts.probe import Probe, Ray
    from raypolicy.facts.refused import Refused


class Pod(View):
    """A pod as it is written in a template; its node is the pod's spec.

    `role` is head, worker, submitter or workload.
    """

    fields = frozenset(
        """activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig
        dnsPolicy enableServiceLinks ephemeralContainers hostAliases hostIPC hostNetwork hostPID
        hostUsers hostname hostnameOverride imagePullSecrets initContainers nodeName nodeSelector os
        overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources
        restartPolicy runtimeClassName schedulerName schedulingGates schedulingGroup securityContext
        serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain
        terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes""".split()
    )

    def __init__(
        self, template: Node[Any], owner: Owner, role: str, start_params: Node[Any] | None = None
    ) -> None:
        super().__init__(template.get("spec"), owner)
        self._template = template
        self._role = role
        self._start_params = start_params

    @fact
    def role(self) -> Node[str]:
        """What the pod is for: head, worker, submitter or workload."""
        return self._template.put(self._role)

    @fact
    def metadata(self) -> Node[dict[str, Any]]:
        """The metadata of the template."""
        return self._template.get("metadata")

    @fact
    def ray_container(self) -> Container:
        """The first container, which KubeRay takes for Ray's whatever it is called."""
        containers = self.containers
        if containers:
            return containers[0]
        return Container(self.node.get("containers", 0), self.owner, self._start_params)

    @fact
    def containers(self) -> tuple[Container, ...]:
        """Its containers, in order."""
        found = self.field("containers").items()
        first = next(found, None)
        if first is None:
            return ()
        ray = Container(first, self.owner, self._start_params)
        return (ray, *(Container(node, self.owner, None) for node in found))

    @fact
    def sidecars(self) -> tuple[Container, ...]:
        """All containers but the first."""
        return self.containers[1:]

    @only_with("initContainers")
    @fact
    def init_containers(self) -> tuple[Container, ...]:
        """Its init containers, in order."""
        return tuple(Container(n, self.owner, None) for n in self.field("initContainers").items())

    @fact
    def all_containers(self) -> tuple[Container, ...]:
        """Its init containers and its containers."""
        return (*self.init_containers, *self.containers)

    @fact
    def asking_containers(self) -> tuple[Container, ...]:
        """Those, and what the options of the cluster say of containers that the head gets."""
        group = self._template.parent
        spec = None if group is None else group.parent
        if self._role != "head" or spec is None:
            return self.all_containers
        from raypolicy.effective.added import options

        written = options(spec, self.owner.release, self.owner.gates)
        return (*self.all_containers, *(Container(each, self.owner, None) for each in written))

    @fact
    def container_count(self) -> Node[int]:
        """How many containers it lists; absent where it has no such list."""
        listed = self.field("containers")
        return listed.map(lambda value: len(value) if type(value) is list else None, "not a list")

    @only_with("limits", "requests", "sizeLimit")
    @fact
    def malformed_amounts(self) -> tuple[MalformedAmount, ...]:
        """Requests, limits and sizes of volumes that begin like a number and are no quantities."""
        return tuple(MalformedAmount(node, self.owner) for node in malformed(self.node))

    @fact
    def later_ray(self) -> Node[str]:
        """The name of a later container of a head or worker that is Ray's by name or image, while
        the first is not; absent where there is none."""
        none: Node[str] = self.node.put(ABSENT)
        if self._role not in ("head", "worker"):
            return none
        for other in self.sidecars:
            name = other.field("name").either(other.image.text)
            if other.starts_otherwise.value is not True and other.is_named_for_ray.value is True:
                first = self.ray_container.may_be_ray
                if first.unknown:
                    return name.put(first.value)
                return name if first.value is False else none
        return none

    @only_with("limits")
    @fact
    def memory_limit(self) -> Node[Quantity]:
        """The memory limit of the whole pod."""
        return quantity(self.node.get("resources", "limits", "memory"))

    @fact
    def images(self) -> tuple[Image, ...]:
        """The images of all its containers, init containers included."""
        return tuple(each.image for each in (*self.containers, *self.init_containers))

    @fact
    def restart_policy(self) -> Node[str]:
        """The restart policy as written; Always by default."""
        written = self.field("restartPolicy")
        return written.put("Always", how=DEFAULTED) if written.value in (ABSENT, "") else written

    @fact
    def grace_period(self) -> Node[int]:
        """Seconds between the wish to stop the pod and its end; 30 by default."""
        written = self.field("terminationGracePeriodSeconds")
        if written.absent:
            return written.put(30, how=DEFAULTED)
        return written.map(lambda value: value if type(value) is int else None, "not a number")

    @only_with("command", "args", OVERWRITE)
    @fact
    def start_commands(self) -> tuple[OwnCommand, ...]:
        """The command of the Ray container of a head or worker, where it has one or an annotation
        speaks of one; none where another container is Ray's."""
        from raypolicy.effective import command
        from raypolicy.facts.command import OwnCommand

        ray = self.ray_container.node
        line = command.line(ray, self.owner.release) if self._is_rays else None
        if line is None or not self.later_ray.absent:
            return ()
        return (OwnCommand(ray, self.owner, line, self._start_params),)

    @only_with("preStop")
    @fact
    def stop_hooks(self) -> tuple[StopHook, ...]:
        """The preStop hooks of its containers."""
        from raypolicy.facts.hook import StopHook

        found = []
        for index, container in enumerate(self.field("containers").items()):
            if type(container.value) is not dict or "lifecycle" not in container.value:
                continue
            hook = container.get("lifecycle", "preStop")
            if not hook.absent:
                found.append(StopHook(hook, self.owner, container, self._is_rays and index == 0))
        return tuple(found)

    @only_with("livenessProbe", "readinessProbe", "startupProbe")
    @fact
    def probes(self) -> tuple[Probe, ...]:
        """The probes that are written for its containers, and init containers that run on."""
        from raypolicy.facts.probe import KINDS, Probe

        found = []
        for field in ("containers", "initContainers"):
            for index, container in enumerate(self.field(field).items()):
                if type(container.value) is not dict or not _is_probed(container.value, field):
                    continue
                is_ray = self._is_rays and field == "containers" and index == 0
                for kind in (each for each in KINDS if each in container.value):
                    probe = container.get(kind)
                    if not probe.absent:
                        ray = self._ray if is_ray else None
                        found.append(Probe(probe, self.owner, container, is_ray, ray))
        return tuple(found)

    @only_with("persistentVolumeClaim", "ephemeral")
    @fact
    def claim_mounts(self) -> tuple[ClaimMount, ...]:
        """Where the Ray container of a head or worker has volume claims."""
        from raypolicy.facts.claimmount import of_claims

        ray = self.ray_container.node
        return tuple(of_claims(self.node, ray, self.owner)) if self._is_rays else ()

    @fact
    def refused(self) -> Refused:
        """What Kubernetes would refuse in it when the operator makes it, or a Job of it."""
        from raypolicy.facts.refused import Refused

        above = self._template.parent
        node = self.node
        if self._is_rays:
            return Refused(node, self.owner, self._role, above)
        mode = above.get("submissionMode").value if above is not None else ABSENT
        made = self._role == "submitter" and mode in (ABSENT, "", "K8sJobMode")
        return Refused(node if made else node.put(ABSENT), self.owner, self._role, None)

    @property
    def _is_rays(self) -> bool:
        return self._role in ("head", "worker")

    @property
    def _ray(self) -> Ray | None:
        """The Ray that a probe asks; none where something else may answer: a command of its own, a
        sidecar, another pod of the node."""
        shares = len(self.containers) > 1 or self.field("hostNetwork").value is not ABSENT
        if shares or self.start_commands or self._start_params is None:
            return None
        version = self.ray_container.image.ray_version
        from raypolicy.facts.probe import Ray

        return Ray(self._role == "head", self._start_params, version)


def _is_probed(container: dict[str, Any], field: str) -> bool:
    return field == "containers" or container.get("restartPolicy") == "Always"
