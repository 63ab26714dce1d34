"""What becomes of a RayJob and its cluster once the job has ended. Not here: the policies that it
writes for that (`deletion`).

Source: KubeRay `controllers/ray/rayjob_controller.go`, the cases Complete and Failed.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.facts.batch import QUEUE
from raypolicy.facts.deletion import Deletion
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.tree import Node

_SAID: Final = ("deletionStrategy", "deletionPolicy", "shutdownAfterJobFinishes")


class Ending(View):
    """The end of a RayJob; its node is the RayJob's spec."""

    def __init__(
        self, node: Node[Any], owner: Owner, selects: Node[bool], deletion: Deletion
    ) -> None:
        super().__init__(node, owner)
        self._selects = selects
        self._deletion = deletion

    @fact
    def keeps_cluster(self) -> Node[bool]:
        """Whether the cluster that it makes stays once the job has ended, and nothing says so:
        neither shutdownAfterJobFinishes nor deletionStrategy is there."""
        if self._selects.value is not False:
            return self._selects.put(self._selects.value if self._selects.unknown else False)
        said = [self.field(name) for name in _SAID]
        return said[-1].put(all(each.absent for each in said))

    @only_with("deletionStrategy", "deletionPolicy", otherwise=False)
    @fact
    def deletes_job(self) -> Node[bool]:
        """Whether some policy deletes the RayJob itself, and all that belongs to it."""
        policies = [choice.policy for choice in self._deletion.choices]
        doubt = next((each for each in policies if each.unknown), None)
        said = any(each.value == "DeleteSelf" for each in policies)
        return self._deletion.node.put(said if doubt is None else doubt.value)

    @only_with(QUEUE, otherwise=False)
    @fact
    def queued(self) -> Node[bool]:
        """Whether it waits in a queue of Kueue, by its label."""
        label = self.owner.resource.node.get("metadata", "labels", QUEUE)
        return label.put(label.value if label.unknown else not label.absent)
