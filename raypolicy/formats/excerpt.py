"""A source line cut and made fit for people, and where its marks go. Not here: the frame."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

from raypolicy.formats.style import UNSAFE, escape
from raypolicy.source import Span

_TAB = "    "
_WIDEST = 160
_NARROWEST = 20


class Excerpt(NamedTuple):
    """What to print of a line, and how far the marks are to be indented and how long to be."""

    line: int
    text: str
    indent: int
    length: int


def excerpt(span: Span, width: int | None) -> Excerpt:
    """The first line of a span, cut around the span where it would be wider than `width`."""
    line = span.first.line
    low, high = span.source.bounds(line)
    start = min(span.start, high)
    end = max(start, min(span.end, high))
    room = max(_NARROWEST, width or _WIDEST)
    # One line may hold megabytes, and all findings: only what could be shown is looked at.
    near, far = max(low, start - room), min(high, start + room)
    cells = _cells(span.source.text[near:far])
    edges = [0, *accumulate(cell.width for cell in cells)]
    whole = (near, far) == (low, high)
    first, last = _window(edges, start - near, room, whole)
    before = "…" if near + first > low else ""
    after = "…" if near + last < high else ""
    return Excerpt(
        line=line,
        text=before + "".join(cell.shown for cell in cells[first:last]) + after,
        indent=len(before) + edges[start - near] - edges[first],
        length=max(1, edges[min(end - near, last)] - edges[start - near]),
    )


class _Cell(NamedTuple):
    shown: str
    width: int


def _cells(text: str) -> list[_Cell]:
    cells = [_Cell(char, 1) for char in text]
    if not text.isascii():
        import unicodedata  # only for the lines that need it

        for index, char in enumerate(text):
            if unicodedata.category(char) in ("Mn", "Me"):
                cells[index] = _Cell(char, 0)
            elif unicodedata.east_asian_width(char) in "WF":
                cells[index] = _Cell(char, 2)
    for match in re.finditer(UNSAFE, text):
        shown = _TAB if match[0] == "\t" else escape(match[0])
        cells[match.start()] = _Cell(shown, len(shown))
    return cells


def _window(edges: list[int], start: int, room: int, whole: bool) -> tuple[int, int]:
    """Which cells to show: those that fit, up to a third of them before the start."""
    first, last = 0, len(edges) - 1
    if whole and edges[last] <= room:
        return first, last
    room -= 2  # an ellipsis on either side
    before = max(room // 3, room - (edges[last] - edges[start]))
    while edges[start] - edges[first] > before:
        first += 1
    while last > start + 1 and edges[last] - edges[first] > room:
        last -= 1
    return first, last
