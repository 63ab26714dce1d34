"""Kustomizations: what they name and what cannot be followed. Not here: what they are built to."""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import Owner, View, fact
from raypolicy.inputs.closure import MISSING, REMOTE, UNFILLED
from raypolicy.inputs.overlays import Overlay
from raypolicy.jsonpatches import Counting, counting_operations
from raypolicy.tree import ABSENT, Node
from raypolicy.wiped import WipedItem, wiped_items


class Obstacle(View):
    """Why a kustomization cannot be built; its node is the entry that cannot be followed, or the
    start of the file where kustomize itself gave up."""

    def __init__(self, node: Node[Any], owner: Owner, words: str, *, missing: bool) -> None:
        super().__init__(node, owner)
        self._words = words
        self._missing = missing

    @fact
    def words(self) -> Node[str]:
        """What is wrong: with the entry, or what kustomize says."""
        return self.node.put(self._words)

    @fact
    def missing(self) -> Node[bool]:
        """Whether a file is only not there, so that it may be one that git is told to leave out."""
        return self.node.put(self._missing)


class Wiped(View):
    """An item of a list in a patch, of which kustomize keeps only what the patch says."""

    def __init__(self, item: WipedItem, owner: Owner) -> None:
        super().__init__(item.node, owner)
        self._item = item

    @fact
    def name(self) -> Node[str]:
        """Name of the worker group or the container."""
        return self.node.get("groupName").either(self.node.get("name"))

    @fact
    def list(self) -> Node[str]:
        """Name of the list: workerGroupSpecs or containers."""
        above = self.node.parent
        return self.node.put(ABSENT if above is None else str(above.key))

    @fact
    def lost(self) -> Node[str]:
        """What the patched object says of it and the patch does not, by its keys."""
        return self._item.base.put(", ".join(self._item.lost))


class CountingOperation(View):
    """An operation of a JSON patch that finds a worker group or container by its number; its node
    is the path."""

    def __init__(self, found: Counting, owner: Owner) -> None:
        super().__init__(found.node, owner)
        self._found = found

    @fact
    def list(self) -> Node[str]:
        """The list: workerGroupSpecs, containers, initContainers."""
        return self.node.put(self._found.list)

    @fact
    def number(self) -> Node[int]:
        """Which item, counted from 0."""
        return self.node.put(self._found.number)

    @fact
    def tested(self) -> Node[bool]:
        """Whether an operation `test` before it makes sure that it is the right one."""
        return self.node.put(self._found.tested)


class KustomizationView(View):
    """A kustomization that speaks of Ray and is no base of another here; its node is its file."""

    stands_alone = True
    apart = True

    def __init__(self, overlay: Overlay, node: Node[object], owner: Owner) -> None:
        super().__init__(node, owner)
        self._overlay = overlay

    @fact
    def name(self) -> Node[str]:
        """Its directory."""
        return self.node.put(self._overlay.name)

    @fact
    def obstacles(self) -> tuple[Obstacle, ...]:
        """Why it cannot be built, where it cannot; what has to be fetched is no reason."""
        owner, failure = self.owner, self._overlay.failure
        found = [
            Obstacle(
                fault.node,
                owner,
                f"{fault.node.value} {fault.message}",
                missing=fault.kind == MISSING,
            )
            for fault in self._overlay.closure.faults
            if fault.kind not in (REMOTE, UNFILLED)
        ]
        if failure:
            start = self.node.at_key(failure)
            found.append(Obstacle(start, owner, f"kustomize says: {failure}", missing=False))
        return tuple(found)

    @fact
    def wiped_items(self) -> tuple[Wiped, ...]:
        """Items of lists in patches that take the place of items which say more."""
        return tuple(Wiped(item, self.owner) for item in wiped_items(self._overlay.closure))

    @fact
    def counting_operations(self) -> tuple[CountingOperation, ...]:
        """Operations of JSON patches that find a worker group or container by its number."""
        found = counting_operations(self._overlay.closure)
        return tuple(CountingOperation(each, self.owner) for each in found)
