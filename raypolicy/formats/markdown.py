"""The report as GitHub-flavoured Markdown, for the summary of a job. Not here: HTML pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from raypolicy.findings import Finding, Report, Severity
from raypolicy.formats.coverage import coverage_line, verdict
from raypolicy.formats.places import region, rooted, worst_first
from raypolicy.formats.style import Style, aside, clip, printable

MOST_BYTES: Final = 1_000_000
"""GitHub takes 1 MiB from a step, and shows nothing of more."""
_OPEN: Final = 20
"""Findings to see at once; the others are folded away."""
_LONGEST: Final = 300
_SPECIAL: Final = r"[^\w\s.,;:/()?%={}'\"-]|_"
_LINKED: Final = r"[@#](?=\w)|:(?=//|[\w+-]+:)|\bwww(?=\.)|\bgh-(?=\d)"
"""Where GitHub would begin a mention, a reference, a link or an emoji."""


def render(report: Report, style: Style) -> str:
    """Counts by rule, then findings from the worst on, as many as GitHub takes."""
    findings = worst_first(report.findings)
    found = "" if report.coverage.nothing else f": {verdict(findings)}"
    top = f"## raypolicy{found}\n\n{_escaped(coverage_line(report))}\n"
    if not findings:
        return top
    rules = list(_fitting(_counted(findings), MOST_BYTES // 4))
    room = MOST_BYTES - _size([top, *rules]) - 1_000
    rows = list(_fitting((_row(finding, style.below) for finding in findings), room))
    parts = [top, _table(("severity", "rule", "findings"), rules)]
    headers = ("severity", "place", "resource", "finding")
    parts.append(_table(headers, rows[:_OPEN]))
    if folded := rows[_OPEN:]:
        summary = f"<details>\n<summary>{len(folded)} more findings</summary>\n"
        parts += [summary, _table(headers, folded), "</details>\n"]
    if left := len(findings) - len(rows):
        words = (
            f"{left} of {len(findings)} findings are not shown here ({verdict(findings[-left:])}):"
            " GitHub takes no more than 1 MiB."
        )
        style.warn(f"markdown: {words}")
        parts.append(f"**{words}**\n")
    return "\n".join(parts)


def text(raw: str) -> str:
    """The text as Markdown that shows just that: nothing is markup, a link or a mention."""
    words = printable(clip(raw, _LONGEST))
    return _escaped(re.sub(_LINKED, "\\g<0>\u200b", words, flags=re.IGNORECASE))


def code(raw: str) -> str:
    """A name or a path, in which GitHub looks for nothing at all where it can be left as it is."""
    name = printable(clip(raw, _LONGEST))
    return f"<code>{text(raw)}</code>" if re.search(r"[`|]|^ | $", name) else f"`{name}`"


def _escaped(words: str) -> str:
    return re.sub(_SPECIAL, lambda match: f"&#{ord(match[0])};", words)


def _counted(findings: Iterable[Finding]) -> Iterator[str]:
    """How many findings each rule has, the worst first."""
    counts = Counter((-finding.severity, finding.rule.id) for finding in findings)
    for (rank, rule), number in sorted(counts.items()):
        yield f"| {Severity(-rank)} | {code(rule)} | {number} |\n"


def _row(finding: Finding, below: str) -> str:
    path = f"{rooted(finding.span.source.name, below)}:{region(finding.span).line}"
    words = f"{text(finding.message)}{text(aside(finding))} {code(finding.rule.id)}"
    return f"| {finding.severity} | {code(path)} | {text(finding.resource)} | {words} |\n"


def _table(headers: Sequence[str], rows: Sequence[str]) -> str:
    return f"| {' | '.join(headers)} |\n|{' --- |' * len(headers)}\n{''.join(rows)}"


def _fitting(rows: Iterable[str], room: int) -> Iterator[str]:
    """The first rows, as many as fit into so many bytes."""
    for row in rows:
        room -= _size([row])
        if room < 0:
            return
        yield row


def _size(parts: Iterable[str]) -> int:
    return sum(len(part.encode()) for part in parts)
