"""NetworkPolicies as they are written. Not here: what they let through (`networkpolicy`).

Source: Kubernetes `pkg/apis/networking/v1/defaults.go` for policyTypes and protocols, and
`pkg/apis/networking/validation/validation.go`, ValidateNetworkPolicySpec. What the API server
refuses is no policy at all, so that nothing can be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy import labelselector
from raypolicy.labelselector import Requirement
from raypolicy.networkpolicy import DIRECTIONS, EGRESS, INGRESS, LAST_PORT, Peer, Policy, Port, Rule
from raypolicy.tree import ABSENT, Node
from raypolicy.values import placeholder

_PEERS: Final = {INGRESS: "from", EGRESS: "to"}
_PROTOCOLS: Final = ("TCP", "UDP", "SCTP")


class _Refused(Exception):
    """The API server refuses the policy."""


def read(name: str, namespace: str, spec: Node[Any]) -> Policy:
    """A NetworkPolicy from its spec."""
    selector = spec.get("podSelector")
    demands = tuple(labelselector.requirements(selector))
    rules: dict[str, tuple[Rule, ...] | None] = {}
    places: dict[str, Node[Any]] = {}
    refused = any(demand.refused for demand in demands)
    for direction in DIRECTIONS:
        written = spec.get(direction)
        empty = written.value in (ABSENT, [])
        places[direction] = selector.either(spec) if empty else written
        try:
            restricted = _restricts(spec, direction)
            rules[direction] = tuple(rules_of(written, direction)) if restricted else None
        except _Refused:
            refused, rules[direction] = True, ()
    return Policy(name, namespace, demands, rules, places, refused)


def _restricts(spec: Node[Any], direction: str) -> bool:
    """Whether policyTypes has a direction; by default it has Ingress, and Egress with a rule."""
    types = spec.get("policyTypes")
    if types.value in (ABSENT, []):
        return direction == INGRESS or spec.get(EGRESS).value not in (ABSENT, [])
    listed = [item.value for item in types.items()]
    if not listed or not all(each in ("Ingress", "Egress") for each in listed):
        raise _Refused
    return direction.capitalize() in listed


def rules_of(written: Node[Any], direction: str) -> Iterator[Rule]:
    """The rules of a list of them."""
    for rule in _list(written):
        _check(rule, _PEERS[direction], "ports")
        peers = tuple(_peer(item) for item in _list(rule.get(_PEERS[direction])))
        yield Rule(peers, tuple(_port(item) for item in _list(rule.get("ports"))))


def readable(written: Node[Any], direction: str) -> tuple[Rule, ...] | None:
    """The same; None where the API server refuses one of them."""
    try:
        return tuple(rules_of(written, direction))
    except _Refused:
        return None


def _list(written: Node[Any]) -> Iterable[Node[Any]]:
    if written.absent:
        return ()
    if type(written.value) is not list or None in written.value:
        raise _Refused
    return written.items()


def _check(written: Node[Any], *fields: str) -> None:
    if type(written.value) is not dict or not {*written.value} <= {*fields}:
        raise _Refused


def _peer(item: Node[Any]) -> Peer:
    _check(item, "podSelector", "namespaceSelector", "ipBlock")
    pods, namespaces = _selector(item.get("podSelector")), _selector(item.get("namespaceSelector"))
    block = item.get("ipBlock")
    if block.absent is (pods is None and namespaces is None):
        raise _Refused
    return Peer(pods, namespaces, None if block.absent else block)


def _selector(written: Node[Any]) -> tuple[Requirement, ...] | None:
    if written.absent:
        return None
    demands = tuple(labelselector.requirements(written))
    if any(demand.refused for demand in demands):
        raise _Refused
    return demands


def _port(item: Node[Any]) -> Port:
    _check(item, "port", "endPort", "protocol")
    protocol, port, end = (item.get(key) for key in ("protocol", "port", "endPort"))
    spoken = "TCP" if protocol.absent else protocol.value
    if any(type(n.value) is str and placeholder(n.value) for n in (protocol, port, end)):
        return Port(spoken if spoken in _PROTOCOLS else "", (1, LAST_PORT), doubt=True)
    if spoken not in _PROTOCOLS:
        raise _Refused
    if port.absent and end.absent:
        return Port(spoken, (1, LAST_PORT))
    if type(port.value) is str and any(c.isalpha() for c in port.value) and end.absent:
        return Port(spoken, (0, 0), port.value)
    last = port.value if end.absent else end.value
    if type(port.value) is not int or type(last) is not int:
        raise _Refused
    if not 1 <= port.value <= last <= LAST_PORT:
        raise _Refused
    return Port(spoken, (port.value, last))
