"""Backends of routes: the Services that lead to Ray's pods. Not here: finding them (`backends`)."""

from __future__ import annotations

from typing import Any, NamedTuple

from raypolicy.facts.sought import SoughtService
from raypolicy.facts.view import Owner, fact
from raypolicy.tree import ABSENT, Node, Unknown


class Reached(NamedTuple):
    """What is known of the Service that a backend names; `targets` are that Service, a Resource or
    one that the operator makes, and any others of the name. `hidden` are the ports it has, where
    the backend's is none of them.
    """

    found: bool | Unknown
    nearest: Node[str] | None = None
    lasting: Node[str] | None = None
    unserved: Node[str] | None = None
    elsewhere: Node[str] | None = None
    hidden: tuple[Node[Any], ...] | None = None
    granted: bool | None = None
    targets: tuple[Any, ...] = ()


class Backend(SoughtService):
    """A Service that a route leads to, as far as it has to do with Ray; its node is the name of the
    Service where it is written."""

    def __init__(self, service: Node[str], owner: Owner, port: Node[Any], reached: Reached) -> None:
        super().__init__(service, owner, reached)
        self._port = port
        self._reached = reached

    @property
    def targets(self) -> tuple[Any, ...]:
        """The Services of that name, each a Resource or a Derived; no word of rules."""
        return self._reached.targets

    @fact
    def kind(self) -> Node[str]:
        """The kind of the route: Ingress, HTTPRoute, Route, VirtualService …"""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """The name of the route."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def service(self) -> Node[str]:
        """The name of the Service."""
        return self.node

    @fact
    def port(self) -> Node[object]:
        """The number or the name of the port, where one is written."""
        return self._port

    @fact
    def offered_ports(self) -> Node[tuple[object, ...]]:
        """The ports of the Service, names or numbers as the backend has it, where its own is none
        of them."""
        hidden = self._reached.hidden
        if hidden is None:
            return self._port.put(ABSENT)
        values = dict.fromkeys(each.value for each in hidden)
        return self._port.put(tuple(sorted(values, key=_order)), *hidden[:1])

    @fact
    def granted(self) -> Node[bool]:
        """Where a route of the Gateway API leads to another namespace: whether a ReferenceGrant of
        the bundle lets it."""
        granted = self._reached.granted
        return self.node.put(ABSENT if granted is None else granted)


def _order(value: object) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, str(value))
