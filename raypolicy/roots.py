"""The names that `given` may begin with. Not here: what is found under them (`model`)."""

from __future__ import annotations

from typing import Final

from raypolicy.facts.access import AutoscalerAccess
from raypolicy.facts.address import Address
from raypolicy.facts.backend import Backend
from raypolicy.facts.binding import BoundName
from raypolicy.facts.claim import MountedClaim
from raypolicy.facts.clash import ServiceClash
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.confinement import Confinement
from raypolicy.facts.cronjob import CronJob
from raypolicy.facts.document import DocumentView
from raypolicy.facts.entrance import Entrance
from raypolicy.facts.flow import Flow, NetworkPolicyView
from raypolicy.facts.healing import Healing, Rerun
from raypolicy.facts.job import Job
from raypolicy.facts.jobnamesake import JobNamesake
from raypolicy.facts.kustomization import KustomizationView
from raypolicy.facts.mesh import Meshed, MeshedSubmitter
from raypolicy.facts.metadata import Metadata
from raypolicy.facts.plainsecret import PlainSecret
from raypolicy.facts.pod import Pod
from raypolicy.facts.poser import Poser
from raypolicy.facts.power import Power
from raypolicy.facts.queue import Queue
from raypolicy.facts.quota import Excess, OutOfRange, Unasked
from raypolicy.facts.rayobject import RayObject
from raypolicy.facts.redislink import RedisLink
from raypolicy.facts.reference import Reference
from raypolicy.facts.repeat import Repeat
from raypolicy.facts.resource import ResourceView
from raypolicy.facts.runtimeenv import RuntimeEnv
from raypolicy.facts.scaler import Scaler
from raypolicy.facts.selector import Selector
from raypolicy.facts.serve import Service
from raypolicy.facts.suppression import SuppressionView
from raypolicy.facts.unhandedvariable import UnhandedVariable
from raypolicy.facts.view import View
from raypolicy.facts.violation import Violation

ROOTS: Final[dict[str, type[View]]] = {
    "clusters": Cluster,
    "checked_clusters": Cluster,
    "jobs": Job,
    "services": Service,
    "cronjobs": CronJob,
    "pods": Pod,
    "objects": RayObject,
    "metadata": Metadata,
    "resources": ResourceView,
    "violations": Violation,
    "references": Reference,
    "repeats": Repeat,
    "service_clashes": ServiceClash,
    "addresses": Address,
    "entrances": Entrance,
    "backends": Backend,
    "selectors": Selector,
    "autoscalers": AutoscalerAccess,
    "bindings": BoundName,
    "claims": MountedClaim,
    "confinements": Confinement,
    "healings": Healing,
    "job_namesakes": JobNamesake,
    "reruns": Rerun,
    "meshes": Meshed,
    "meshed_submitters": MeshedSubmitter,
    "posers": Poser,
    "unasked": Unasked,
    "unhanded": UnhandedVariable,
    "excesses": Excess,
    "out_of_range": OutOfRange,
    "queues": Queue,
    "plain_secrets": PlainSecret,
    "powers": Power,
    "redis_links": RedisLink,
    "scalers": Scaler,
    "runtime_envs": RuntimeEnv,
    "flows": Flow,
    "policies": NetworkPolicyView,
    "documents": DocumentView,
    "kustomizations": KustomizationView,
    "suppressions": SuppressionView,
}
"""Lists that `given` may walk, and the view of each item."""
