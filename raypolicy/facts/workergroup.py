"""Worker groups: their names and replicas. Not here: what all groups have (`group`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from raypolicy.effective import ports, replicas
from raypolicy.effective.origin import kept
from raypolicy.facts.group import Group
from raypolicy.facts.view import Owner, fact, only_with
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown

if TYPE_CHECKING:  # few groups have TPUs
    from raypolicy.facts.tpuslice import TpuSlice


class WorkerGroup(Group):
    """A worker group."""

    fields = frozenset(
        """groupName idleTimeoutSeconds labels maxReplicas minReplicas numOfHosts priority
        rayStartParams replicas resources scaleStrategy suspend template""".split()
    )

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        autoscaling: Node[bool],
        namesake: Node[Any] | None,
    ) -> None:
        super().__init__(node, owner, autoscaling)
        self._namesake = namesake

    @fact
    def namesake(self) -> Node[str]:
        """The name of an earlier worker group of the cluster, if it is the same."""
        return self._namesake if self._namesake is not None else self.name.put(ABSENT)

    @fact
    def min_replicas(self) -> Node[int]:
        """Least replicas, 0 by default."""
        return replicas.whole(self.field("minReplicas"), 0)

    @fact
    def max_replicas(self) -> Node[int]:
        """Most replicas, 2147483647 by default."""
        return replicas.whole(self.field("maxReplicas"), replicas.NO_LIMIT)

    @fact
    def hosts(self) -> Node[int]:
        """Pods of a replica, as the operator goes by it; 1 by default."""
        return replicas.hosts(self.node, self.owner.resource.kind, self.owner.release)

    @fact
    def serve_probe_port(self) -> Node[int]:
        """The port at which the readiness probe that the operator adds asks the proxy of Serve:
        the one that is named serve, else 8000; absent where it adds no such probe."""
        container = self.pod.ray_container.node
        own = container.get("readinessProbe")
        asks = self.owner.resource.kind == "RayService" and self.owner.release.has(
            "serve-proxy-probe"
        )
        if not asks or not own.absent:
            return own.put(own.value if own.unknown else ABSENT)
        for port in container.get("ports").items():
            if port.get("name").unknown or ports.text(port.get("name")).unknown:
                return port.put(Unknown("a port whose name is not known"))
            if port.get("name").value == "serve":
                return ports.number(port.get("containerPort"))
        return container.put(8000, how=DEFAULTED)

    @fact
    def suspended(self) -> Node[bool]:
        """Whether it is suspended, where that is written and the API has it."""
        return kept(self.node, "suspend")

    @fact
    def replicas_within_bounds(self) -> Node[int]:
        """The replicas that the operator goes by: those written, moved into their bounds."""
        return replicas.clamped(self.node)

    @fact
    def pods_at_start(self) -> Node[int]:
        """Pods that the operator makes: replicas within their bounds, times hosts a replica."""
        return replicas.desired(self.node)

    @fact
    def pods_at_most(self) -> Node[int]:
        """Pods that there can be: from maxReplicas with autoscaling, else those at the start."""
        most = replicas.at_most(self.node, self._autoscaling)
        no_limit = most.how == DEFAULTED and self._autoscaling.value is True
        return most.put(Unknown("maxReplicas is not written")) if no_limit else most

    @only_with("address")
    @fact
    def joined_host(self) -> Node[str]:
        """The host of the start parameter `address`, up to its first dot, which Ray joins instead
        of the one that KubeRay would name; absent where it has none, as without a `:`."""
        address = self.start.address
        host, colon, _ = str(address.known or "").partition(":")
        return address.put(host.split(".")[0] if colon and host else ABSENT)

    @only_with("google.com/tpu")
    @fact
    def tpu_slice(self) -> TpuSlice:
        """The slice of TPUs that each of its replicas is."""
        from raypolicy.facts.tpuslice import TPU, TpuSlice

        limit = self.pod.ray_container.limits.get(TPU)
        return TpuSlice(limit, self.owner, self.pod.field("nodeSelector"), self.hosts)

    @only_with("limits")
    @fact
    def unseen_accelerator(self) -> Node[str]:
        """The name of an accelerator that its pods are limited to and that Ray's autoscaler does
        not know as one; absent where GPUs or custom resources are stated for Ray."""
        from raypolicy.effective import accelerators

        limits, params = self.pod.ray_container.limits, self.field("rayStartParams")
        stated = (params.get("num-gpus"), params.get("resources"), self.field("resources"))
        if not all(each.absent for each in stated):
            return limits.put(ABSENT)
        return next(accelerators.unseen(limits), limits.put(ABSENT))
