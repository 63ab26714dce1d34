"""What a pod of Ray's may do to its node. Not here: which settings give it that (`powers`)."""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class Power(View):
    """Something by which whoever runs code in a pod of Ray's may do more than that pod needs; its
    node is the setting. What a Namespace of the bundle refuses anyway is left out."""

    apart = True

    def __init__(self, node: Node[Any], owner: Owner, kind: str, holder: str) -> None:
        super().__init__(node, owner)
        self._kind = kind
        self._holder = holder

    @fact
    def kind(self) -> Node[str]:
        """privileged, capability, host path, host processes, or root."""
        return self.node.put(self._kind)

    @fact
    def pods(self) -> Node[str]:
        """Whose setting it is: the head, the group x, the submitter."""
        return self.node.put(self._holder)

    @fact
    def value(self) -> Node[Any]:
        """The setting: a path, a capability, a user."""
        return self.node
