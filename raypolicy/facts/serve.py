"""RayServices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raypolicy.facts.cluster import Cluster
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import ABSENT, Node

if TYPE_CHECKING:  # few Services are written
    from raypolicy.facts.refusal import Refusal


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

    @only_with("serveService")
    @fact
    def refusals(self) -> tuple[Refusal, ...]:
        """What Kubernetes would refuse in the Service for Serve that is written here."""
        from raypolicy.effective.ports import service_type
        from raypolicy.facts.refusedservice import in_serve_service

        head = self.field("rayClusterConfig").get("headGroupSpec")
        written = self.field("serveService")
        own = written.get("spec", "type")
        default = service_type(head.put({"serviceType": head.get("serviceType").known}))
        kind = default if own.value in (ABSENT, "") else own
        return in_serve_service(written, kind, head, self.owner)
