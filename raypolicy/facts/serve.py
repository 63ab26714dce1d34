"""RayServices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raypolicy.effective.origin import kept
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import Node

if TYPE_CHECKING:  # few services have them
    from raypolicy.facts.embedded import EmbeddedText
    from raypolicy.facts.upgrade import Upgrade


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

    @only_with("upgradeStrategy")
    @fact
    def upgrade(self) -> Upgrade:
        """How it changes to a new cluster, where that is written."""
        from raypolicy.facts.upgrade import Upgrade

        return Upgrade(kept(self.node, "upgradeStrategy"), self.owner)

    @only_with("serveConfigV2")
    @fact
    def serve_config(self) -> EmbeddedText:
        """serveConfigV2, a text that is YAML itself."""
        from raypolicy.facts.embedded import EmbeddedText

        return EmbeddedText(self.field("serveConfigV2"), self.owner)
