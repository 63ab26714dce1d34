"""Kueue's queues as Ray's objects name them. Not here: what is in a bundle (`queues`)."""

from __future__ import annotations

from typing import Any, NamedTuple

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
        unfit: tuple[UnfitFlavor, ...] = (),
    ) -> None:
        super().__init__(node, owner)
        self._unfit = unfit
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
    def unfit_flavors(self) -> tuple[UnfitFlavor, ...]:
        """Flavors that keep out pods which could only get their resources of such, where all are
        here."""
        return self._unfit

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


class UnfitFlavor(View):
    """A ResourceFlavor that pods cannot have, nor any other that a ClusterQueue has for them; its
    node is their tolerations, or what their nodeSelector asks for."""

    apart = True

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        pods: str,
        flavor: Node[str],
        taint: Node[Any] | None,
        label: Node[str] | None,
    ) -> None:
        super().__init__(node, owner)
        self._pods = pods
        self._flavor = flavor
        self._taint = taint
        self._label = label

    @fact
    def pods(self) -> Node[str]:
        """What the pods are of: the head, the group so called."""
        return self.node.put(self._pods)

    @fact
    def flavor(self) -> Node[str]:
        """The name of the flavor, the first of them."""
        return self._flavor

    @fact
    def taint(self) -> Node[str]:
        """The key of its taint that the pods do not tolerate; absent where the labels of its nodes
        are to blame."""
        if self._taint is None or self._label is not None:
            return self.node.put(ABSENT)
        return self._taint.get("key")

    @fact
    def effect(self) -> Node[str]:
        """The effect of that taint."""
        return self.node.put(ABSENT) if self._taint is None else self._taint.get("effect")

    @fact
    def label(self) -> Node[str]:
        """The label of its nodes that the pods ask to be otherwise; absent where a taint alone is
        to blame."""
        return self.node.put(ABSENT) if self._label is None else self._label

    @fact
    def key(self) -> Node[str]:
        """The key of that label."""
        return self.node.put(ABSENT) if self._label is None else self._label.put(self._label.key)
