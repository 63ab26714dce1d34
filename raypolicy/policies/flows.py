"""Which connections the clusters of a bundle need, and whether its NetworkPolicies let them
through. Not here: which those are (`clusterpods`), what a policy says (`networkpolicy`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from raypolicy.effective import isolation
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.flow import Flow, NetworkPolicyView, Told
from raypolicy.facts.job import Job
from raypolicy.facts.view import Owner
from raypolicy.inventory import Inventory
from raypolicy.networkpolicy import End
from raypolicy.policies.clusterpods import SOMEWHERE, ClusterPods, settled
from raypolicy.policies.policyflows import told, with_first
from raypolicy.policies.policyindex import (
    API,
    KIND,
    Namespaces,
    OpenLabels,
    PolicyIndex,
)
from raypolicy.tree import Node

_OPERATOR: Final = "kuberay/operator"


def flows(
    inventory: Inventory, clusters: Iterable[Cluster], jobs: Iterable[Job]
) -> tuple[Flow, ...]:
    """The flows of all clusters whose pods are selected by a policy."""
    index, labels = PolicyIndex(inventory), Namespaces(inventory).labels
    clusters = tuple(clusters)
    submitting = _by_cluster(clusters, jobs)
    operator: End | None = None
    found: list[tuple[Node[Any], Owner, Told]] = []
    for number, cluster in enumerate(clusters, 1):
        if not index.found and isolation.settings(cluster.node, cluster.owner.release).absent:
            continue
        around = ClusterPods(cluster, number, index, submitting.get(id(cluster), []))
        if not any(each.selection.policies for each in around.pods):
            continue
        operator = operator or _operator(inventory)
        for wanted in around.wanted(operator):
            found += ((node, cluster.owner, side) for node, side in told(wanted, labels))
    return tuple(Flow(*each) for each in with_first(found))


def policies(
    inventory: Inventory, clusters: Iterable[Cluster], owner: Owner
) -> tuple[NetworkPolicyView, ...]:
    """The NetworkPolicies of a bundle."""
    made: dict[tuple[str, str], Node[str]] = {}
    for cluster in clusters:
        name, namespace = cluster.name.known, cluster.owner.resource.namespace
        if name is None or isolation.settings(cluster.node, cluster.owner.release).absent:
            continue
        made[namespace, isolation.head_policy_name(name)] = cluster.name
        for group in cluster.workers:
            called = isolation.group_policy_name(name, str(group.name.known))
            made[namespace, called] = cluster.name
    return tuple(
        NetworkPolicyView(
            each.node, owner._replace(resource=each), made.get((each.namespace, each.name))
        )
        for each in inventory.of_kind(KIND)
        if each.api_version == API
    )


def _by_cluster(clusters: tuple[Cluster, ...], jobs: Iterable[Job]) -> dict[int, list[Job]]:
    """The jobs that run on each cluster."""
    made: dict[tuple[str, str], Cluster] = {}
    for cluster in clusters:
        if cluster.owner.resource.kind == "RayCluster":
            made[cluster.owner.resource.namespace, cluster.owner.resource.name] = cluster
    found: dict[int, list[Job]] = defaultdict(list)
    for job in jobs:
        selected = made.get((job.owner.resource.namespace, str(job.selected_cluster.known)))
        for cluster in (*job.clusters, *((selected,) if selected else ())):
            found[id(cluster)].append(job)
    return found


def _operator(inventory: Inventory) -> End:
    """The operator's pod, where the bundle has just one Deployment of it."""
    found: list[End] = []
    for resource in inventory.of_kind("Deployment"):
        template = resource.node.get("spec", "template")
        containers = template.get("spec", "containers").items()
        if any(_OPERATOR in str(each.get("image").known) for each in containers):
            labels = dict(template.get("metadata", "labels").entries())
            found.append(End(resource.namespace, OpenLabels(labels, closed=settled)))
    return found[0] if len(found) == 1 else SOMEWHERE
