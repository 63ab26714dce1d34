"""Source lines with their marks, and what a fix changes, as HTML. Not here: the findings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from raypolicy.findings import Fix
from raypolicy.formats.htmltext import line, text
from raypolicy.formats.style import clip
from raypolicy.source import Edit, SourceFile, Span, apply_edits

_AROUND: Final = 1
_MOST_LINES: Final = 6
_WIDEST: Final = 200
_LONGEST_MARK: Final = 400
_LABEL: Final = 100
_MOST_CHANGED: Final = 10_000
"""Characters of a text, from the first to the last edit, beyond which no change is shown."""


def source_lines(span: Span, label: str, *, around: bool) -> str:
    """The lines of a span with the span marked and its label behind; `around`: and their
    neighbours.
    """
    first, last = span.first.line, min(span.last.line, span.first.line + _MOST_LINES - 1)
    if last > first and span.last.column == 1:
        last -= 1
    beside = _AROUND if around else 0
    numbers = range(max(1, first - beside), last + beside + 1)
    shown = "".join(_line(span, each, label if each == last else None) for each in numbers)
    return f"<pre>{shown}</pre>"


def _line(span: Span, number: int, label: str | None) -> str:
    source = span.source
    try:
        low, high = source.bounds(number)
    except ValueError:  # behind the last line
        return ""
    start, end = max(low, min(span.start, high)), min(span.end, high)
    first = span.first.line
    if number < first or end < low or (span.end <= low and number > first):
        return f'<span data-l="{number}">{_cut_after(source, low, high)}</span>\n'
    before, after = _cut_before(source, low, start), _cut_after(source, max(start, end), high)
    mark = source.text[start : max(start, end)]
    marked = f"<mark>{line(clip(mark, _LONGEST_MARK))}</mark>" if mark.strip() else "<mark> </mark>"
    said = f" <i>{text(clip(label, _LABEL))}</i>" if label else ""
    return f'<span data-l="{number}" class="hit">{before}{marked}{after}{said}</span>\n'


def _cut_before(source: SourceFile, low: int, high: int) -> str:
    cut = max(low, high - _WIDEST)
    return ("…" if cut > low else "") + line(source.text[cut:high])


def _cut_after(source: SourceFile, low: int, high: int) -> str:
    cut = min(high, low + _WIDEST)
    return line(source.text[low:cut]) + ("…" if cut < high else "")


def changes(fix: Fix) -> str:
    """The lines that a fix takes away and those it brings, file by file; empty where that is too
    much to be read.
    """
    edits = sorted(fix.edits, key=lambda edit: (edit.span.source.name, edit.span.start))
    return "".join(
        "".join(_changed(list(group)))
        for _, group in groupby(edits, key=lambda edit: id(edit.span.source))
    )


def _changed(edits: list[Edit]) -> Iterator[str]:
    import difflib

    source = edits[0].span.source
    low, _ = source.bounds(edits[0].span.first.line)
    _, high = source.bounds(edits[-1].span.last.line)
    if high - low > _MOST_CHANGED:
        return
    old = source.text[low:high]
    moved = (
        Edit(Span(source, each.span.start - low, each.span.end - low), each.text) for each in edits
    )
    new = apply_edits(old, moved)
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    for number, each in enumerate(lines):
        if number > 1 and each[0] in "+-":
            tag = "ins" if each[0] == "+" else "del"
            yield f"<{tag}>{line(clip(each[1:], _WIDEST))}</{tag}>\n"
