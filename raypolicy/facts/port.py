"""Ports that a container lists. Not here: those of the Service in front of it (`headservice`).

Source: Kubernetes `staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go`,
IsValidPortName, for the names; the CRDs of KubeRay for the number and protocol being the key.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from raypolicy.effective.ports import COMPONENTS, component, listening, protocol
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, Node, placeless
from raypolicy.values import placeholder

_USUAL: Final = {
    8000: "serve",
    52365: "dashboard-agent",
    44217: "as-metrics",
    44227: "dash-metrics",
    **{part.default: part.usual_name for part in COMPONENTS},
}
"""What ports of these numbers are called in KubeRay's samples."""
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
    def fitting_name(self) -> Node[str]:
        """A name like this one that a port may have: in small letters, a hyphen for every other
        character; else the usual one. Absent where this one will do, or such a name is taken."""
        name = self.field("name")
        if type(name.value) is not str or name_fault(name.value) is None:
            return name.put(ABSENT)
        fitting = re.sub("[^a-z0-9]+", "-", name.value.lower()).strip("-")
        fits = fitting and name_fault(fitting) is None and fitting not in self._names
        return name.put(fitting) if fits else self.usual_name

    @fact
    def usual_name(self) -> Node[str]:
        """What a port of this number is usually called, where it is one of Ray's; absent where
        another port of the container is called so."""
        usual = _USUAL.get(self.field("containerPort").known or 0)
        ray = self._start_params is not None and usual not in self._names
        return self.field("name").put(usual if usual and ray else ABSENT)

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

    @written
    def superfluous(self) -> Node[Any]:
        """The entry, where an earlier one says all that it says; absent where there is none."""
        first = self.same_port.parent
        said, own = (each.value if each is not None else None for each in (first, self.node))
        if self.same_port.absent or type(said) is not dict or type(own) is not dict:
            return placeless(ABSENT)
        more = (key for key, value in own.items() if key != "protocol" and said.get(key) != value)
        return self.node if next(more, None) is None else placeless(ABSENT)

    @property
    def _names(self) -> tuple[Any, ...]:
        """The names of all ports of the container."""
        listed = self.node.parent
        return () if listed is None else tuple(each.get("name").value for each in listed.items())

    @property
    def _component(self) -> Any:
        name = self.field("name").known
        return component(name) if isinstance(name, str) else None


def name_fault(name: object) -> str | None:
    """What is wrong with the name of a port, if anything; of a placeholder nothing is known."""
    return _fault(name) if type(name) is str else None


@lru_cache(1024)
def _fault(name: str) -> str | None:
    if not name or placeholder(name):
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
