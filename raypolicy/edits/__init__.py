"""Changes to a tree → text edits that do just that, or none. Not here: how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple

from raypolicy.document import Document, Outer
from raypolicy.edits.layout import Layout
from raypolicy.edits.operations import Cut, fill, insert, remove, rename, replace
from raypolicy.edits.plain import NoEditError, Path, Step, changed, has, look_up, same
from raypolicy.edits.within import outwards
from raypolicy.edits.writing import depth
from raypolicy.reader import read_yaml
from raypolicy.source import Edit, OverlappingEditsError, SourceFile, Span, apply_edits
from raypolicy.tree import NOWHERE, Node

__all__ = ["Change", "edits_for"]

_SCALARS: Final = (str, int, float, bool)
_MARKER = re.compile(r"^(?:---|\.\.\.)", re.MULTILINE)


class Change(NamedTuple):
    """What is to become of a place in a document.

    `set` a scalar, whether something is written there or not (a mapping or list in flow style on
    one line is replaced as well); `rename` the key to `value`;
    `remove` the entry or item; `insert` plain data where nothing is. Keys and mappings that are
    missing on the way are made, an index beyond a list appends to it.
    """

    op: Literal["set", "rename", "remove", "insert"]
    node: Node[Any]
    value: Any = None


def edits_for(changes: Sequence[Change]) -> tuple[Edit, ...] | None:
    """Edits that make these changes of one document and no others; None where that can't be done.

    The result has been applied and read again: it is exactly what was asked for.
    """
    if not changes:
        return ()
    document = changes[0].node.document
    if document is NOWHERE or document.defect is not None:
        return None
    if not all(_possible(change, document) for change in changes) or _spent(document):
        return None
    try:
        layout = Layout(document)
        intended, cuts = _plan(layout, changes)
        cuts = _ordered(layout, cuts)
        text = apply_edits(layout.text, _edits(document.source, 0, cuts))
    except (NoEditError, OverlappingEditsError):
        return None
    if not _reads_as(document, layout.text, text, intended):
        return None
    if document.outer is not None:
        return _outer_edits(document, document.outer, cuts)
    return _edits(document.source, document.start, cuts)


def _outer_edits(document: Document, outer: Outer, cuts: list[Cut]) -> tuple[Edit, ...] | None:
    """Edits of the manifest that change a text in it as the cuts change the text."""
    holder, text = outer.document, document.source.text
    if holder.outer is not None or _spent(holder):
        return None
    inner = [(start + document.start, end + document.start, new) for start, end, new in cuts]
    value = apply_edits(text, _edits(document.source, 0, inner))
    try:
        found = outwards(outer.span.text, text, inner)
        intended = changed(holder.value, [Step("put", outer.path, value)])
        edits = _edits(outer.span.source, outer.span.start, found)
        old = Layout(holder).text
        new = apply_edits(old, _edits(holder.source, outer.span.start - holder.start, found))
    except (NoEditError, OverlappingEditsError):
        return None
    return edits if _reads_as(holder, old, new, intended) else None


def _spent(document: Document) -> bool:
    """Whether verifying has cost enough: a document made of mistakes gets no more fixes."""
    size = document.end - document.start
    document.read_again += size
    return document.read_again > max(size, min(8 * size + 300_000, 2_000_000))


def _possible(change: Change, document: Document) -> bool:
    op, node, value = change
    if node.document is not document or node.unknown:
        return False
    if node.window is not None:
        # A window on the key is the place of the entry; any other is a part of a value.
        entry = node.entry
        at_key = entry is not None and len(entry) == 4 and node.window == tuple(entry[:2])
        return at_key and op in ("rename", "remove")
    return op != "set" or isinstance(value, _SCALARS)


def _plan(layout: Layout, changes: Iterable[Change]) -> tuple[Any, list[Cut]]:
    """What the document's value is to become, and the cuts for it."""
    old = intended = layout.document.value
    cuts: list[Cut] = []
    new: dict[Path, None] = {}
    later: list[Step] = []
    for op, node, value in changes:
        if op == "rename" or op == "remove":
            path = _settled(old, node.path)
            later.append(Step("rename" if op == "rename" else "drop", path, value))
            place = layout.find(path)
            if not has(place.holder, place.key):
                raise NoEditError("nothing there")
            cuts += rename(layout, place, value) if op == "rename" else remove(layout, place)
            continue
        path = _settled(intended, node.path)
        top = _first_missing(old, path)
        if top is not None:
            new[top] = None
        elif op == "insert" or not layout.single(path, look_up(old, path)):
            raise NoEditError("something is there already")
        else:
            cuts += replace(layout, layout.find(path), value)
        intended = changed(intended, [Step("put", path, value)])
    for top in new:
        place, data = layout.find(top), look_up(intended, top)
        put = fill if has(place.holder, place.key) else insert
        cuts += put(layout, place, data)
    return changed(intended, later), cuts


def _settled(data: Any, path: Path) -> Path:
    """The path with indices from the front; the first free one of a list for those beyond it."""
    settled: list[str | int] = []
    for key in path:
        if type(data) is list and type(key) is int:
            key = min(key + len(data) if key < 0 else key, len(data))
        settled.append(key)
        data = data[key] if has(data, key) else None
    return tuple(settled)


def _first_missing(data: Any, path: Path) -> Path | None:
    """The part of the path up to the first key that has no value; None if the whole path has."""
    for length, key in enumerate(path, 1):
        if type(data) not in (dict, list):
            raise NoEditError("neither a mapping nor a list")
        data = data[key] if has(data, key) else None
        if data is None:
            return path[:length]
    return None


def _ordered(layout: Layout, cuts: Iterable[Cut]) -> list[Cut]:
    """In the order of the text; of lines that go to one place the deeper ones first."""
    effective = [cut for cut in cuts if layout.text[cut[0] : cut[1]] != cut[2]]
    for start, end, _ in effective:
        if "{{" in layout.text[layout.line_start(start) : layout.line_end(end)]:
            raise NoEditError("a template's line")
    return sorted(effective, key=lambda cut: (cut[0], cut[1], -depth(cut[2])))


def _edits(source: SourceFile, base: int, cuts: Iterable[Cut]) -> tuple[Edit, ...]:
    return tuple(Edit(Span(source, base + start, base + end), text) for start, end, text in cuts)


def _reads_as(document: Document, old: str, new: str, intended: Any) -> bool:
    """Whether the document's new text has the intended value, and all else is as it was."""
    if document.end < len(document.source.text) and not new.endswith(("\n", "\r")):
        return False
    # A part between two separators of kubectl's can hold more documents for the parser.
    several = _MARKER.search(old)
    before = read_yaml(SourceFile("", old)) if several else [document]
    after = read_yaml(SourceFile("", new))
    return len(before) == len(after) and all(
        (one.defect is None) == (other.defect is None)
        and len(one.duplicates) == len(other.duplicates)
        and same(intended if one.extent == document.extent else one.value, other.value)
        for one, other in zip(before, after, strict=True)
    )
