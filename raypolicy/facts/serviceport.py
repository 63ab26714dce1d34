"""One port of a Service that the operator makes. Not here: the Service (`headservice`)."""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective import ports
from raypolicy.effective.ports import Component, ServicePortFact
from raypolicy.facts.headgroup import HeadGroup
from raypolicy.facts.view import View, fact, written
from raypolicy.tree import ABSENT, WRITTEN, Node, placeless

_PLAIN: Final = frozenset({"name", "port", "protocol", "targetPort"})


class ServicePort(View):
    """A port of a Service that the operator makes; its node is what the number comes from."""

    def __init__(
        self,
        port: ServicePortFact,
        head: HeadGroup,
        same_name: Node[str] | None,
        same_number: Node[int] | None,
    ) -> None:
        super().__init__(port.number, head.owner)
        self._port = port
        self._head = head
        self._same_name = same_name
        self._same_number = same_number

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self._port.name

    @fact
    def number(self) -> Node[int]:
        """Its number."""
        return self._port.number

    @fact
    def target(self) -> Node[int]:
        """The port of the head pod that it leads to: `targetPort`, else its number."""
        return self._port.target

    @written
    def stray(self) -> Node[int]:
        """The target where it is not where that part of Ray listens, else the number; absent where
        it is a default, or another port has its name or should have its number."""
        astray = self.target.value != self.ray_port.value
        number = self.target if astray else self.number
        listed = () if number.parent is None else (number.parent.parent or number).items()
        taken = any(each.get(str(number.key)).value == self.ray_port.value for each in listed)
        alone = self.same_name.absent and not taken and number.how == WRITTEN
        return number if alone else placeless(ABSENT)

    @written
    def superfluous(self) -> Node[Any]:
        """The entry of `headService` that says no more of this port than another does; absent where
        it says more, or is none of `headService`."""
        entry = self.number.parent
        twice = not self.same_name.absent and not self.same_number.absent
        plain = entry is not None and type(entry.value) is dict and entry.value.keys() <= _PLAIN
        if entry is None or not (self._port.own and twice and plain):
            return placeless(ABSENT)
        return entry if self.target.value == self.number.value else placeless(ABSENT)

    @fact
    def same_name(self) -> Node[str]:
        """The name of another port of the Service before which this one is superfluous."""
        return self._same_name or self._port.name.put(ABSENT)

    @fact
    def same_number(self) -> Node[int]:
        """The number of another port of the Service, of the same protocol, likewise."""
        return self._same_number or self._port.number.put(ABSENT)

    @fact
    def component(self) -> Node[str]:
        """The part of Ray that a port of this name is for; absent where it is none of Ray's."""
        part = self._component
        return self.name.put(ABSENT if part is None else part.name)

    @fact
    def ray_port(self) -> Node[int]:
        """Where that part of Ray will listen: its start parameter, else its default."""
        part = self._component
        return self.name.put(ABSENT) if part is None else self._head.listening(part)

    @property
    def refused_before(self) -> bool:
        """Whether the list it is in has its number and protocol twice, which the schema of Ray's
        kinds refuses; no word of rules."""
        entry = self.number.parent
        if entry is None or entry.parent is None or not self._port.own:
            return False
        listed = [_key(each.value) for each in entry.parent.items()]
        return listed.count(_key(entry.value)) > 1

    @property
    def _component(self) -> Component | None:
        name = self.name.known
        return ports.component(name) if isinstance(name, str) else None


def _key(entry: Any) -> Any:
    return (entry.get("port"), entry.get("protocol") or "TCP") if type(entry) is dict else None
