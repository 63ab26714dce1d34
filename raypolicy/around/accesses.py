"""Who lets Ray's autoscaler at Kubernetes in a bundle. Not here: whether it is enough (rules).

The operator makes a Role and a RoleBinding of the RayCluster's name, whatever ServiceAccount the
head has, unless one of that name is there already (KubeRay `raycluster_controller.go`,
reconcileAutoscalerRole, reconcileAutoscalerRoleBinding).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any

from raypolicy.bundle import Resource
from raypolicy.effective.access import keeps_token, missing
from raypolicy.facts.access import AutoscalerAccess
from raypolicy.facts.cluster import Cluster
from raypolicy.inventory import Inventory
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder


def accesses(inventory: Inventory, clusters: Iterable[Cluster]) -> tuple[AutoscalerAccess, ...]:
    """The access of the autoscaler of each cluster that has one."""
    grants = _Grants(inventory)
    return tuple(_access(each, grants) for each in clusters if each.autoscaling.value is True)


def _access(cluster: Cluster, grants: _Grants) -> AutoscalerAccess:
    account = cluster.head.pod.field("serviceAccountName")
    account = account.either(cluster.name)
    if type(account.value) is str and placeholder(account.value):
        account = account.put(Unknown("unresolved placeholder"))
    node: Node[bool] = cluster.autoscaling
    none: Node[Any] = node.put(ABSENT)
    namespace = cluster.owner.resource.namespace
    taken, lacks = none, none
    own = cluster.name.known
    if isinstance(own, str) and not placeholder(own) and isinstance(account.known, str):
        bearer = grants.bearer(own, namespace)
        if bearer is not None:
            taken = bearer.node.get("metadata", "name")
            short = missing_for(grants, own, account.known, namespace)
            if short:
                lacks = taken.put(short)
    switch = cluster.head.pod.field("automountServiceAccountToken")
    tokenless = _tokenless(cluster, account, grants)
    return AutoscalerAccess(node, cluster.owner, account, switch, tokenless, taken, lacks)


def _tokenless(cluster: Cluster, account: Node[str], grants: _Grants) -> Node[bool]:
    """The `false` that keeps the token away: the pod's word counts before the account's."""
    pod = cluster.head.pod.field("automountServiceAccountToken")
    none: Node[bool] = cluster.autoscaling.put(ABSENT)
    if keeps_token(cluster.field("autoscalerOptions")):
        return none
    if not pod.absent:
        return pod if pod.value is False else none
    if not isinstance(account.known, str):
        return none
    named = grants.inventory.named(
        "ServiceAccount", account.known, cluster.owner.resource.namespace
    )
    if len(named) != 1:
        return none
    switch = named[0].node.get("automountServiceAccountToken")
    if switch.value is not False or id(named[0].node) in grants.told:
        return none
    grants.told.add(id(named[0].node))
    return switch


def missing_for(grants: _Grants, cluster: str, account: str, namespace: str) -> str | None:
    """What the account of an autoscaler may not do; None where nothing is missing, or where that
    cannot be told.
    """
    rules: list[Node[Any]] = []
    bindings = list(grants.bindings(account, namespace))
    roles = [binding.node.get("roleRef") for binding in bindings]
    named = [(role.get("kind").value, role.get("name").value) for role in roles]
    if not grants.inventory.named("RoleBinding", cluster, namespace):
        named.append(("Role", cluster))  # the operator binds it
    for kind, name in named:
        if type(name) is not str or kind not in ("Role", "ClusterRole"):
            return None
        found = grants.inventory.named(kind, name, namespace)
        if len(found) != 1 or not found[0].node.get("aggregationRule").absent:
            return None  # elsewhere, or the operator's own
        listed = found[0].node.get("rules")
        if listed.value is not ABSENT and type(listed.value) is not list:
            return None
        rules += listed.items()
    lacking = missing(rules)
    return ", ".join(need.text for need in lacking) if lacking else None


class _Grants:
    """The bindings of a bundle by the ServiceAccount that they speak of."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.told: set[int] = set()
        """Accounts of which a first autoscaler has told already."""

    def bearer(self, name: str, namespace: str) -> Resource | None:
        """The one Role or RoleBinding of a name, which the operator would give to its own."""
        for kind in ("Role", "RoleBinding"):
            found = self.inventory.named(kind, name, namespace)
            if len(found) > 1:
                return None
            if found:
                return found[0]
        return None

    def bindings(self, account: str, namespace: str) -> Iterator[Resource]:
        """The bindings that may speak of an account; those of groups speak of all."""
        for binding, of in (*self._by_account.get(account, ()), *self._by_account.get("", ())):
            same = not of or not namespace or of == namespace
            here = binding.kind == "ClusterRoleBinding" or not namespace or not binding.namespace
            if same and (here or binding.namespace == namespace):
                yield binding

    @cached_property
    def _by_account(self) -> dict[str, list[tuple[Resource, str]]]:
        """By name of the account, empty for a group; with the namespace that is written."""
        found: dict[str, list[tuple[Resource, str]]] = {}
        kinds = (self.inventory.of_kind(kind) for kind in ("RoleBinding", "ClusterRoleBinding"))
        for binding in chain.from_iterable(kinds):
            for subject in binding.node.get("subjects").items():
                kind, name = subject.get("kind").value, subject.get("name").value
                space = subject.get("namespace").value
                if kind == "ServiceAccount" and type(name) is str and not placeholder(name):
                    of = space if type(space) is str and not placeholder(space) else ""
                    found.setdefault(name, []).append((binding, of))
                elif kind != "User":
                    found.setdefault("", []).append((binding, ""))
        return found
