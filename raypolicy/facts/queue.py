"""Kueue's queues as Ray's objects name them. Not here: what is in a bundle (`queues`)."""

from __future__ import annotations

from typing import NamedTuple

from raypolicy.facts.quota import Excess
from raypolicy.facts.sought import SoughtName
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, Node, placeless


class Barred(NamedTuple):
    """What keeps a namespace from a ClusterQueue."""

    closed: Node[str]
    unmatched: Node[object]


class Queue(View):
    """The queue of an object of Ray's; its node is the label `kueue.x-k8s.io/queue-name`."""

    apart = True

    def __init__(
        self,
        node: Node[str],
        owner: Owner,
        links: tuple[QueueLink, ...],
        uncovered: tuple[Uncovered, ...],
        excesses: tuple[Excess, ...],
        barred: Barred,
    ) -> None:
        super().__init__(node, owner)
        self._links = links
        self._barred = barred
        self._uncovered = uncovered
        self._excesses = excesses

    @fact
    def name(self) -> Node[str]:
        """The name of the LocalQueue."""
        return self.node

    @fact
    def links(self) -> tuple[QueueLink, ...]:
        """What the LocalQueue and its ClusterQueue name, as far as they are here."""
        return self._links

    @fact
    def closed(self) -> Node[str]:
        """The name of its ClusterQueue where that has no namespaceSelector, so that no namespace
        may use it; absent where it has one, or is not here."""
        return self._barred.closed

    @written
    def namespace_selector(self) -> Node[object]:
        """The place for it in that ClusterQueue; absent where it has one, or is not here."""
        metadata = self.closed.parent
        if self.closed.absent or metadata is None or metadata.parent is None:
            return placeless(ABSENT)
        return metadata.parent.get("spec", "namespaceSelector")

    @fact
    def unmatched(self) -> Node[object]:
        """What the namespaceSelector of its ClusterQueue demands and the namespace of the object
        does not have; absent where nothing is known to be missing."""
        return self._barred.unmatched

    @fact
    def uncovered(self) -> tuple[Uncovered, ...]:
        """Resources that the pods ask for and the ClusterQueue does not cover, where both queues
        are here."""
        return self._uncovered

    @fact
    def excesses(self) -> tuple[Excess, ...]:
        """What the pods ask for together, beyond all that the ClusterQueue can have."""
        return self._excesses


class QueueLink(SoughtName):
    """The name of a ClusterQueue in a LocalQueue, or of a ResourceFlavor in a ClusterQueue."""

    def __init__(
        self, node: Node[str], owner: Owner, kind: str, found: Node[bool], nearest: Node[str]
    ) -> None:
        super().__init__(node, owner, kind, nearest)
        self._found = found

    @fact
    def found(self) -> Node[bool]:
        """Whether the bundle has one of that name."""
        return self._found


class Uncovered(View):
    """A resource that no resource group of a ClusterQueue covers; its node is where a container
    asks for it."""

    apart = True

    def __init__(self, node: Node[object], owner: Owner, name: str, queue: Node[str]) -> None:
        super().__init__(node, owner)
        self._name = name
        self._queue = queue

    @fact
    def name(self) -> Node[str]:
        """The name of the resource."""
        return self.node.at_key(self._name)

    @fact
    def cluster_queue(self) -> Node[str]:
        """The name of the ClusterQueue."""
        return self._queue
