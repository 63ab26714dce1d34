"""Findings for people: marked source lines and advice. Not here: cutting a line (`excerpt`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from raypolicy.findings import Finding, Fix, Report
from raypolicy.formats.excerpt import Excerpt, excerpt
from raypolicy.formats.style import (
    SEVERITY_COLOURS,
    Style,
    clip,
    holds_in,
    place,
    printable,
    sentence,
)
from raypolicy.source import Span

_LABEL = 100


class _Mark(NamedTuple):
    span: Span
    label: str
    sign: str
    colour: str


def render(report: Report, style: Style) -> str:
    return "\n".join(_finding(finding, style) for finding in report.findings)


def _finding(finding: Finding, style: Style) -> str:
    colour = SEVERITY_COLOURS[finding.severity]
    marks = [
        _Mark(finding.span, finding.label, "^", colour),
        *(_Mark(span, label, "-", "blue") for span, label in finding.related),
    ]
    gutter = len(str(max(mark.span.first.line for mark in marks)))
    room = style.width - gutter - 2 if style.width else None
    excerpts = [excerpt(mark.span, room) for mark in marks]
    title = style.paint(f"{finding.severity}[{printable(finding.rule.id)}]", colour)
    lines = [
        f"{title}{style.paint(': ' + printable(finding.message), 'bold')}",
        *_marked(marks, excerpts, finding.resource, gutter, style),
        *_advice(finding, gutter, style),
    ]
    return "\n".join(lines) + "\n"


def _marked(
    marks: list[_Mark], excerpts: list[Excerpt], resource: str, gutter: int, style: Style
) -> Iterator[str]:
    """The marked lines; a place line comes first and wherever the file changes."""
    blank = style.paint(" " * gutter + "│", "dim")
    file, shown = "", ""
    for number, (mark, cut) in enumerate(zip(marks, excerpts, strict=True)):
        if number == 0 or mark.span.source.name != file:
            corner = style.paint(" " * gutter + ("├─" if number else "┌─"), "dim")
            bearer = "" if number else f"   {printable(resource)}"
            yield f"{corner} {place(mark.span)}{bearer}".rstrip()
            file, shown = mark.span.source.name, ""
        line = f"{style.paint(f'{cut.line:>{gutter}}│', 'dim')} {cut.text}".rstrip()
        if line != shown:
            yield line
            shown = line
        label = printable(clip(mark.label, _LABEL))
        marked = style.paint(f"{mark.sign * cut.length} {label}".rstrip(), mark.colour)
        yield f"{blank} {' ' * cut.indent}{marked}"


def _advice(finding: Finding, gutter: int, style: Style) -> Iterator[str]:
    if finding.fix:
        yield f"{style.paint(' ' * gutter + '├─', 'dim')} {_fix(finding.fix)}"
    if where := holds_in(finding):
        yield f"{style.paint(' ' * gutter + '├─', 'dim')} {where}"
    rule = finding.rule
    words = (printable(sentence(rule.help)), f"raypolicy explain {printable(rule.id)}")
    yield f"{style.paint(' ' * gutter + '└─', 'dim')} {' '.join(filter(None, words))}"


def _fix(fix: Fix) -> str:
    how = "safe: --fix" if fix.safe else "unsafe: --fix --unsafe"
    return f"fix available: {printable(fix.title)} ({how})"
