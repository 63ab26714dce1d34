"""How large a cluster can become. Not here: its single worker groups (`workergroup`)."""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import Owner, View, fact
from raypolicy.facts.workergroup import WorkerGroup
from raypolicy.tree import ABSENT, Node, Unknown


class Scale(View):
    """How many workers a cluster can have; its node is the list of worker groups, which is there
    even where nothing is written."""

    stands_alone = True

    def __init__(self, node: Node[Any], owner: Owner, workers: tuple[WorkerGroup, ...]) -> None:
        super().__init__(node, owner)
        self._workers = workers

    @fact
    def group_count(self) -> Node[int]:
        """How many worker groups there are."""
        written = self.node.value
        if written is not ABSENT and type(written) is not list:
            return self.node.put(Unknown("the worker groups are unknown"))
        return self.node.put(len(self._workers))

    @fact
    def most_pods(self) -> Node[int]:
        """Worker pods there can be at most, of all groups together; unknown without a limit."""
        counts = [worker.pods_at_most for worker in self._workers]
        doubt = next((each for each in counts if each.known is None), None)
        if doubt is not None:
            return self.node.put(doubt.value)
        return self.node.put(sum(each.known or 0 for each in counts))

    @fact
    def can_vary(self) -> Node[bool]:
        """Whether some group can have more replicas than it must have."""
        unsure = None
        for worker in self._workers:
            least, most = worker.min_replicas, worker.max_replicas
            if least.known is None or most.known is None:
                unsure = least if least.known is None else most
            elif most.known > least.known:
                return self.node.put(True)
        return self.node.put(False if unsure is None else unsure.value)
