"""RayServices."""

from __future__ import annotations

from typing import Final

from raypolicy.effective import serve
from raypolicy.effective.origin import kept
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.headsettings import overwritten
from raypolicy.facts.setting import Setting
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import DEFAULTED, Node

_STEPS: Final = "RayServiceIncrementalUpgrade"
_THRESHOLDS: Final = ("serviceUnhealthySecondThreshold", "deploymentUnhealthySecondThreshold")


class Service(View):
    """A RayService's spec."""

    fields = frozenset(
        """deploymentUnhealthySecondThreshold excludeHeadPodFromServeSvc managedBy rayClusterConfig
        rayClusterDeletionDelaySeconds serveConfigV2 serveService serviceUnhealthySecondThreshold
        suspend upgradeStrategy""".split()
    )

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def namespace(self) -> Node[str]:
        """The namespace, where one is written."""
        return self.owner.resource.node.get("metadata", "namespace")

    @fact
    def upgrade_type(self) -> Node[str]:
        """How a new cluster takes over: upgradeStrategy.type; NewCluster by default."""
        written = kept(self.node, "upgradeStrategy").get("type")
        return written.put("NewCluster", how=DEFAULTED) if written.absent else written

    @only_with("upgradeStrategy")
    @fact
    def upgrades_in_steps(self) -> Node[bool]:
        """Whether the operator can move traffic step by step: it must have a feature gate,
        RayServiceIncrementalUpgrade, which is on by default from 1.7 on."""
        on = self.owner.release.has("incremental-upgrade") or _STEPS in self.owner.gates
        return self.node.put(on)

    @only_with(*_THRESHOLDS)
    @fact
    def former_thresholds(self) -> tuple[Setting, ...]:
        """Thresholds for an unhealthy service that the operator no longer reads."""
        if self.owner.release.has("health-thresholds"):
            return ()
        found = (self.field(name) for name in _THRESHOLDS)
        return tuple(Setting(each, self.owner) for each in found if not each.absent)

    @only_with("serveService")
    @fact
    def overwritten_serve_fields(self) -> tuple[Setting, ...]:
        """Fields of `serveService` that the operator puts something else into: the selector, a
        namespace other than the resource's own."""
        return tuple(overwritten(self.field("serveService"), self.owner))

    @only_with("serveService")
    @fact
    def dropped_serve_ports(self) -> tuple[Setting, ...]:
        """The names of ports of `serveService` that the Service for Serve does not get: from 1.6
        on it gets those alone that the head's Ray container has for Serve."""
        found = (
            port
            for cluster in self.clusters
            for port in serve.dropped_ports(
                self.node,
                cluster.head.node,
                cluster.head.pod.ray_container.node,
                self.owner.release,
            )
        )
        return tuple(Setting(each, self.owner) for each in found)

    @only_with("rayClusterConfig")
    @fact
    def clusters(self) -> tuple[Cluster, ...]:
        """The cluster it makes."""
        spec = self.field("rayClusterConfig")
        return () if spec.absent else (Cluster(spec, self.owner),)
