"""Selectors as they are written, kind by kind. Not here: what they choose (`selectors`).

Source: https://prometheus-operator.dev/docs/api-reference/api/ for the monitors.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from raypolicy.bundle import Resource
from raypolicy.effective import podlabels
from raypolicy.labelselector import Requirement, equality, requirements
from raypolicy.tree import Node
from raypolicy.values import placeholder
from raypolicy.ways.labelindex import Namespaces
from raypolicy.ways.madeservices import written_namespace

KINDS: Final = {
    "Service": ("", "selector"),
    "NetworkPolicy": ("networking.k8s.io/", "podSelector"),
    "PodDisruptionBudget": ("policy/", "selector"),
    "PodMonitor": ("monitoring.coreos.com/", "selector"),
    "ServiceMonitor": ("monitoring.coreos.com/", "selector"),
}
"""Kinds that select, what their version has in it, and the field of their spec."""
NAMING: Final = (podlabels.CLUSTER, podlabels.IDENTIFIER)
"""Labels that say which cluster is meant."""
_OF_RAY: Final = {
    podlabels.APPLICATION: podlabels.APPLICATION_NAME,
    podlabels.CREATED_BY: podlabels.CREATOR,
}


class WrittenSelector(NamedTuple):
    """A selector as it is written: whose, where, what it asks for, and in which namespaces."""

    resource: Resource
    node: Node[Any]
    demands: tuple[Requirement, ...]
    namespaces: Namespaces

    @property
    def is_sure(self) -> bool:
        """Whether all that it asks for is written in full."""
        values = (value for demand in self.demands for value in demand.values)
        return all(type(each) is str and placeholder(each) is None for each in values)

    @property
    def names_cluster(self) -> bool:
        """Whether it asks for a certain cluster."""
        return any(each.key in NAMING and each.operator == "In" for each in self.demands)

    @property
    def speaks_of_ray(self) -> bool:
        """Whether it asks for labels that only Ray's pods have."""
        return any(speaks(demand) for demand in self.demands)


def written(resource: Resource) -> WrittenSelector | None:
    """The selector of an object, where it has one that asks for anything."""
    version, field = KINDS[resource.kind]
    node = resource.node.get("spec", field)
    if resource.kind == "Service" and resource.api_version != "v1":
        return None  # of Knative
    if version not in resource.api_version or type(node.value) is not dict:
        return None
    demands = tuple(equality(node) if resource.kind == "Service" else requirements(node))
    namespaces: Namespaces = frozenset({written_namespace(resource)})
    elsewhere = resource.node.get("spec", "namespaceSelector")
    if resource.kind.endswith("Monitor") and not elsewhere.absent:
        named = [each.value for each in elsewhere.get("matchNames").items()]
        sure = elsewhere.get("any").value is not True and named
        fits = all(type(name) is str and not placeholder(name) for name in named)
        namespaces = frozenset(map(str, named)) if sure and fits else None
    return WrittenSelector(resource, node, demands, namespaces) if demands else None


def speaks(demand: Requirement) -> bool:
    """Whether a demand is of a label that Ray's pods have from KubeRay."""
    if demand.key.startswith("ray.io/"):
        return demand.operator in ("In", "Exists")
    return demand.operator == "In" and demand.values == (_OF_RAY.get(demand.key),)
