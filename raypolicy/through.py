"""The ways through a graph. Not here: what its vertices and edges are (`graph`)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from typing import Any, Final, TypeVar

import networkx

L = TypeVar("L", bound=tuple[Any, ...])
_ROOT: Final = object()


def on_ways(
    links: Iterable[L], starts: Collection[Hashable], ends: Collection[Hashable]
) -> list[L]:
    """The links that lie on ways from starts to ends, the nearest to the starts first.
    What stands first in a link is its source, what stands second its target.

    A way passes no vertex twice. To find the links of all such ways would take too long; so a link
    is left out if every way to it has passed its target before, or every way on from it comes by
    its source again, until there is none of which that is true. That leaves out what only leads
    back to the starts, away from the ends, or into a part and out again by the same vertex.
    """
    found = list(links)
    while True:
        before = _Passed(((each[0], each[1]) for each in found), starts)
        behind = _Passed(((each[1], each[0]) for each in found), ends)
        kept = [
            each
            for each in found
            if each[0] in before.steps
            and each[1] in behind.steps
            and not before.passes(each[1], each[0])
            and not behind.passes(each[0], each[1])
        ]
        if len(kept) == len(found):
            return sorted(kept, key=lambda each: before.steps[each[0]])
        found = kept


class _Passed:
    """What is reached from some vertices, in how many steps, and what is passed in any case on the
    way there.

    That is a tree: a vertex lies below those that are always passed. When a walk through the tree
    comes to a vertex and when it leaves it says what is below what.
    """

    def __init__(
        self, ways: Iterable[tuple[Hashable, Hashable]], starts: Iterable[Hashable]
    ) -> None:
        net = networkx.DiGraph([*ways, *((_ROOT, start) for start in starts)])
        net.add_node(_ROOT)
        self.steps: dict[Hashable, int] = networkx.single_source_shortest_path_length(net, _ROOT)
        last = networkx.immediate_dominators(net, _ROOT)
        tree = networkx.DiGraph((last[each], each) for each in last if each is not _ROOT)
        tree.add_node(_ROOT)
        self._come: dict[Hashable, int] = {}
        self._gone: dict[Hashable, int] = {}
        for time, (_, vertex, step) in enumerate(networkx.dfs_labeled_edges(tree, _ROOT)):
            (self._come if step == "forward" else self._gone)[vertex] = time

    def passes(self, one: Hashable, other: Hashable) -> bool:
        """Whether all that leads to the other passes the one, or is it."""
        if one not in self._come:
            return False
        return self._come[one] <= self._come[other] and self._gone[other] <= self._gone[one]
