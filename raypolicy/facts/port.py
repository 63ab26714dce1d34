"""Ports that a container lists. Not here: those of the Service in front of it (`headservice`).

Source: Kubernetes `staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go`,
IsValidPortName, for the names; the CRDs of KubeRay for the number and protocol being the key.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.ports import component, listening, protocol
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node
from raypolicy.values import placeholder

_ALLOWED: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class Port(View):
    """A port that a container lists."""

    fields = frozenset({"containerPort", "hostIP", "hostPort", "name", "protocol"})

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        start_params: Node[Any] | None,
        by_hand: bool,
        namesake: Node[Any] | None,
    ) -> None:
        super().__init__(node, owner)
        self._namesake = namesake
        self._start_params = start_params
        self._by_hand = by_hand

    @fact
    def namesake(self) -> Node[str]:
        """The name of an earlier port of the container, if it is the same."""
        name = self.field("name")
        return name.put(ABSENT) if self._namesake is None else self._namesake

    @fact
    def component(self) -> Node[str]:
        """The part of Ray that a port of this name is for; absent where it is none of Ray's."""
        part = self._component
        return self.node.get("name").put(ABSENT if part is None else part.name)

    @fact
    def ray_port(self) -> Node[int]:
        """Where that part of Ray will listen: its start parameter, else its default."""
        part = self._component
        if part is None or self._start_params is None:
            return self.node.get("name").put(ABSENT)
        return listening(part, self._start_params, self._by_hand)

    @fact
    def name_fault(self) -> Node[str]:
        """Why no port may have this name; absent where one may."""
        name = self.field("name")
        fault = name_fault(name.value)
        return name.put(ABSENT if fault is None else fault)

    @fact
    def same_port(self) -> Node[int]:
        """The number of an earlier port of the container, if number and protocol are the same."""
        number, listed = self.field("containerPort"), self.node.parent
        key = _key(self.node.value)
        for other in () if listed is None or key is None else listed.items():
            if other.key == self.node.key:
                break
            if _key(other.value) == key:
                return other.get("containerPort")
        return number.put(ABSENT)

    @property
    def _component(self) -> Any:
        name = self.field("name").known
        return component(name) if isinstance(name, str) else None


def name_fault(name: object) -> str | None:
    """What is wrong with the name of a port, if anything; of a placeholder nothing is known."""
    if type(name) is not str or not name or placeholder(name):
        return None
    if not _ALLOWED.issuperset(name):
        return "has characters that are no small letters, digits or hyphens"
    if len(name) > 15:
        return f"has {len(name)} characters, and 15 are allowed"
    if name.startswith("-") or name.endswith("-") or "--" in name:
        return "has a hyphen at an end, or two in a row"
    return None if any(each.isalpha() for each in name) else "has no letter"


def unfit(ports: object) -> bool:
    """Whether a written list has a port whose name or number none may have."""
    return any(
        name_fault(port.get("name")) is not None or _outside(port.get("containerPort"))
        for port in (ports if type(ports) is list else ())
        if type(port) is dict
    )


def _outside(number: object) -> bool:
    return type(number) is int and not 0 < number < 65536


def repeated(ports: object) -> bool:
    """Whether a written list has a port and protocol twice."""
    keys = [_key(port) for port in (ports if type(ports) is list else ())]
    known = [key for key in keys if key is not None]
    return len(set(known)) < len(known)


def _key(port: Any) -> tuple[int, str] | None:
    """Number and protocol of a written port, by which the API server tells ports apart."""
    number = port.get("containerPort") if type(port) is dict else None
    spoken = protocol(port)
    return None if type(number) is not int or spoken is None else (number, spoken)
