"""Variables that the init container of workers does not get. Not here: which (`unhanded`)."""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class UnhandedVariable(View):
    """A variable by which Ray's nodes speak to each other and that a worker has from `envFrom`;
    its node is the name of the ConfigMap or Secret there."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, key: Node[str], group: Node[str]) -> None:
        super().__init__(node, owner)
        self._key = key
        self._group = group

    @fact
    def name(self) -> Node[str]:
        """The name of the variable, where it is written."""
        return self._key.at_key(str(self._key.key))

    @fact
    def source(self) -> Node[str]:
        """The name of the ConfigMap or Secret."""
        return self.node

    @fact
    def group(self) -> Node[str]:
        """The name of the worker group."""
        return self._group
