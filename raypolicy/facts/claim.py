"""Claims of storage that the pods of Ray's objects mount. Not here: which pods (`claims`)."""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node, Unknown


class MountedClaim(View):
    """A PersistentVolumeClaim that pods of an object of Ray's mount; its node is the name of the
    claim, where more than one pod comes to it."""

    apart = True

    def __init__(
        self,
        node: Node[str],
        owner: Owner,
        pods: int | Unknown,
        sessions: int | Unknown,
        modes: Node[Any] | None,
    ) -> None:
        super().__init__(node, owner)
        self._pods = pods
        self._sessions = sessions
        self._modes = modes

    @fact
    def name(self) -> Node[str]:
        """The name of the claim."""
        return self.node

    @fact
    def pods(self) -> Node[int]:
        """How many pods mount it at most, those of all groups and the submitter together."""
        return self.node.put(self._pods)

    @fact
    def sessions(self) -> Node[int]:
        """How many of them have it at /tmp/ray or /tmp, all in the same directory of the volume."""
        return self.node.put(self._sessions)

    @fact
    def access(self) -> Node[str]:
        """The one accessMode of the claim; absent where it is not in the bundle or has several."""
        modes = self._modes
        if modes is None:
            return self.node.put(ABSENT)
        listed = modes.value if type(modes.value) is list else []
        return modes.get(0) if len(listed) == 1 else modes.put(ABSENT)
