"""Pods: every pod template that a resource embeds."""

from __future__ import annotations

from typing import Any

from raypolicy.effective.logical import quantity
from raypolicy.facts.container import Container
from raypolicy.facts.image import Image
from raypolicy.facts.malformed import MalformedAmount, malformed
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.tree import ABSENT, Node
from raypolicy.values import Quantity


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
