"""RayServices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from raypolicy.effective.origin import kept
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder

if TYPE_CHECKING:  # few services have them
    from raypolicy.facts.embedded import EmbeddedText
    from raypolicy.facts.upgrade import Upgrade

TIMEOUT: Final = "ray.io/initializing-timeout"


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

    @only_with(TIMEOUT)
    @fact
    def timeout_fault(self) -> Node[str]:
        """Why KubeRay refuses its annotation ray.io/initializing-timeout; absent if it doesn't."""
        annotations = self.owner.resource.node.get("metadata", "annotations")
        written = annotations.get(TIMEOUT)
        if type(written.value) is not str or placeholder(written.value):
            known = written.absent or written.unknown
            return written if known else written.put(Unknown("not a known text"))
        from raypolicy.effective.timeout import fault

        found = fault(written.value)
        return written.put(ABSENT if found is None else found)

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
