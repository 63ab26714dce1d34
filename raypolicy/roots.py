"""The names that `given` may begin with. Not here: what is found under them (`model`)."""

from __future__ import annotations

from typing import Final

from raypolicy.facts.address import Address
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.document import DocumentView
from raypolicy.facts.entrance import Entrance, Selector
from raypolicy.facts.flow import Flow, NetworkPolicyView
from raypolicy.facts.job import CronJob, Job
from raypolicy.facts.metadata import Metadata
from raypolicy.facts.pod import Pod
from raypolicy.facts.rayobject import RayObject
from raypolicy.facts.resource import ResourceView
from raypolicy.facts.serve import Service
from raypolicy.facts.view import View
from raypolicy.references import Reference

ROOTS: Final[dict[str, type[View]]] = {
    "clusters": Cluster,
    "jobs": Job,
    "services": Service,
    "cronjobs": CronJob,
    "pods": Pod,
    "objects": RayObject,
    "metadata": Metadata,
    "resources": ResourceView,
    "references": Reference,
    "addresses": Address,
    "entrances": Entrance,
    "selectors": Selector,
    "flows": Flow,
    "policies": NetworkPolicyView,
    "documents": DocumentView,
}
"""Lists that `given` may walk, and the view of each item."""
