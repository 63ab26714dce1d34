"""Flows: the connections that Ray's pods need, and which NetworkPolicies close them. Not here: how
that is found out (`flows`).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, Node, Unknown, placeless
from raypolicy.values import whole_number

_PEERS: Final = {"ingress": "from", "egress": "to"}


class Told(NamedTuple):
    """What is known of a flow: who opens it to whom, in whose direction it is looked at, and
    whether it is open; `closing` is the place that closes it, `policy` the name of the policy.
    """

    kind: str
    source: str
    destination: str
    ports: str
    protocol: str
    direction: str
    open: bool | Unknown
    closing: Node[object] | None = None
    policy: str = ""
    by_operator: bool = False
    first: bool = False
    closes: tuple[str, ...] = ()


class Flow(View):
    """A connection that a Ray cluster needs, as seen from one of its ends: by the NetworkPolicies
    of the pods that open it (egress), or of those that it is opened to (ingress).

    There are none unless a bundle has a NetworkPolicy. Policies in other places may open what is
    closed here.
    """

    apart = True

    def __init__(self, node: Node[object], owner: Owner, told: Told) -> None:
        super().__init__(node, owner)
        self._told = told

    @fact
    def name(self) -> Node[str]:
        """Who opens it to whom, and what for: worker group small to head, GCS."""
        told = self._told
        return self.node.put(f"{told.source} to {told.destination}, {told.kind}")

    @fact
    def kind(self) -> Node[str]:
        """What it is for: DNS, GCS, other ports, dashboard, Serve, API server."""
        return self.node.put(self._told.kind)

    @fact
    def source(self) -> Node[str]:
        """Who opens it: head, worker group with its name, submitter, operator, clients."""
        return self.node.put(self._told.source)

    @fact
    def destination(self) -> Node[str]:
        """Who it is opened to: head, worker group with its name, DNS, API server."""
        return self.node.put(self._told.destination)

    @fact
    def ports(self) -> Node[str]:
        """The port or the range of ports."""
        return self.node.put(self._told.ports)

    @fact
    def protocol(self) -> Node[str]:
        """TCP or UDP."""
        return self.node.put(self._told.protocol)

    @fact
    def direction(self) -> Node[str]:
        """Whose policies these are: egress, of those who open it; ingress, of the others."""
        return self.node.put(self._told.direction)

    @fact
    def is_open(self) -> Node[bool]:
        """Whether the policies let it through; unknown where others may have a say."""
        return self.node.put(self._told.open)

    @fact
    def closed_by(self) -> Node[str]:
        """The policy that leaves it out, at the rules where it is missing: NetworkPolicy and its
        name, or networkPolicy where the operator makes it."""
        if self._told.closing is None:
            return self.node.put(ABSENT)
        return self._told.closing.at_key(self._told.policy)

    @fact
    def port(self) -> Node[int]:
        """The port, where it is one."""
        number = whole_number(self._told.ports)
        return self.node.put(ABSENT if number is None else number)

    @written
    def next_rule(self) -> Node[dict[str, Any]]:
        """The place for one more rule of that policy, in that direction; absent where it would need
        one for the head and one for the workers.
        """
        closing, direction = self._told.closing, self._told.direction
        if closing is None or closing.parent is None:
            return placeless(ABSENT)
        if type(closing.value) is list:
            return closing.get(len(closing.value))
        if not self._told.by_operator:
            spec = closing if closing.key == "spec" else closing.parent
            return spec.get(direction, 0)
        entry = closing.key in ("head", "worker") or type(closing.key) is int
        return closing.get(f"{direction}Rules", 0) if entry else placeless(ABSENT)

    @written
    def next_peer(self) -> Node[dict[str, Any]]:
        """The same, for the other end of the connection in such a rule; absent where the policy is
        for all pods of its namespace, since all of them would be opened.
        """
        rule = self.next_rule
        if not self._told.by_operator and _for_all_pods(rule):
            return placeless(ABSENT)
        return rule.get(_PEERS[self._told.direction], 0)

    @fact
    def by_operator(self) -> Node[bool]:
        """Whether that policy is one the operator makes of `networkPolicy`."""
        return self.node.put(self._told.by_operator)

    @fact
    def is_first(self) -> Node[bool]:
        """Whether it is the most needed of the flows that are closed at that place."""
        return self.node.put(self._told.first)

    @fact
    def closes(self) -> Node[tuple[str, ...]]:
        """What all the flows of the cluster are for that are closed at that place."""
        return self.node.put(self._told.closes)

    @fact
    def besides(self) -> Node[str]:
        """The end of a sentence that says what else is closed at that place: `; it also closes:
        GCS, dashboard`. Empty where that is nothing."""
        others = [each for each in self._told.closes if each != self._told.kind]
        return self.node.put(f"; it also closes: {', '.join(others)}" if others else "")

    @fact
    def cluster(self) -> Node[str]:
        """The name of the RayCluster, or of the resource that makes it."""
        return self.owner.resource.node.get("metadata", "name")


def _for_all_pods(rule: Node[Any]) -> bool:
    """Whether the policy of this rule asks for no label of the pods that it is for."""
    spec = None if rule.parent is None else rule.parent.parent
    selector = None if spec is None else spec.get("podSelector").value
    return not isinstance(selector, dict) or not any(selector.values())


class NetworkPolicyView(View):
    """A NetworkPolicy of the bundle; its node is the whole object."""

    apart = True

    def __init__(self, node: Node[object], owner: Owner, isolated: Node[str] | None) -> None:
        super().__init__(node, owner)
        self._isolated = isolated

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.node.get("metadata", "name")

    @fact
    def isolated_cluster(self) -> Node[str]:
        """The RayCluster beside it for which the operator would make a NetworkPolicy of the same
        name, because of its `networkPolicy`; absent where there is none."""
        return self._isolated or self.node.put(ABSENT)
