"""Names of accelerators that none has. Not here: those there are (`effective.accelerators`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from raypolicy.effective.accelerators import meant
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import Node


class MisspeltAccelerator(View):
    """A limit or request of a resource that is almost an accelerator; its node is the amount."""

    def __init__(self, node: Node[Any], owner: Owner, usual: str) -> None:
        super().__init__(node, owner)
        self._usual = usual

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """The amount."""
        return self.node

    @fact
    def meant(self) -> Node[str]:
        """The name that the device plugin of the accelerator has for it."""
        return self.node.at_key(self._usual)


def misspelt(part: Node[Any], owner: Owner) -> Iterator[MisspeltAccelerator]:
    """Those among limits or requests."""
    for name, amount in part.entries():
        usual = meant(name)
        if usual is not None and not amount.absent:
            yield MisspeltAccelerator(amount, owner, usual)
