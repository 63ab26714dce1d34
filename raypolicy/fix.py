"""Fixes of findings: applied to texts, shown. Not here: how edits are made (`edits`)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from raypolicy.findings import Finding, Fix, sort_findings
from raypolicy.overwrite import NotWrittenError, overwrite
from raypolicy.reader import split
from raypolicy.source import Edit, SourceFile, Span
from raypolicy.together import Candidate, Skipped, Trial, no_worse, read
from raypolicy.untouched import placeholder_on_lines, reason_to_leave

__all__ = ["Fixed", "NotWrittenError", "Skipped", "apply", "diff", "write"]


class Fixed(NamedTuple):
    """A file's text with fixes applied; it is the old text where all of them were skipped.

    `left` says why the file as a whole is left alone, if it is.
    """

    source: SourceFile
    text: str
    applied: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    left: str = ""


def apply(report_findings: Iterable[Finding], *, unsafe: bool) -> list[Fixed]:
    """Every file that has fixes, with those applied that go together; the first by place win.

    Only safe fixes unless `unsafe`. Nothing is written.
    """
    by_file: dict[Hashable, list[tuple[Finding, Fix]]] = {}
    for finding in sort_findings(report_findings):
        fix = finding.fix
        if fix is not None and fix.edits and (fix.safe or unsafe):
            by_file.setdefault(_file(fix.edits[0].span), []).append((finding, fix))
    return [_fixed(fixes[0][1].edits[0].span.source, fixes) for fixes in by_file.values()]


def _file(span: Span) -> Hashable:
    return span.source.path or id(span.source)


def _fixed(source: SourceFile, fixes: Sequence[tuple[Finding, Fix]]) -> Fixed:
    reason = reason_to_leave(source)
    if reason:
        skips = (Skipped(finding, reason) for finding, _ in fixes)
        return Fixed(source, source.text, (), tuple(skips), reason)
    skipped: list[Skipped] = []
    usable: list[tuple[Finding, Fix]] = []
    for finding, fix in fixes:
        if any(_file(edit.span) != _file(fix.edits[0].span) for edit in fix.edits):
            skipped.append(Skipped(finding, "it changes more than one file"))
        elif any(edit.span.source.text != source.text for edit in fix.edits):
            skipped.append(Skipped(finding, "the file has changed while it was read"))
        elif placeholder := placeholder_on_lines(source, fix.edits):
            skipped.append(Skipped(finding, f"it would change a line with {placeholder}"))
        else:
            usable.append((finding, fix))
    pieces: list[str] = []
    taken: list[Candidate] = []
    done = 0
    for start, end in _parts(source, usable):
        here = [Candidate(*one, start) for one in _within(usable, start, end)]
        chosen = Trial(source.text[start:end]).choose(here)
        pieces += (source.text[done:start], chosen.text)
        taken += chosen.taken
        skipped += chosen.skipped
        done = end
    text = "".join((*pieces, source.text[done:]))
    if taken and not no_worse(read(source.text), read(text)):
        reason = "the file could not be read afterwards"
        skipped += (Skipped(one.finding, reason) for one in taken)
        taken, text = [], source.text
    skipped.sort(key=lambda skip: skip.finding.order)
    return Fixed(source, text, tuple(one.finding for one in taken), tuple(skipped))


def _parts(source: SourceFile, fixes: Sequence[tuple[Finding, Fix]]) -> Iterable[tuple[int, int]]:
    """The parts of a file that can be tried each by itself: documents, where fixes keep to them."""
    parts = [(chunk.start, chunk.end) for chunk in split(source)]
    inside = sum(len(list(_within(fixes, *part))) for part in parts)
    return parts if inside == len(fixes) else [(0, len(source.text))]


def _within(
    fixes: Iterable[tuple[Finding, Fix]], start: int, end: int
) -> Iterable[tuple[Finding, tuple[Edit, ...]]]:
    for finding, fix in fixes:
        if all(start <= edit.span.start and edit.span.end <= end for edit in fix.edits):
            yield finding, fix.edits


def diff(fixed: Fixed) -> str:
    """What the fixes change, as a unified diff."""
    import difflib

    before, after = (_quoted(f"{side}/{fixed.source.name.lstrip('/')}") for side in "ab")
    old, new = _lines(fixed.source.text), _lines(fixed.text)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(old, new, before, after)
    )


def _quoted(name: str) -> str:
    """A name as git writes it where it would end the line."""
    if "\n" not in name:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _lines(text: str) -> list[str]:
    """Lines as `diff` and `patch` have them, which end at LF only."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def write(fixed: Fixed) -> None:
    """Put the new text in the place of the file, if there is one. Raises NotWrittenError."""
    if fixed.text != fixed.source.text:
        overwrite(fixed.source, fixed.text)
