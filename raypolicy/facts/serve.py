"""RayServices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from raypolicy.effective import serve
from raypolicy.effective.origin import kept
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.headsettings import overwritten
from raypolicy.facts.setting import Setting
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown
from raypolicy.values import placeholder

if TYPE_CHECKING:  # few services have them
    from raypolicy.facts.refusal import Refusal
    from raypolicy.facts.serveconfig import ServeConfig
    from raypolicy.facts.upgrade import Upgrade

TIMEOUT: Final = "ray.io/initializing-timeout"
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
    def serve_config(self) -> ServeConfig:
        """What serveConfigV2 says, a text that is YAML itself."""
        from raypolicy.facts.serveconfig import ServeConfig

        return ServeConfig(self.field("serveConfigV2"), self.owner, self.clusters)

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
