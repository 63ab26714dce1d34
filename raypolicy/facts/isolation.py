"""A cluster's `networkPolicy`. Not here: the NetworkPolicies that are made of it (`effective`), and
what they close (`flow`).

Source: KubeRay `controllers/ray/utils/validation.go`, validateNetworkPolicy.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.isolation import restricted
from raypolicy.facts.sought import SoughtName
from raypolicy.facts.view import Owner, View, fact
from raypolicy.kubenames import dashed, dns_label_fault
from raypolicy.nearnames import is_near
from raypolicy.tree import ABSENT, DEFAULTED, Node
from raypolicy.values import placeholder

GATE: Final = "RayClusterNetworkPolicy"
_FIELDS: Final = (("ingressRules", "ingress"), ("egressRules", "egress"))


class IdleRules(View):
    """Rules for a direction that the mode leaves open; the node is their list."""

    def __init__(self, node: Node[Any], owner: Owner, direction: str) -> None:
        super().__init__(node, owner)
        self._direction = direction

    @fact
    def direction(self) -> Node[str]:
        """ingress or egress."""
        return self.node.put(self._direction)


class UnmatchedGroup(SoughtName):
    """The name of a worker group in `networkPolicy` that the cluster does not have."""


class UnfitGroup(View):
    """The name of a worker group that cannot be in the name of a policy; its node is the name."""

    def __init__(self, node: Node[str], owner: Owner, taken: frozenset[object]) -> None:
        super().__init__(node, owner)
        self._taken = taken

    @fact
    def fitting(self) -> Node[str]:
        """The name in small letters, with hyphens for all that is neither letter nor figure; absent
        where that is another group's, or `networkPolicy` has rules for the name as it is."""
        name = str(self.node.value)
        fitting = dashed(name)
        free = not self._taken.intersection((name, fitting)) and dns_label_fault(fitting) is None
        return self.node.put(fitting if free else ABSENT)


class Isolation(View):
    """The `networkPolicy` of a cluster, where API and operator have it."""

    fields = frozenset({"head", "mode", "worker", "workerGroups"})

    def __init__(self, node: Node[Any], owner: Owner, groups: tuple[Node[str], ...]) -> None:
        super().__init__(node, owner)
        self._groups = groups

    @fact
    def policy_mode(self) -> Node[str]:
        """The mode; DenyAll by default."""
        mode = self.field("mode")
        return mode.put("DenyAll", how=DEFAULTED) if mode.absent else mode

    @fact
    def has_gate(self) -> Node[bool]:
        """Whether the operator's feature gate for it is among those that were named."""
        return self.node.at_key(GATE in self.owner.gates)

    @fact
    def idle_rules(self) -> tuple[IdleRules, ...]:
        """Lists of rules for a direction that the mode leaves open."""
        open_to = restricted(self.node)
        parts = (self.field("head"), self.field("worker"), *self.field("workerGroups").items())
        return tuple(
            IdleRules(part.get(field), self.owner, direction)
            for part in parts
            for field, direction in _FIELDS
            if open_to and direction not in open_to
            if type(part.get(field).value) is list and part.get(field).value
        )

    @fact
    def unmatched_groups(self) -> tuple[UnmatchedGroup, ...]:
        """Groups under workerGroups that the cluster does not have."""
        known = [group.value for group in self._groups]
        if any(type(name) is not str or placeholder(name) for name in known):
            return ()
        named = (entry.get("groupName") for entry in self.field("workerGroups").items())
        return tuple(
            UnmatchedGroup(name, self.owner, "worker group", self._nearest(name))
            for name in named
            if isinstance(name.known, str)
            and not placeholder(name.known)
            and name.known not in known
        )

    def _nearest(self, name: Node[str]) -> Node[str]:
        """The one worker group whose name is almost this one."""
        asked = str(name.value)
        near = [each for each in self._groups if _alike(asked, str(each.value))]
        return near[0] if len(near) == 1 else name.put(ABSENT)

    @fact
    def unfit_groups(self) -> tuple[UnfitGroup, ...]:
        """Names of worker groups that cannot be in the names of these policies."""
        ruled = [entry.get("groupName") for entry in self.field("workerGroups").items()]
        return tuple(
            UnfitGroup(name, self.owner, _names(ruled, self._groups, name))
            for name in self._groups
            if not self.node.absent
            and type(name.value) is str
            and not placeholder(name.value)
            and dns_label_fault(name.value) is not None
        )


def _alike(name: str, other: str) -> bool:
    return name.lower() == other.lower() or is_near(name, other)


def _names(ruled: list[Node[Any]], groups: tuple[Node[str], ...], own: Node[str]) -> frozenset[Any]:
    """The names that are in use, but for a group's own."""
    others = (each for each in (*ruled, *groups) if each is not own)
    return frozenset(each.value for each in others if type(each.value) is str)
