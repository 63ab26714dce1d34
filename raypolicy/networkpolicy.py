"""NetworkPolicies evaluated: who may open a connection to whom. Not here: reading them
(`writtenpolicy`), and which of them select which pods (`policyindex`).

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and the comments
of k8s.io/api `networking/v1/types.go`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from raypolicy import labelselector
from raypolicy.labelselector import Requirement
from raypolicy.tree import ABSENT, PLACEHOLDER, Node, Unknown
from raypolicy.values import placeholder

INGRESS: Final = "ingress"
EGRESS: Final = "egress"
DIRECTIONS: Final = (INGRESS, EGRESS)
LAST_PORT: Final = 65535
_REFUSED: Final = Unknown("a NetworkPolicy that cannot be read")
_ADDRESS: Final = Unknown("the addresses are not known")

Answer: TypeAlias = bool | Unknown
Interval: TypeAlias = tuple[int, int]
NamespaceLabels: TypeAlias = Callable[[str | None], Mapping[str, Node[Any]]]


class End(NamedTuple):
    """One end of a connection: pods, or a host outside of the pods' network.

    `namespace` is as it is written, None where it is not known; `elsewhere` says that it is not
    that of the policies. `ports` are (name, number, protocol) of its containers, None if unknown;
    `cluster` tells pods of a Ray cluster from others.
    """

    namespace: str | None
    labels: Mapping[str, Node[Any]]
    ports: tuple[tuple[str, int, str], ...] | None = None
    cluster: object = None
    elsewhere: bool = False
    outside: bool = False


class Peer(NamedTuple):
    """An item of `from` or `to`; `cluster` is that of a rule which the operator makes."""

    pods: tuple[Requirement, ...] | None
    namespaces: tuple[Requirement, ...] | None
    block: Node[Any] | None = None
    cluster: object = None


class Port(NamedTuple):
    """An item of `ports`: a range of numbers, or a name; `doubt` where it has a placeholder."""

    protocol: str
    numbers: Interval
    name: str = ""
    doubt: bool = False


class Rule(NamedTuple):
    """An item of `ingress` or `egress`; without peers it is for all, without ports for all."""

    peers: tuple[Peer, ...]
    ports: tuple[Port, ...]


class Policy(NamedTuple):
    """A NetworkPolicy: what it selects, and what it allows in the directions that it restricts.

    `rules` has None for a direction that is left open; `places` say where that is written.
    `made` is one that the operator makes.
    """

    name: str
    namespace: str
    demands: tuple[Requirement, ...]
    rules: dict[str, tuple[Rule, ...] | None]
    places: dict[str, Node[Any]]
    refused: bool = False
    made: bool = False


class Asked(NamedTuple):
    """The ports that a flow goes to: all of a range."""

    first: int
    last: int
    protocol: str = "TCP"


def judge(
    policies: Iterable[Policy],
    direction: str,
    other: End,
    asked: Asked,
    own: End,
    labels: NamespaceLabels,
) -> tuple[Answer, tuple[Policy, ...]]:
    """Whether pods that all of the policies select may have a connection with another end, as far
    as this direction goes; and the policies that restrict it.
    """
    acting = tuple(each for each in policies if each.rules[direction] is not None)
    if not acting:
        return True, ()
    ports = (own if direction == INGRESS else other).ports
    sure: list[Interval] = []
    possible: list[Interval] = []
    doubt: Unknown | None = None
    for policy in acting:
        if policy.refused:
            return _REFUSED, acting
        for rule in policy.rules[direction] or ():
            met = _meets(rule, policy.namespace, other, labels)
            if met is False:
                continue
            doubt = met if type(met) is Unknown else doubt
            for numbers, certain in _numbers(rule, asked.protocol, ports):
                possible.append(numbers)
                if certain and met is True:
                    sure.append(numbers)
    if _cover(sure, asked):
        return True, acting
    if not any(first <= asked.last and asked.first <= last for first, last in possible):
        return False, acting
    return doubt or Unknown(
        "only a part of the ports is open, or their numbers are not known"
    ), acting


def _meets(rule: Rule, namespace: str, other: End, labels: NamespaceLabels) -> Answer:
    found: Answer = not rule.peers
    for peer in rule.peers:
        met = _is_peer(peer, namespace, other, labels)
        if met is True:
            return True
        found = found or met
    return found


def _is_peer(peer: Peer, namespace: str, other: End, labels: NamespaceLabels) -> Answer:
    if peer.cluster is not None:
        return peer.cluster == other.cluster
    if peer.block is not None:
        everywhere = peer.block.get("cidr").value == "0.0.0.0/0"
        return True if other.outside and everywhere and _no_except(peer.block) else _ADDRESS
    if peer.namespaces is None:
        near: Answer = not other.outside and same_namespace(namespace, other)
    elif other.outside:
        return _ADDRESS
    else:
        near = labelselector.judge(peer.namespaces, labels(other.namespace))[0]
    if near is False:
        return False
    selected = labelselector.judge(peer.pods or (), other.labels)[0]
    return near if selected is True else selected


def _no_except(block: Node[Any]) -> bool:
    return block.get("except").value in (ABSENT, [])


def same_namespace(namespace: str, other: End) -> Answer:
    """Whether an end lies in a namespace; unknown where one is written and the other is not."""
    if other.elsewhere:
        return False
    if other.namespace == namespace:
        return True
    if not other.namespace or not namespace:
        return Unknown("the namespace is not written")
    unclear = placeholder(other.namespace) or placeholder(namespace)
    return PLACEHOLDER if unclear else False


def _numbers(rule: Rule, protocol: str, ports: Any) -> Iterator[tuple[Interval, bool]]:
    """The ports of a protocol that a rule allows, and whether that is sure."""
    if not rule.ports:
        yield (1, LAST_PORT), True
    for port in rule.ports:
        if port.protocol not in (protocol, ""):
            continue
        if not port.name:
            yield port.numbers, not port.doubt
        elif ports is None:
            yield (1, LAST_PORT), False
        else:
            for name, number, spoken in ports:
                if name == port.name and spoken == protocol:
                    yield (number, number), True


def _cover(intervals: list[Interval], asked: Asked) -> bool:
    """Whether intervals leave no gap in what is asked for."""
    reached = asked.first
    for first, last in sorted(intervals):
        if first > reached:
            break
        reached = max(reached, last + 1)
    return reached > asked.last
