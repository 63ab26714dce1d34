"""Ports that a container lists. Not here: those of the Service in front of it (`headservice`)."""

from __future__ import annotations

from typing import Any

from raypolicy.effective.ports import component, listening
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node


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

    @property
    def _component(self) -> Any:
        name = self.field("name").known
        return component(name) if isinstance(name, str) else None
