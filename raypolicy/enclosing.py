"""Parts of texts that lie apart or one in another, by place. Not here: what is kept of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Enclosing(Generic[T]):
    """What is kept of the parts of some texts, asked for by a place in one of them.

    Each part is (text, start, end, what is kept of it).
    """

    def __init__(self, parts: Iterable[tuple[str, int, int, T]]) -> None:
        self._starts: dict[str, list[int]] = {}
        self._parts: dict[str, list[tuple[int, T, int]]] = {}
        """By text: the end of a part, what is kept of it, and the number of the one around it."""
        around: list[int] = []
        for text, start, end, kept in sorted(parts, key=lambda part: (part[0], part[1], -part[2])):
            if text not in self._parts:
                around = []
            starts = self._starts.setdefault(text, [])
            listed = self._parts.setdefault(text, [])
            while around and listed[around[-1]][0] <= start:
                around.pop()
            listed.append((end, kept, around[-1] if around else -1))
            starts.append(start)
            around.append(len(listed) - 1)

    def at(self, text: str, offset: int) -> Iterator[T]:
        """What is kept of all parts around a place, the innermost first."""
        listed = self._parts.get(text, [])
        number = bisect_right(self._starts.get(text, []), offset) - 1
        while number >= 0:
            end, kept, number = listed[number]
            if offset < end:
                yield kept
