"""Documents: plain values, and where their parts were written. Not here: places of one (`tree`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from raypolicy.source import SourceFile, Span


class DuplicateKey(NamedTuple):
    """A mapping key that was written twice; the offsets are the document's."""

    key: str
    first: tuple[int, int]
    second: tuple[int, int]


class Defect(NamedTuple):
    """Why a document could not be read, and the offset of the place in the document."""

    message: str
    offset: int


class Outer(NamedTuple):
    """Where the text that a document was read from is itself written in a source.

    `places` has start and end in `span` of each character of that text, None where escapes leave
    it without; the document's own text begins at `offset` in it. `path` leads to the text in the
    document that it is a value of.
    """

    span: Span
    offset: int
    places: list[tuple[int, int]] | None
    document: Document
    path: tuple[str | int, ...]

    def translate(self, start: int, end: int) -> Span:
        if not self.places:
            return self.span
        base, last = self.span.start, len(self.places) - 1
        first = self.places[min(self.offset + start, last)][0]
        behind = self.places[min(self.offset + end - 1, last)][1] if end > start else first
        return Span(self.span.source, base + first, base + behind)


class Document:
    """One YAML document of a source.

    `value` is plain data as Kubernetes would decode it (all keys are text). `spans` holds, by the
    `id` of a container in it, where its parts were written, as offsets from `start`: for a mapping
    `{key: (key start, key end, value start, value end)}`, for a list `[(start, end)]`. A document
    with a `defect` has no value. `read_again` counts the characters that were read to verify fixes.
    """

    __slots__ = (
        "_keys",
        "defect",
        "duplicates",
        "end",
        "extent",
        "index",
        "outer",
        "read_again",
        "source",
        "spans",
        "start",
        "value",
    )

    def __init__(self, source: SourceFile, index: int, start: int, end: int) -> None:
        self.source = source
        self.index = index
        self.start = start
        self.end = end
        self.value: Any = None
        self.extent = (0, 0)
        self.spans: dict[int, Any] = {}
        self.duplicates: list[DuplicateKey] = []
        self.defect: Defect | None = None
        self.outer: Outer | None = None
        self.read_again = 0
        self._keys: frozenset[str] | None = None

    def span(self, start: int, end: int) -> Span:
        if self.outer is not None:
            return self.outer.translate(start, end)
        return Span(self.source, self.start + start, self.start + end)

    def keys(self) -> frozenset[str]:
        """Every key of every mapping in it, once it has been read."""
        if self._keys is None:
            mappings = (parts for parts in self.spans.values() if type(parts) is dict)
            self._keys = frozenset().union(*mappings)
        return self._keys

    def texts(self) -> Iterator[Span]:
        """Where its text values stand, those of the root excepted; a repeated one is told once."""
        pending, seen = [self.value], set()
        while pending:
            container = pending.pop()
            parts = self.spans.get(id(container))
            if parts is None or id(container) in seen:
                continue
            seen.add(id(container))
            listed = container.items() if isinstance(container, dict) else enumerate(container)
            for key, value in listed:
                if isinstance(value, str):
                    yield self.span(*parts[key][-2:])
                elif isinstance(value, dict | list):
                    pending.append(value)
