"""What an object of Ray's says to Kueue and to batch schedulers. Not here: the queues (`queue`).

Source: KubeRay `controllers/ray/batchscheduler/`, each scheduler's AddMetadataToChildResource;
Kueue `pkg/workloadslicing/workloadslicing.go`.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown
from raypolicy.values import placeholder

QUEUE: Final = "kueue.x-k8s.io/queue-name"
_ELASTIC: Final = "kueue.x-k8s.io/elastic-job"
_GANG: Final = "ray.io/gang-scheduling-enabled"
_MODE: Final = "volcano.sh/network-topology-mode"
_TIER: Final = "volcano.sh/network-topology-highest-tier-allowed"
SCHEDULERS: Final = {
    "volcano.sh/queue-name": "volcano",
    _MODE: "volcano",
    _TIER: "volcano",
    "yunikorn.apache.org/app-id": "yunikorn",
    "yunikorn.apache.org/queue": "yunikorn",
    "kai.scheduler/queue": "kai-scheduler",
}
"""Labels that the operator reads with one scheduler alone, and the name that pods have it by."""


class Batch(View):
    """Labels of a RayCluster, RayJob or RayService by which its pods are queued or scheduled
    together; those of a RayCronJob are handed down to nothing. Its node is the metadata."""

    def __init__(self, node: Node[Any], owner: Owner) -> None:
        lost = owner.resource.kind == "RayCronJob"
        super().__init__(node.put(ABSENT) if lost else node, owner)

    @only_with(QUEUE)
    @written
    def queue(self) -> Node[str]:
        """The LocalQueue of Kueue's that the object waits in."""
        return self._label(QUEUE)

    @only_with(_ELASTIC, otherwise=False)
    @fact
    def is_elastic(self) -> Node[bool]:
        """Whether Kueue is told by annotation that the number of pods may change."""
        written = self.node.get("annotations", _ELASTIC)
        if written.absent:
            return written.put(False, how=DEFAULTED)
        return written.map(lambda value: value == "true" if type(value) is str else None, "no text")

    @only_with(_GANG)
    @written
    def gang(self) -> Node[str]:
        """What is written to have all pods scheduled together or none."""
        return self._label(_GANG)

    @only_with(*SCHEDULERS)
    @fact
    def scheduler(self) -> Node[str]:
        """The scheduler that a label is for, by the name that pods have it by: volcano, yunikorn
        or kai-scheduler; its place is the label. Unknown where labels are for several."""
        first = self._first
        if first is None:
            return self.node.put(ABSENT)
        name = SCHEDULERS[str(first.key)]
        return first.put(name if self.other_label.absent else Unknown("labels of several"))

    @only_with(*SCHEDULERS)
    @fact
    def first_label(self) -> Node[str]:
        """The key of the first label that one scheduler alone reads."""
        first = self._first
        return self.node.put(ABSENT) if first is None else first.at_key(str(first.key))

    @only_with(*SCHEDULERS)
    @fact
    def other_label(self) -> Node[str]:
        """The key of a label that is for another scheduler than the first."""
        first = self._first
        for key, scheduler in SCHEDULERS.items() if first else ():
            label = self._label(key)
            if first and not label.absent and scheduler != SCHEDULERS[str(first.key)]:
                return label.at_key(key)
        return self.node.put(ABSENT)

    @only_with(_MODE)
    @fact
    def topology_mode(self) -> Node[str]:
        """How strictly Volcano is to keep the pods near each other: hard or soft."""
        return self._label(_MODE)

    @only_with(_TIER)
    @fact
    def topology_tier(self) -> Node[str]:
        """How far apart Volcano may put the pods: the number of a tier, as a text."""
        return self._label(_TIER)

    @only_with(_TIER)
    @fact
    def is_tier_whole(self) -> Node[bool]:
        """Whether that is a whole number."""
        return self.topology_tier.map(_is_whole, "no text")

    @property
    def _first(self) -> Node[Any] | None:
        labels = (self._label(key) for key in SCHEDULERS)
        return next((label for label in labels if not label.absent), None)

    def _label(self, key: str) -> Node[Any]:
        return self.node.get("labels", key)


def _is_whole(value: object) -> bool | None:
    if type(value) is not str or placeholder(value):
        return None
    digits = value[1:] if value[:1] in ("+", "-") else value
    return digits.isascii() and digits.isdigit()
