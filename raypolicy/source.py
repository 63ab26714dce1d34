"""Source texts, spans in them, and edits to them. Not here: what a text means (`tree`)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from typing import Final, NamedTuple

INSIDE: Final = "!/"
"""In a name: what is before it is an archive or a chart, what follows is a path in what it holds or
is rendered to. Such a text is no file that could be changed."""
_BLOCK: Final = 4096
"""Characters between two places whose line is known; those between are counted when asked for."""


class SourceFile:
    """A text as it was read, and the name that people know it by.

    `name` is shown to users (relative where possible, forward slashes); `path` is where a fix may
    be written, None for a stream. `text` has no byte-order mark; `encoding` restores it on writing.
    Lines end at LF, CRLF or CR, as editors count them, never at U+0085, U+2028 or U+2029.
    """

    __slots__ = ("_breaks", "_broken", "encoding", "name", "path", "text")

    def __init__(
        self, name: str, text: str, *, path: str | None = None, encoding: str = "utf-8"
    ) -> None:
        self.name = name
        self.text = text
        self.path = path
        self.encoding = encoding
        self._breaks: list[int] = []
        self._broken = ""

    def __repr__(self) -> str:
        return f"SourceFile({self.name!r})"

    def position(self, offset: int) -> Position:
        """Line and column of a character offset, both from 1; columns count code points."""
        self._count()
        block = offset // _BLOCK
        line = self._breaks[block] + self._broken.count("\n", block * _BLOCK, offset) + 1
        return Position(line, offset - self._broken.rfind("\n", 0, offset))

    def line(self, number: int) -> str:
        """The text of a line (from 1) without its line break."""
        start, end = self.bounds(number)
        return self.text[start:end]

    def bounds(self, number: int) -> tuple[int, int]:
        """The offsets between which a line (from 1) stands, its line break left out."""
        self._count()
        block = bisect_left(self._breaks, number - 1, lo=1) - 1
        start = block * _BLOCK
        for _ in range(number - 1 - self._breaks[block]):
            start = self._broken.index("\n", start) + 1
        end = self._broken.find("\n", start)
        if end < 0:
            return start, len(self.text)
        return start, end - (end > start and self.text.startswith("\r\n", end - 1))

    def _count(self) -> None:
        """Count the line breaks before every block of the text; an index of all lines would take
        more room than a large text, to be asked for a few.
        """
        if self._breaks:
            return
        # The same length, with all lines ended by LF.
        self._broken = self.text
        if "\r" in self.text:
            self._broken = self.text.replace("\r\n", " \n").replace("\r", "\n")
        blocks = range(0, len(self.text), _BLOCK)
        counts = (self._broken.count("\n", start, start + _BLOCK) for start in blocks)
        self._breaks = list(accumulate(counts, initial=0))


class Position(NamedTuple):
    """A place for people: line and column from 1, columns in code points."""

    line: int
    column: int


class Span(NamedTuple):
    """A half-open range of character offsets in a source."""

    source: SourceFile
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def first(self) -> Position:
        return self.source.position(self.start)

    @property
    def last(self) -> Position:
        """Position just behind the last character."""
        return self.source.position(self.end)


class Edit(NamedTuple):
    """Put `text` in the place of what stands at `span`."""

    span: Span
    text: str


class OverlappingEditsError(ValueError):
    """Two edits want the same characters."""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits; offsets are those of the text before any of them.

    Raises OverlappingEditsError where two edits touch the same characters.
    """
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        if edit.span.start < done:
            raise OverlappingEditsError(f"two edits meet at offset {edit.span.start}")
        pieces += (text[done : edit.span.start], edit.text)
        done = edit.span.end
    pieces.append(text[done:])
    return "".join(pieces)
