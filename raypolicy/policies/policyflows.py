"""One connection looked at from both its ends. Not here: which connections there are (`flows`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.facts.flow import Told
from raypolicy.facts.view import Owner
from raypolicy.networkpolicy import (
    EGRESS,
    INGRESS,
    Answer,
    Asked,
    End,
    NamespaceLabels,
    Policy,
    judge,
)
from raypolicy.policies.flowports import ANY, FREE
from raypolicy.policies.policyindex import Selection
from raypolicy.tree import Node, Unknown

DNS_TCP: Final = "DNS over TCP"
_HOST: Final = Unknown("pods in the network of their node")


class Pods(NamedTuple):
    """Pods at one end of a connection; those of Ray's have policies that select them, and a node.

    `host` says that they are in the network of their node, `dns` that they ask the DNS of the
    Kubernetes cluster.
    """

    title: str
    end: End
    selection: Selection = Selection((), None)
    node: Node[Any] | None = None
    host: bool = False
    dns: bool = True
    group: str = ""

    @property
    def name(self) -> str:
        return f"{self.title} {self.group}".strip()


class Wanted(NamedTuple):
    """A connection that is needed, to all of the ranges of ports or to any of them."""

    kind: str
    source: Pods
    destination: Pods
    ports: tuple[tuple[int, int], ...]
    protocol: str = "TCP"
    any_of: bool = False


def told(wanted: Wanted, labels: NamespaceLabels) -> Iterator[tuple[Node[Any], Told]]:
    """The connection as those see it who open it, and those to whom it is opened."""
    sides = (
        (EGRESS, wanted.source, wanted.destination),
        (INGRESS, wanted.destination, wanted.source),
    )
    for direction, own, other in sides:
        if own.node is not None:
            yield own.node, _side(wanted, direction, own, other, labels)


def _side(wanted: Wanted, direction: str, own: Pods, other: Pods, labels: NamespaceLabels) -> Told:
    answers: list[tuple[Answer, tuple[int, int], tuple[Policy, ...]]] = []
    for first, last in wanted.ports:
        asked = Asked(first, last, wanted.protocol)
        found, acting = judge(own.selection.policies, direction, other.end, asked, own.end, labels)
        answers.append((_doubted(found, acting, own, other), (first, last), acting))
    choose = _best if wanted.any_of else _worst
    answer = choose([found for found, _, _ in answers])
    shown = [ports for found, ports, _ in answers if found is answer or wanted.any_of]
    closing: Policy | None = None
    if answer is False:
        acting = next(each for found, _, each in answers if found is False)
        closing = max(acting, key=lambda policy: len(policy.rules[direction] or ()))
    return Told(
        wanted.kind,
        wanted.source.name,
        wanted.destination.name,
        _text(shown[:1] if wanted.any_of else shown),
        wanted.protocol,
        direction,
        answer,
        None if closing is None else closing.places[direction],
        _called(closing),
        closing is not None and closing.made,
    )


def _called(policy: Policy | None) -> str:
    """How messages name a policy."""
    if policy is None:
        return ""
    return "networkPolicy" if policy.made else f"NetworkPolicy {policy.name}"


def _doubted(found: Answer, acting: tuple[Policy, ...], own: Pods, other: Pods) -> Answer:
    """The answer, where other policies may have a say."""
    if own.host or (other.host and found is not True):
        return _HOST
    if own.selection.doubt is not None and (found is False or not acting):
        return own.selection.doubt
    return found


def _worst(answers: list[Answer]) -> Answer:
    if False in answers:
        return False
    return next((each for each in answers if each is not True), True)


def _best(answers: list[Answer]) -> Answer:
    if True in answers:
        return True
    return next((each for each in answers if each is not False), False)


def _text(ports: list[tuple[int, int]]) -> str:
    return ", ".join(_port(*each) for each in ports)


def _port(first: int, last: int) -> str:
    if (first, last) == FREE:
        return "any free port"
    if (first, last) == ANY:
        return "unknown"
    return str(first) if first == last else f"{first}-{last}"


def with_first(
    found: list[tuple[Node[Any], Owner, Told]],
) -> Iterator[tuple[Node[Any], Owner, Told]]:
    """The flows, with what else is closed at the place of the most needed of them."""
    closed: dict[Any, list[str]] = defaultdict(list)
    owners: dict[Any, Owner] = {}
    for _, owner, side in found:
        key = _place(side)
        if key is not None and owners.setdefault(key, owner) is owner and side.kind != DNS_TCP:
            closed[key] += [] if side.kind in closed[key] else [side.kind]
    seen: set[Any] = set()
    for node, owner, side in found:
        key = _place(side)
        if key is None or key in seen:
            yield node, owner, side
        else:
            seen.add(key)
            yield node, owner, side._replace(first=True, closes=tuple(closed[key]))


def _place(side: Told) -> Any:
    if side.closing is None:
        return None
    return id(side.closing.document), side.closing.path, side.direction
