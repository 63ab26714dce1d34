"""Source texts, spans in them, and edits to them. Not here: what a text means (`tree`)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, count
from operator import add
from typing import NamedTuple


class SourceFile:
    """A text as it was read, and the name that people know it by.

    `name` is shown to users (relative where possible, forward slashes); `path` is where a fix may
    be written, None for a stream. `text` has no byte-order mark; `encoding` restores it on writing.
    Lines end at LF, CRLF or CR, as editors count them, never at U+0085, U+2028 or U+2029.
    """

    __slots__ = ("_starts", "encoding", "name", "path", "text")

    def __init__(
        self, name: str, text: str, *, path: str | None = None, encoding: str = "utf-8"
    ) -> None:
        self.name = name
        self.text = text
        self.path = path
        self.encoding = encoding
        self._starts: list[int] | None = None

    def __repr__(self) -> str:
        return f"SourceFile({self.name!r})"

    @property
    def starts(self) -> list[int]:
        """Offset of the first character of every line."""
        if self._starts is None:
            self._starts = _starts(self.text)
        return self._starts

    def position(self, offset: int) -> Position:
        """Line and column of a character offset, both from 1; columns count code points."""
        starts = self.starts
        line = bisect_right(starts, offset)
        return Position(line, offset - starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line (from 1) without its line break."""
        start, end = self.bounds(number)
        return self.text[start:end]

    def bounds(self, number: int) -> tuple[int, int]:
        """The offsets between which a line (from 1) stands, its line break left out."""
        starts = self.starts
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end


def _starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
    lengths = accumulate(map(len, text.split("\n")[:-1]))
    return [0, *map(add, lengths, count(1))]  # each line break before is one character


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
