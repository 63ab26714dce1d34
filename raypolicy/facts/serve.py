"""RayServices."""

from __future__ import annotations

from raypolicy.facts.cluster import Cluster
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import Node


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

    @only_with("rayClusterConfig")
    @fact
    def clusters(self) -> tuple[Cluster, ...]:
        """The cluster it makes."""
        spec = self.field("rayClusterConfig")
        return () if spec.absent else (Cluster(spec, self.owner),)
