"""Parts of a cluster's spec that few clusters have. Not here: what all have (`cluster`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from raypolicy.effective import deletion, gates
from raypolicy.effective.origin import kept
from raypolicy.facts.clusternames import NamedCluster
from raypolicy.facts.view import fact, only_with
from raypolicy.tree import ABSENT, Node

if TYPE_CHECKING:
    from raypolicy.facts.authentication import Authentication
    from raypolicy.facts.autoscaler import Autoscaler
    from raypolicy.facts.encryption import Encryption
    from raypolicy.facts.faulttolerance import FaultTolerance
    from raypolicy.facts.historyserver import HistoryServer
    from raypolicy.facts.statestore import StateStore
    from raypolicy.facts.tokenvariable import TokenVariable

_MAKERS: Final = {"RayJob": "RayJob", "RayCronJob": "RayJob", "RayService": "RayService"}


class OptionedCluster(NamedCluster):
    """A cluster with whatever options it has, each where this version of the API has it."""

    @fact
    def fault_tolerance(self) -> FaultTolerance:
        """`gcsFaultToleranceOptions`, and what is written for the same purpose elsewhere."""
        from raypolicy.facts.faulttolerance import FaultTolerance

        options = kept(self.node, "gcsFaultToleranceOptions")
        return FaultTolerance(options, self.owner, self.node)

    @fact
    def state_store(self) -> StateStore:
        """Where the GCS keeps its state, and what asks for that."""
        from raypolicy.facts.statestore import StateStore

        return StateStore(self.node, self.owner)

    @only_with("env")
    @fact
    def token_variable(self) -> TokenVariable:
        """The variable RAY_AUTH_MODE of the head."""
        from raypolicy.facts.tokenvariable import TokenVariable

        return TokenVariable(self.field("headGroupSpec"), self.owner)

    @only_with("env")
    @fact
    def worker_token_variables(self) -> tuple[TokenVariable, ...]:
        """The variables RAY_AUTH_MODE of the worker groups, one each, be it there or not; empty
        where the head has none."""
        if self.token_variable.mode.known is None:
            return ()
        from raypolicy.facts.tokenvariable import of_workers

        return tuple(of_workers(self.node, self.owner))

    @fact
    def autoscaler(self) -> Autoscaler:
        """`autoscalerOptions`, and what is written for the autoscaler elsewhere."""
        from raypolicy.facts.autoscaler import Autoscaler

        return Autoscaler(self.field("autoscalerOptions"), self.owner, self.node)

    @only_with("historyServerOptions")
    @fact
    def history_server(self) -> HistoryServer:
        """What is written under `historyServerOptions`."""
        from raypolicy.facts.historyserver import HistoryServer

        options = kept(self.node, "historyServerOptions")
        return HistoryServer(options, self.owner, self.node)

    @only_with("tlsOptions")
    @fact
    def encryption(self) -> Encryption:
        """What is written under `tlsOptions`."""
        from raypolicy.facts.encryption import Encryption

        return Encryption(kept(self.node, "tlsOptions"), self.owner, self.node)

    @only_with("authOptions")
    @fact
    def authentication(self) -> Authentication:
        """What is written under `authOptions`."""
        from raypolicy.facts.authentication import Authentication

        token = gates.token_auth(self.node, self.owner.release)
        return Authentication(kept(self.node, "authOptions"), self.owner, token)

    @only_with("networkPolicy", otherwise=False)
    @fact
    def asks_for_policies(self) -> Node[bool]:
        """Whether there is a `networkPolicy`, where API and operator have it."""
        written = kept(self.node, "networkPolicy").known is not None
        return self.node.put(written and self.owner.release.has("cluster-network-policy"))

    @fact
    def suspends_groups(self) -> Node[bool]:
        """Whether the operator lets single worker groups be suspended: it must have a feature gate,
        RayJobDeletionPolicy, which is on by default from 1.6 on."""
        on = self.owner.release.has("deletion-policy") or deletion.GATE in self.owner.gates
        return self.node.put(on)

    @only_with("upgradeStrategy")
    @fact
    def upgrade_type(self) -> Node[str]:
        """The type of the cluster's own `upgradeStrategy`."""
        return kept(self.node, "upgradeStrategy").get("type")

    @fact
    def maker(self) -> Node[str]:
        """What the operator takes the cluster for the work of, RayJob or RayService: what it is
        written in, or a RayCluster's label; absent where a person made it."""
        resource = self.owner.resource
        if resource.kind in _MAKERS:
            return self.node.put(_MAKERS[resource.kind])
        label = resource.node.get("metadata", "labels", "ray.io/originated-from-crd")
        return label if label.value in ("RayJob", "RayService") else label.put(ABSENT)
