"""How a document is laid out: entries, lines, columns, indentation. Not here: what is changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from raypolicy.document import Document
from raypolicy.edits.plain import NoEditError, Path
from raypolicy.edits.writing import Block

_BREAK = re.compile(r"\r\n|\n|\r")
_LEAD = re.compile(r" *(?:- +)*")
_REST = re.compile(r"(?:[ \t]+#[^\r\n]*|[ \t]*)(?=[\r\n]|\Z)")
_JSON = re.compile(r'\s*[\[{][\s\[{]*["\]}]')
_COLON = re.compile(r"[ \t]*:")
_PROPERTIES = re.compile(r"(?:[ \t]+[&!][^\s,\[\]{}]*)*")


class Place(NamedTuple):
    """Where an entry of a mapping or an item of a list stands, or would stand.

    Offsets are the document's; `start` and `end` are those of the mapping or list, `outer` is
    where that stands itself. `flow` says whether all this is in flow style.
    """

    holder: Any
    key: str | int
    start: int
    end: int
    flow: bool
    outer: Place | None


class Entry(NamedTuple):
    """An entry or item that is written: where it begins, where its key ends, its value's extent.

    An item begins where its value does, its dash excluded.
    """

    start: int
    key_end: int
    value: int
    end: int


class Layout:
    """A document's text, and questions to it. NoEditError where it is too unusual to touch."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.source.text[document.start : document.end]

    def find(self, path: Path) -> Place:
        """The place at the end of the path; everything before its last key is there."""
        holder, (start, end) = self.document.value, self.document.extent
        flow, place = False, None
        for depth, key in enumerate(path, 1):
            begins = self.text[start : start + 1]
            if begins == "*":
                raise NoEditError("written elsewhere: an alias")
            flow = flow or begins in ("{", "[")
            place = Place(holder, key, start, end, flow, place)
            if depth < len(path):
                if type(holder) is dict and key not in holder:
                    raise NoEditError("it lies in something that is not written")
                start, end = self.document.spans[id(holder)][key][-2:]
                holder = holder[key]
        if place is None:
            raise NoEditError("the whole document")
        return place

    def single(self, path: Path, value: Any) -> bool:
        """Whether a value can be replaced: a scalar, or a mapping or list written on one line."""
        if type(value) not in (dict, list):
            return True
        entry = self.entry(self.find(path))
        text = self.text[entry.value : entry.end]
        return text[:1] in ("{", "[") and not _BREAK.search(text)

    def entry(self, place: Place) -> Entry:
        found = self.document.spans[id(place.holder)][place.key]
        if not place.start <= found[0] <= found[-1] <= place.end:
            raise NoEditError("written elsewhere: a merge key")
        return _entry(found)

    def entries(self, place: Place) -> list[Entry]:
        """What is written in the mapping or list itself, in order; nothing that is merged in."""
        parts = self.document.spans[id(place.holder)]
        found = parts.values() if type(parts) is dict else parts
        return sorted(_entry(e) for e in found if place.start <= e[0] <= e[-1] <= place.end)

    def head(self, place: Place, entry: Entry) -> int:
        """Where an entry begins in block style, dash included."""
        if type(place.holder) is dict:
            return entry.start
        column = self.column(place.start)
        start = self.line_start(entry.start)
        while True:
            lead = _LEAD.match(self.text, start)
            dash = self.text[start + column : start + column + 1]
            if dash == "-" and lead and lead.end() >= start + column:
                return start + column
            if start <= place.start:
                raise NoEditError("no dash")
            start = self.line_start(start - 1)

    # Lines

    def line_start(self, offset: int) -> int:
        return max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1

    def line_end(self, offset: int) -> int:
        found = _BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def rest_of_line(self, offset: int) -> int:
        """The end of the line, where nothing but a comment follows."""
        found = _REST.match(self.text, offset)
        if found is None:
            raise NoEditError("something follows on the line")
        return found.end()

    def line_break(self, offset: int) -> str:
        """The line break that lines around here end in."""
        whole = self.document.source.text
        at = self.document.start + offset
        found = _BREAK.search(whole, at) or _BREAK.search(whole)
        return found[0] if found else "\n"

    def lines(self, start: int, end: int) -> tuple[int, int, str]:
        """A cut of whole lines, with the line break before them rather than the one behind."""
        before = self.text[max(0, start - 2) : start]
        if before:
            return (start - (2 if before == "\r\n" else 1), end, "")
        found = _BREAK.match(self.text, end)
        return (start, found.end() if found else end, "")

    def column(self, offset: int) -> int:
        """The column of what stands at the offset, with nothing but dashes and blanks before it."""
        start = self.line_start(offset)
        if not _LEAD.fullmatch(self.text, start, offset):
            raise NoEditError("something stands before it on the line")
        return offset - start

    # Values

    def slot(self, place: Place, entry: Entry) -> int:
        """Where a value that isn't written goes: behind colon or dash, anchor and tag."""
        if type(place.holder) is list:
            at = self.head(place, entry) + 1
        else:
            colon = _COLON.match(self.text, entry.key_end)
            if colon is None:
                raise NoEditError("no colon")
            at = colon.end()
        found = _PROPERTIES.match(self.text, at)
        return found.end() if found else at

    @cached_property
    def json(self) -> bool:
        """Whether the document is JSON, as far as its beginning tells."""
        return _JSON.match(self.text) is not None

    @cached_property
    def block(self) -> Block:
        """How the document indents mostly."""
        steps: Counter[int] = Counter()
        dashes: Counter[int] = Counter()
        for key, value, is_list in self._below_keys():
            indent = value - self.line_start(value) - (key - self.line_start(key))
            if indent >= 0 and (is_list or indent):
                (dashes if is_list else steps)[indent] += 1
        step = steps.most_common(1)[0][0] if steps else Block().step
        return Block(step, dashes.most_common(1)[0][0] if dashes else Block().dash)

    def _below_keys(self) -> Iterator[tuple[int, int, bool]]:
        """The offsets of keys and of the mappings and lists in block style on lines below them."""
        pending, seen = [self.document.value], set[int]()
        while pending:
            holder = pending.pop()
            if type(holder) not in (dict, list) or id(holder) in seen:
                continue
            seen.add(id(holder))
            pending += holder.values() if type(holder) is dict else holder
            if type(holder) is not dict:
                continue
            for key, found in self.document.spans[id(holder)].items():
                value = holder[key]
                below = _BREAK.search(self.text, found[1], found[2])
                nested = bool(value) and type(value) in (dict, list)
                if nested and below and self.text[found[2]] not in "{[*":
                    yield found[0], found[2], type(value) is list


def _entry(found: tuple[int, ...]) -> Entry:
    if len(found) == 4:
        return Entry(*found)
    return Entry(found[0], found[0], found[0], found[1])
