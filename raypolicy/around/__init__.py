"""What stands around Ray's objects in a bundle: RBAC, queues, quotas, other autoscalers. Not here:
what each of them means, which has a module of its own, imported where a bundle has any.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from raypolicy.seen import Seen

if TYPE_CHECKING:
    from raypolicy.around.madepods import MadePods
    from raypolicy.around.quotas import Quotas
    from raypolicy.facts.access import AutoscalerAccess
    from raypolicy.facts.binding import BoundName
    from raypolicy.facts.claim import MountedClaim
    from raypolicy.facts.confinement import Confinement
    from raypolicy.facts.healing import Healing, Rerun
    from raypolicy.facts.jobnamesake import JobNamesake
    from raypolicy.facts.mesh import Meshed, MeshedSubmitter
    from raypolicy.facts.plainsecret import PlainSecret
    from raypolicy.facts.poser import Poser
    from raypolicy.facts.power import Power
    from raypolicy.facts.queue import Queue
    from raypolicy.facts.quota import Excess, OutOfRange, Unasked
    from raypolicy.facts.redislink import RedisLink
    from raypolicy.facts.scaler import Scaler
    from raypolicy.facts.unhandedvariable import UnhandedVariable


class Signs(NamedTuple):
    """What a bundle has, some of it, that has anything for a list: objects of these `kinds`, these
    words in the documents that speak of Ray, or `anywhere`.
    """

    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()


_QUOTAS: Final = Signs(("ResourceQuota", "LimitRange"))
_HEALERS: Final = Signs(("Application", "ApplicationSet", "Kustomization"))
SIGNS: Final = {
    "autoscalers": Signs(("Role", "RoleBinding"), anywhere=("automountServiceAccountToken",)),
    "bindings": Signs(("RoleBinding", "ClusterRoleBinding")),
    "claims": Signs(words=("claimName",)),
    "confinements": Signs(anywhere=("pod-security.kubernetes.io/enforce",)),
    "excesses": _QUOTAS,
    "healings": _HEALERS,
    "job_namesakes": Signs(("Job",)),
    "meshed_submitters": Signs(anywhere=("istio-injection", "istio.io/")),
    "meshes": Signs(("PeerAuthentication",)),
    "out_of_range": _QUOTAS,
    "posers": Signs(anywhere=("ray.io/identifier",)),
    "queues": Signs(("LocalQueue",)),
    "plain_secrets": Signs(
        words=(
            *("TOKEN", "PASSW", "SECRET", "PASSPHRASE", "KEY", "CONNECTION_STRING"),
            *("token", "passw", "secret", "_key", "@"),
        )
    ),
    "powers": Signs(words=("privileged", "capabilities", "hostPath", "hostPID", "runAsUser")),
    "redis_links": Signs(words=("redisAddress", "RAY_REDIS_ADDRESS", "ray.io/ft-enabled")),
    "reruns": _HEALERS,
    "scalers": Signs(("HorizontalPodAutoscaler", "ScaledObject", "VerticalPodAutoscaler")),
    "unasked": _QUOTAS,
    "unhanded": Signs(words=("envFrom",)),
}
"""The lists that there are."""


class Surroundings:
    """The views of one bundle, each list made once when it is first asked for."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    @cached_property
    def autoscalers(self) -> tuple[AutoscalerAccess, ...]:
        seen = self._seen
        scaled = any(cluster.autoscaling.value is True for cluster in seen.clusters)
        if not scaled or not self._may_have("autoscalers"):
            return ()
        from raypolicy.around.accesses import accesses

        return accesses(seen.inventory, seen.clusters)

    @cached_property
    def bindings(self) -> tuple[BoundName, ...]:
        seen = self._seen
        if not self._may_have("bindings"):
            return ()
        from raypolicy.around.bindings import bindings

        return bindings(seen.inventory, seen.pods, seen.owner_of)

    @cached_property
    def claims(self) -> tuple[MountedClaim, ...]:
        seen = self._seen
        if not self._may_have("claims"):
            return ()
        from raypolicy.around.claims import claims

        return claims(seen.inventory, seen.clusters, seen.jobs)

    @cached_property
    def confinements(self) -> tuple[Confinement, ...]:
        if not self._may_have("confinements"):
            return ()
        from raypolicy.around.confinements import confinements

        return confinements(self._seen.inventory, self._made_pods)

    @cached_property
    def healings(self) -> tuple[Healing, ...]:
        if not self._may_have("healings"):
            return ()
        from raypolicy.around.healings import healings

        return healings(self._seen.inventory, self._seen.clusters)

    @cached_property
    def job_namesakes(self) -> tuple[JobNamesake, ...]:
        if not self._seen.jobs or not self._may_have("job_namesakes"):
            return ()
        from raypolicy.around.jobnamesakes import job_namesakes

        return tuple(job_namesakes(self._seen.inventory, self._seen.jobs))

    @cached_property
    def reruns(self) -> tuple[Rerun, ...]:
        if not self._seen.jobs or not self._may_have("reruns"):
            return ()
        from raypolicy.around.healings import reruns

        return reruns(self._seen.inventory, self._seen.jobs)

    @cached_property
    def meshes(self) -> tuple[Meshed, ...]:
        if not self._may_have("meshes"):
            return ()
        from raypolicy.around.meshes import meshes

        return tuple(meshes(self._seen.inventory, self._seen.clusters))

    @cached_property
    def posers(self) -> tuple[Poser, ...]:
        if not self._may_have("posers"):
            return ()
        from raypolicy.around.posers import posers

        return tuple(posers(self._seen.inventory, self._seen.clusters, self._seen.owner_of))

    @cached_property
    def meshed_submitters(self) -> tuple[MeshedSubmitter, ...]:
        if not self._seen.jobs or not self._may_have("meshed_submitters"):
            return ()
        from raypolicy.around.meshes import meshed_submitters

        return tuple(meshed_submitters(self._seen.inventory, self._seen.jobs))

    @cached_property
    def unasked(self) -> tuple[Unasked, ...]:
        return tuple(self._quotas.unasked()) if self._quotas else ()

    @cached_property
    def unhanded(self) -> tuple[UnhandedVariable, ...]:
        if not self._may_have("unhanded"):
            return ()
        from raypolicy.around.unhanded import unhanded

        return tuple(unhanded(self._seen.inventory, self._seen.clusters))

    @cached_property
    def excesses(self) -> tuple[Excess, ...]:
        return tuple(self._quotas.excesses()) if self._quotas else ()

    @cached_property
    def out_of_range(self) -> tuple[OutOfRange, ...]:
        return tuple(self._quotas.out_of_range()) if self._quotas else ()

    @cached_property
    def queues(self) -> tuple[Queue, ...]:
        seen = self._seen
        if not self._may_have("queues"):
            return ()
        from raypolicy.around.queues import queues

        return queues(seen.inventory, map(seen.owner_of, seen.bundle.ray), self._made_pods)

    @cached_property
    def plain_secrets(self) -> tuple[PlainSecret, ...]:
        seen = self._seen
        if not self._may_have("plain_secrets"):
            return ()
        from raypolicy.around.secrets import secrets

        return secrets(seen.clusters, seen.jobs, seen.services)

    @cached_property
    def powers(self) -> tuple[Power, ...]:
        if not self._may_have("powers"):
            return ()
        from raypolicy.around.powers import power_views

        return power_views(self._seen.inventory, self._made_pods)

    @cached_property
    def redis_links(self) -> tuple[RedisLink, ...]:
        if not self._may_have("redis_links"):
            return ()
        from raypolicy.around.redislinks import redis_links

        return redis_links(self._seen.inventory, self._seen.clusters)

    @cached_property
    def scalers(self) -> tuple[Scaler, ...]:
        if not self._may_have("scalers"):
            return ()
        from raypolicy.around.scalers import scalers

        return scalers(self._seen.bundle, self._seen.nobody)

    @cached_property
    def _quotas(self) -> Quotas | None:
        if not self._may_have("excesses"):
            return None
        from raypolicy.around.quotas import Quotas

        return Quotas(self._seen.inventory, self._made_pods)

    @cached_property
    def _made_pods(self) -> tuple[MadePods, ...]:
        from raypolicy.around.madepods import made_pods

        return tuple(made_pods(self._seen.clusters, self._seen.jobs))

    def _may_have(self, name: str) -> bool:
        bundle, signs = self._seen.bundle, SIGNS[name]
        return (
            any(map(self._seen.inventory.has, signs.kinds))
            or bundle.says(*signs.words)
            or bundle.has_any(*signs.anywhere)
        )
