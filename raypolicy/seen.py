"""What of a model its neighbours are looked at from. Not here: the neighbours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from raypolicy.bundle import Bundle, Resource
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.job import Job
from raypolicy.facts.pod import Pod
from raypolicy.facts.serve import Service
from raypolicy.facts.view import Owner

if TYPE_CHECKING:
    from raypolicy.inventory import Inventory


class Seen(NamedTuple):
    """The part of a model that the others are looked at from. `known` are its clusters and those of
    files that are not audited.
    """

    bundle: Bundle
    inventory: Inventory
    clusters: tuple[Cluster, ...]
    known: tuple[Cluster, ...]
    jobs: tuple[Job, ...]
    services: tuple[Service, ...]
    pods: tuple[Pod, ...]
    owner_of: Callable[[Resource], Owner]
    nobody: Owner
