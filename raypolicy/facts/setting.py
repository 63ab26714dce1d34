"""A field by its name and value, for lists of fields of which something is said."""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import View, fact, written
from raypolicy.tree import Node


class Setting(View):
    """A field of the manifest; its node is the field's value."""

    @fact
    def name(self) -> Node[str]:
        """The name of the field."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """Its value."""
        return self.node
