"""Variables of a Ray container that the operator overwrites. Not here: which (`effective`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from raypolicy.effective.ownvariables import instead
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class OverwrittenVariable(View):
    """A variable in `env` whose value does not reach the Ray container; its node is the entry."""

    fields = frozenset({"name", "value", "valueFrom"})

    def __init__(self, node: Node[Any], owner: Owner, instead: str) -> None:
        super().__init__(node, owner)
        self._instead = instead

    @fact
    def instead(self) -> Node[str]:
        """What the variable has instead, in words."""
        return self.node.put(self._instead)


def overwritten(container: Node[Any], role: str, owner: Owner) -> Iterator[OverwrittenVariable]:
    """Those that a container lists, given the role of its group."""
    for entry in container.get("env").items():
        name = entry.get("name").value
        found = instead(name, role, owner.release) if type(name) is str else None
        if found is not None:
            yield OverwrittenVariable(entry, owner, found)
