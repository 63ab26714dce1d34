"""Secrets that are written out in a manifest. Not here: which those are (`effective.secrets`)."""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class PlainSecret(View):
    """A variable with a secret as its value; its node is the value."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, name: Node[str], holder: str) -> None:
        super().__init__(node.put("a secret"), owner)
        self._name = name
        self._holder = holder

    @fact
    def name(self) -> Node[str]:
        """The name of the variable."""
        return self._name

    @fact
    def holder(self) -> Node[str]:
        """What has it: the head, the group x, the submitter, the autoscaler; `runtimeEnvYAML`,
        `serveConfigV2`."""
        return self.node.put(self._holder)

    @fact
    def in_runtime_env(self) -> Node[bool]:
        """Whether it is a variable of a runtime environment, which Ray shows to everybody who
        reaches the dashboard."""
        return self.node.put(self._holder in ("runtimeEnvYAML", "serveConfigV2"))

    @fact
    def is_token(self) -> Node[bool]:
        """Whether it is the token that lets everybody in who has it: RAY_AUTH_TOKEN."""
        return self.node.put(self._name.value == "RAY_AUTH_TOKEN")
