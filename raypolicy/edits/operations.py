"""One change at one place → the cuts in the text. Not here: whether they do what they should."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from raypolicy.edits.layout import Entry, Layout, Place
from raypolicy.edits.plain import NoEditError
from raypolicy.edits.writing import Flow, flow_entry, in_block, in_flow, scalar

Cut: TypeAlias = tuple[int, int, str]
"""Start and end in the document, and what to put there."""

_PROPERTIES_BEFORE = re.compile(r"(?:[ \t]+[&!]\S*)+[ \t]*\Z")
_TAG = re.compile(r"[ \t]+![^\s&]*")
_TAG_TYPES = {"!!str": (str,), "!!int": (int,), "!!float": (float, int), "!!bool": (bool,)}
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")
_BLANKS = re.compile(r"[ \t]*(?=[,}])")
_COMMA = re.compile(r"(?:\s|#[^\r\n]*)*,")
_BETWEEN = re.compile(r"(\s*,)([ \t]*#[^\r\n]*)?(\s*)")


def replace(layout: Layout, place: Place, value: object) -> list[Cut]:
    """Another scalar in the place of one."""
    entry = layout.entry(place)
    if entry.value == entry.end:
        return fill(layout, place, value)
    old = layout.text[entry.value : entry.end]
    quote = old[0] if old[0] in "'\"" else '"' if _flow_style(layout, place).json else ""
    new = scalar(value, quote=quote, flow=place.flow)
    cuts = _without_tags(layout, entry.value, value)
    header = _BLOCK_HEADER.match(old)
    if header is None:
        return [*cuts, (entry.value, entry.end, new)]
    if isinstance(value, str) and "\n" in value:
        raise NoEditError("several lines in a block scalar")
    kept = _COMMENT.match(old, header.end())
    begins = entry.value + header.end()
    return [
        *cuts,
        (entry.value, begins, new),
        (entry.value + kept.end() if kept else begins, entry.end, ""),
    ]


def fill(layout: Layout, place: Place, data: Any) -> list[Cut]:
    """A value in the place of a null, whether that is written or not."""
    entry = layout.entry(place)
    if place.flow:
        return _fill_flow(layout, place, entry, data)
    slot = layout.slot(place, entry)
    cuts = _without_tags(layout, slot, data)
    end = max(slot, entry.end)
    if layout.text[slot : entry.value].strip(" \t"):
        raise NoEditError("a null on a line of its own")
    lines = in_block(data, layout.block)
    column = layout.column(place.start)
    if type(place.holder) is dict and type(data) in (dict, list) and data:
        column += layout.block.step if type(data) is dict else layout.block.dash
        at = layout.rest_of_line(end)
        return [*cuts, (slot, end, ""), (at, at, _lines(layout, at, column, lines))]
    rest = _lines(layout, end, column + 2, lines[1:])
    if rest and layout.rest_of_line(end) != end:
        raise NoEditError("a comment is in the way")
    return [*cuts, (slot, end, f" {lines[0]}{rest}")]


def insert(layout: Layout, place: Place, data: Any) -> list[Cut]:
    """A new entry or item behind the last one."""
    if place.flow:
        return _insert_flow(layout, place, data)
    column = layout.column(place.start)
    at = layout.rest_of_line(place.end)
    whole = [data] if type(place.holder) is list else {place.key: data}
    return [(at, at, _lines(layout, at, column, in_block(whole, layout.block)))]


def rename(layout: Layout, place: Place, key: str) -> list[Cut]:
    """Another key, in the quotes of the old one."""
    entry = layout.entry(place)
    first = layout.text[entry.start]
    new = scalar(key, quote=first if first in "'\"" else "", flow=place.flow)
    return [(entry.start, entry.key_end, new)]


def remove(layout: Layout, place: Place) -> list[Cut]:
    """An entry or item away, with its lines and the comment that ends them."""
    entry = layout.entry(place)
    if place.flow:
        return _remove_flow(layout, place, entry)
    head = layout.head(place, entry)
    start, end = layout.line_start(head), layout.rest_of_line(entry.end)
    alone = layout.text[start:head].strip(" ") == ""
    if len(place.holder) == 1:
        return _remove_only(layout, place, head, end, alone)
    if alone:
        return [layout.lines(start, end)]
    layout.column(head)
    later = [other for other in layout.entries(place) if other.start > entry.start]
    if not later:
        raise NoEditError("the last entry on a line with something else")
    following = layout.head(place, later[0])
    if layout.text[end:following].strip():
        return [(start + len(layout.text[start:head].rstrip()), end, "")]
    return [(head, following, "")]


def _remove_only(layout: Layout, place: Place, head: int, end: int, alone: bool) -> list[Cut]:
    """The last entry: what held it becomes empty rather than null."""
    empty = "[]" if type(place.holder) is list else "{}"
    outer = place.outer
    if outer is None or not alone:
        return [(head, end, empty)]
    slot = layout.slot(outer, layout.entry(outer))
    return [(slot, slot, f" {empty}"), layout.lines(layout.line_start(head), end)]


def _remove_flow(layout: Layout, place: Place, entry: Entry) -> list[Cut]:
    text = layout.text
    written = layout.entries(place)
    number = written.index(entry)
    comma = _COMMA.match(text, entry.end, place.end)
    if number + 1 < len(written):
        between = _BETWEEN.fullmatch(text, entry.end, written[number + 1].start)
        if between is None:
            raise NoEditError("a comment is in the way")
        return [(entry.start, between.end(), "")]
    if number == 0:
        return [(entry.start, comma.end() if comma else entry.end, "")]
    between = _BETWEEN.fullmatch(text, written[number - 1].end, entry.start)
    if between is None:
        raise NoEditError("a comment is in the way")
    if not between[2]:
        own = _COMMENT.match(text, entry.end) if "\n" in between[3] else None
        return [(between.start(), own.end() if own else entry.end, "")]
    if comma:
        return [(between.start(3), comma.end(), "")]
    return [(*between.span(1), ""), (between.start(3), entry.end, "")]


def _insert_flow(layout: Layout, place: Place, data: Any) -> list[Cut]:
    text, style = layout.text, _flow_style(layout, place)
    new = flow_entry(place.holder, place.key, data, style)
    written = layout.entries(place)
    if not written:
        inner = text[place.start + 1 : place.end - 1]
        blank = inner if not inner.strip(" ") else ""
        return [(place.start + 1, place.start + 1, blank + new)]
    before = written[-2].end if len(written) > 1 else place.start + 1
    last, blank = written[-1], "" if style.compact else " "
    start = layout.line_start(last.start)
    own_line = start >= before and not text[start : last.start].strip()
    comma = _COMMA.match(text, last.end, place.end)
    if not own_line:
        at = comma.end() if comma else last.end
        return [(at, at, f"{blank}{new}" if comma else f",{blank}{new}")]
    at = comma.end() if comma else last.end
    own = _COMMENT.match(text, at)
    below = own.end() if own else at
    line = layout.line_break(below) + text[start : last.start] + new
    if comma:
        return [(below, below, f"{line},")]
    return [(at, at, ","), (below, below, line)] if own else [(at, at, f",{line}")]


def _fill_flow(layout: Layout, place: Place, entry: Entry, data: Any) -> list[Cut]:
    new = in_flow(data, _flow_style(layout, place))
    if entry.value < entry.end:
        return [*_without_tags(layout, entry.value, data), (entry.value, entry.end, new)]
    if ":" not in layout.text[entry.key_end : entry.end]:
        return [(entry.key_end, entry.key_end, f": {new}")]
    slot = layout.slot(place, entry)
    blanks = _BLANKS.match(layout.text, slot)
    return [(slot, blanks.end() if blanks else slot, f" {new}")]


def _flow_style(layout: Layout, place: Place) -> Flow:
    """As the entries beside it are written."""
    if not place.flow:
        return Flow()
    text = layout.text
    written = layout.entries(place)
    json = layout.json or any(text[other.start] == '"' for other in written[-1:])
    compact = any(text[other.key_end : other.value] == ":" for other in written[-1:])
    if type(place.holder) is list and len(written) > 1:
        compact = text[written[-2].end : written[-1].start] == ","
    return Flow(json, json and compact)


def _without_tags(layout: Layout, at: int, value: object) -> list[Cut]:
    """Cuts for the tags before a value that would make something else of it."""
    start = layout.line_start(at)
    found = _PROPERTIES_BEFORE.search(layout.text[start:at])
    cuts: list[Cut] = []
    for tag in _TAG.finditer(layout.text, start + found.start(), at) if found else ():
        name = tag[0].strip()
        types = _TAG_TYPES.get(name, () if name.startswith("!!") else (str,))
        if type(value) not in types:
            cuts.append((*tag.span(), ""))
    return cuts


def _lines(layout: Layout, at: int, column: int, lines: list[str]) -> str:
    lead = layout.line_break(at) + " " * column
    return "".join(lead + line for line in lines)
