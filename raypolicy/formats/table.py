"""Findings as a table, and how many each rule has. Not here: source lines (`full`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from raypolicy.findings import Finding, Report, Severity
from raypolicy.formats.style import SEVERITY_COLOURS, Style, aside, clip, place, printable

_HEADERS = ("severity", "rule", "place", "resource", "message")
_LONGEST_MESSAGE = 300
_NARROWEST_MESSAGE = 30
_GAP = 2


def render(report: Report, style: Style) -> str:
    if not report.findings:
        return ""
    rows = [_row(finding) for finding in report.findings]
    room = None
    if style.width:
        columns = list(zip(_HEADERS, *rows, strict=True))[:-1]
        # tabulate gives every column two characters more than its header has.
        taken = sum(max(len(column[0]) + 2, *map(len, column)) + _GAP for column in columns)
        room = max(_NARROWEST_MESSAGE, style.width - taken)
    for row, finding in zip(rows, report.findings, strict=True):
        row[0] = style.paint(row[0], SEVERITY_COLOURS[finding.severity])
    counts = Counter((-finding.severity, finding.rule.id) for finding in report.findings)
    summary = [
        (str(Severity(-rank)), printable(rule), str(count))
        for (rank, rule), count in sorted(counts.items())
    ]
    return _table(_HEADERS, rows, room) + "\n" + _table(("severity", "rule", "findings"), summary)


def _row(finding: Finding) -> list[str]:
    return [
        str(finding.severity),
        printable(finding.rule.id),
        place(finding.span),
        printable(finding.resource),
        f"{printable(clip(finding.message, _LONGEST_MESSAGE))}{aside(finding)}".rstrip(),
    ]


def _table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], last_width: int | None = None
) -> str:
    from tabulate import tabulate  # 64 ms: only where a table is printed

    widths = [None] * (len(headers) - 1) + [last_width] if last_width else None
    text = tabulate(rows, headers, "simple", disable_numparse=True, maxcolwidths=widths)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
