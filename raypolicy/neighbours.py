"""What a bundle holds beside Ray's objects and in relation to them. Not here: any of it, which has
modules of its own, imported only where a bundle has a kind or a word for it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from raypolicy.around import SIGNS, Surroundings
from raypolicy.seen import Seen
from raypolicy.ways import IN_ADDRESSES

if TYPE_CHECKING:
    from raypolicy.facts.address import Address
    from raypolicy.facts.clash import ServiceClash
    from raypolicy.facts.flow import Flow, NetworkPolicyView
    from raypolicy.facts.reference import Reference
    from raypolicy.facts.repeat import Repeat
    from raypolicy.facts.runtimeenv import RuntimeEnv
    from raypolicy.ways.joined import Ways
    from raypolicy.ways.madeservices import MadeServices

WAYS: Final = frozenset({"backends", "entrances", "selectors"})
"""The roots that are `ways`."""
IN_WAYS: Final = frozenset(
    """Service Ingress IngressRoute IngressRouteTCP HTTPRoute GRPCRoute TCPRoute TLSRoute UDPRoute
    Route VirtualService NetworkPolicy PodDisruptionBudget PodMonitor ServiceMonitor""".split()
)
"""Kinds without any of which nothing leads to Ray's pods."""
IN_REFERENCES: Final = (
    *("onfigMap", "ecret", "laim", "ClassName", "serviceAccount", "secretProviderClass"),
    *("clusterTrustBundle", "clusterSelector", "queue", "priority-class", "parentRefs"),
)
_SERVICE_NAMES: Final = ("-head-svc", "-serve-svc")
_OWN_SERVICES: Final = ("headService", "serveService")


class Neighbours:
    """The views of one bundle, each list made once when it is first asked for."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def root(self, name: str) -> tuple[Any, ...]:
        """The views under a name of `roots`."""
        if name in SIGNS:
            return getattr(self._around, name)  # type: ignore[no-any-return]
        if name in WAYS:
            return () if self.ways is None else getattr(self.ways, name)
        return getattr(self, name)  # type: ignore[no-any-return]

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        seen = self._seen
        if not seen.bundle.has_any(*IN_REFERENCES):
            return ()
        from raypolicy.references import references

        named_by = (seen.pods, seen.clusters, seen.jobs, seen.services)
        return references(seen.inventory, *named_by, seen.owner_of)

    @cached_property
    def repeats(self) -> tuple[Repeat, ...]:
        resources = self._seen.bundle.resources
        if len({r[2:4] + r[:1] for r in resources}) == len(resources):
            return ()
        from raypolicy.repeats import repeats

        return repeats(resources, self._seen.owner_of)

    @cached_property
    def service_clashes(self) -> tuple[ServiceClash, ...]:
        seen = self._seen
        names = {cluster.owner.resource.name for cluster in seen.clusters}
        own = len(names) < len(seen.clusters) or seen.bundle.says(*_OWN_SERVICES)
        if not own and not seen.bundle.has_any(*_SERVICE_NAMES):
            return ()
        from raypolicy.ways.clashes import service_clashes

        return service_clashes(self.made_services, seen.clusters, seen.inventory, seen.owner_of)

    @cached_property
    def addresses(self) -> tuple[Address, ...]:
        seen = self._seen
        if not seen.bundle.has_any(*IN_ADDRESSES):
            return ()
        from raypolicy.ways.addresses import addresses

        texts = seen.pods, seen.jobs, seen.services
        return addresses(seen.inventory, self.made_services, *texts, seen.nobody)

    @cached_property
    def runtime_envs(self) -> tuple[RuntimeEnv, ...]:
        """Those of jobs, and of the applications that services run."""
        jobs = (job for job in self._seen.jobs if not job.field("runtimeEnvYAML").absent)
        services = (each for each in self._seen.services if not each.field("serveConfigV2").absent)
        of_services = (env for each in services for env in each.serve_config.runtime_envs)
        return (*(job.runtime_env for job in jobs), *of_services)

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        seen = self._seen
        written = seen.inventory.has("NetworkPolicy") or seen.bundle.says("networkPolicy")
        if not seen.clusters or not written:
            return ()
        from raypolicy.policies.flows import flows

        return flows(seen.inventory, seen.clusters, seen.jobs)

    @cached_property
    def policies(self) -> tuple[NetworkPolicyView, ...]:
        seen = self._seen
        if not seen.clusters or not seen.inventory.has("NetworkPolicy"):
            return ()
        from raypolicy.policies.flows import policies

        return policies(seen.inventory, seen.clusters, seen.nobody)

    @cached_property
    def ways(self) -> Ways | None:
        """What leads to pods; None where nothing does, or there are none of Ray's."""
        seen = self._seen
        if not seen.known or not any(map(seen.inventory.has, IN_WAYS)):
            return None
        from raypolicy.ways.joined import Ways

        others = tuple(pod for pod in seen.pods if pod.role.value in ("submitter", "workload"))
        return Ways(seen.inventory, seen.known, others, self.made_services, seen.nobody)

    @cached_property
    def _around(self) -> Surroundings:
        return Surroundings(self._seen)

    @cached_property
    def made_services(self) -> MadeServices:
        """The Services that the operator will make; no root of rules."""
        from raypolicy.ways.madeservices import MadeServices

        return MadeServices(self._seen.known, self._seen.inventory)
