"""Ports of `ray start` that another is in the way of. Not here: how it is found (`effective`)."""

from __future__ import annotations

from typing import Any

from raypolicy.effective.startports import Claim
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class ClaimedPort(View):
    """A port of the command that another one is in the way of; its node is what is to blame."""

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        claim: Claim,
        other: Claim | None,
        workers: tuple[Node[int], Node[int]],
    ) -> None:
        super().__init__(node, owner)
        self._claim = claim
        self._other = other or claim
        self._workers = workers

    @fact
    def name(self) -> Node[str]:
        """The option whose port it is."""
        return self.node.put(self._claim.option)

    @fact
    def port(self) -> Node[int]:
        """Its number."""
        return self._claim.port

    @fact
    def other(self) -> Node[str]:
        """The other option of that number, or its own where it lies among the worker ports."""
        return self._other.port.put(self._other.option)

    @fact
    def first_worker_port(self) -> Node[int]:
        """The first port for worker processes."""
        return self._workers[0]

    @fact
    def last_worker_port(self) -> Node[int]:
        """The last port for worker processes."""
        return self._workers[1]
