"""Secrets that are written out in a manifest. Not here: which those are (`effective.secrets`)."""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node


class PlainSecret(View):
    """A secret that is the value of a variable, or the password in a URL; its node is that."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, name: Node[str], holder: str) -> None:
        super().__init__(node.put("a secret"), owner)
        self._name = name
        self._holder = holder

    @fact
    def name(self) -> Node[str]:
        """The name of the variable; absent in a URL."""
        return self._name if self._holder else self._name.put(ABSENT)

    @fact
    def holder(self) -> Node[str]:
        """What has it: the head, the group x, the submitter, the autoscaler; `runtimeEnvYAML`,
        `serveConfigV2`; absent for a URL."""
        return self.node.put(self._holder or ABSENT)

    @fact
    def host(self) -> Node[str]:
        """The host, where it is the password in a URL; absent where it is a variable's value."""
        return self._name.put(ABSENT if self._holder else self._name.value)
