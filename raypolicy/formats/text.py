"""Findings one a line, as compilers print them. Not here: source lines (`full`)."""

from __future__ import annotations

from collections.abc import Iterator

from raypolicy.findings import Finding, Report
from raypolicy.formats.style import SEVERITY_COLOURS, Style, clip, holds_in, place, printable
from raypolicy.source import Span

_QUOTED = 80


def render(report: Report, style: Style) -> str:
    return "".join(f"{line}\n" for finding in report.findings for line in _lines(finding, style))


def _lines(finding: Finding, style: Style) -> Iterator[str]:
    severity = style.paint(str(finding.severity), SEVERITY_COLOURS[finding.severity])
    rule = style.paint(f"[{printable(finding.rule.id)}]", "dim")
    here = style.paint(place(finding.span), "bold")
    yield f"{here}: {severity}: {printable(finding.message)} {rule}"
    for span, _ in finding.related:
        yield f"    see {place(span)} {_quoted(span)}".rstrip()
    if where := holds_in(finding):
        yield f"    {where}"


def _quoted(span: Span) -> str:
    """What stands at the place, its first line at most."""
    start, end = span.start, min(span.end, span.start + _QUOTED + 1)
    lines = span.source.text[start:end].splitlines()
    return f"«{printable(clip(lines[0], _QUOTED))}»" if lines else ""
