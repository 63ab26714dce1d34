"""What a PodDisruptionBudget allows of the pods it selects. Not here: which those are (`selector`).

Source: Kubernetes `pkg/controller/disruption/disruption.go`, getExpectedPodCount and failSafe: a
budget that has to know how many pods there should be asks their controller's scale subresource.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.facts.view import Owner, View, fact
from raypolicy.facts.workergroup import WorkerGroup
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder

_RAYS: Final = ("head", "worker")
_NONE: Final = (0, "0", "0%")


class Budget(View):
    """The `spec` of a PodDisruptionBudget that selects pods of Ray's."""

    apart = True
    fields = frozenset({"maxUnavailable", "minAvailable", "selector", "unhealthyPodEvictionPolicy"})

    def __init__(self, node: Node[Any], owner: Owner, pods: tuple[Any, ...]) -> None:
        super().__init__(node, owner)
        self._pods = pods

    @fact
    def setting(self) -> Node[Any]:
        """maxUnavailable, else minAvailable: what is written of how many pods."""
        return self.field("maxUnavailable").either(self.field("minAvailable"))

    @fact
    def uncounted(self) -> Node[Any]:
        """That setting, where it is for a number of pods that Kubernetes would have to ask the
        RayCluster for: any maxUnavailable, and percentages; absent where it counts by itself, and
        where nothing may be evicted anyway."""
        setting, none = self.setting, self.node.put(ABSENT)
        if not any(each.role in _RAYS for each in self._pods) or setting.absent:
            return none
        if type(setting.value) is str and placeholder(setting.value):
            return setting.put(Unknown("unresolved placeholder"))
        counts = type(setting.value) is int and setting.key == "minAvailable"
        return none if counts or setting.value in _NONE or setting.value == "100%" else setting

    @fact
    def pods(self) -> Node[int]:
        """How many pods it selects at most."""
        total = 0
        for each in self._pods:
            count = each.group.pods_at_most if isinstance(each.group, WorkerGroup) else None
            if count is not None and count.known is None:
                return count
            total += 1 if count is None else count.known or 0
        return self.node.put(total)

    @fact
    def keeps_all(self) -> Node[bool]:
        """Whether it never lets any of them be evicted."""
        setting = self.setting
        if setting.key == "maxUnavailable":
            return setting.map(lambda value: value in _NONE, "")
        if setting.absent or setting.value == "100%":
            return setting.put(not setting.absent)
        if type(setting.value) is not int or self.pods.known is None:
            return setting.put(Unknown("how many pods that leaves is not known"))
        return setting.put(setting.value >= self.pods.known > 0)

    @fact
    def selects_head(self) -> Node[bool]:
        """Whether a head is among them."""
        return self.node.put(any(each.role == "head" for each in self._pods))

    @fact
    def selects_others(self) -> Node[bool]:
        """Whether other pods are among them."""
        return self.node.put(any(each.role != "head" for each in self._pods))
