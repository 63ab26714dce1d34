"""What was covered, in a line, and the lists behind its numbers. Not here: findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from raypolicy.findings import Finding, Report, Severity
from raypolicy.formats.style import count, opening, place, printable

_LONGEST: Final = 80


def coverage_line(report: Report) -> str:
    """`41 files, 12 Ray resources in 5 bundles: 3 errors, 4 warnings; 6 values unknown; …`."""
    covered = report.coverage
    if covered.nothing and not covered.not_read:
        return "nothing to audit: no YAML or JSON document"
    parts = [
        f"{count(covered.files, 'file')}, {count(covered.resources, 'Ray resource')} in "
        f"{count(covered.bundles, 'bundle')}: {verdict(report.findings)}"
    ]
    if report.unknown:
        parts.append(f"{count(len(report.unknown), 'value')} unknown")
    parts += _hidden(report)
    if covered.not_read:
        reasons = Counter(_short(reason) for _, reason in covered.not_read)
        detail = ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
        parts.append(f"{count(len(covered.not_read), 'file')} not read ({detail})")
    return printable("; ".join(parts))


def _hidden(report: Report) -> Iterator[str]:
    """How many findings are not shown, by what hides them."""
    by = Counter(each.by for each in report.suppressed)
    older, listed = by.pop("base", 0), by.pop("baseline", 0)
    if report.base:
        yield f"{older} older than {report.base}"
    if listed:
        yield f"{listed} in the baseline"
    if report.gone:
        are = "entry of the baseline is" if len(report.gone) == 1 else "entries of the baseline are"
        yield f"{len(report.gone)} {are} gone"
    if by:
        yield f"{count(by.total(), 'finding')} suppressed"


def gone(report: Report) -> Iterator[str]:
    """What the baseline lists and is no longer found."""
    for each in report.gone:
        words = f"gone from what the baseline lists: {each.message}"
        yield opening(f"{each.path}: {words} [{each.rule}]")


def _short(reason: str) -> str:
    """A reason without what a tool says for it, unless that is short as well."""
    return reason if len(reason) <= _LONGEST else reason.partition(": ")[0]


def unknown_places(report: Report) -> Iterator[str]:
    """Where values could not be known, and why."""
    for each in report.unknown:
        yield f"{place(each.span)}: unknown: {printable(each.reason)}"


def suppressed_findings(report: Report) -> Iterator[str]:
    """What was hidden, by what means, and why; what the base revision has as well is left out."""
    for finding, reason, by, owner, until in report.suppressed:
        if by != "base":
            words = f"{printable(finding.message)} [{printable(finding.rule.id)}]"
            terms = (reason, f"until {until}" if until else "", f"owner {owner}" if owner else "")
            why = printable("; ".join(filter(None, terms)))
            yield f"{place(finding.span)}: suppressed by {by}: {words}{f' ({why})' if why else ''}"


def not_read(report: Report) -> Iterator[str]:
    """The files that were not audited, and why."""
    for name, reason in report.coverage.not_read:
        yield f"{opening(name)}: not read: {printable(reason)}"


def verdict(findings: Iterable[Finding]) -> str:
    """`3 errors, 4 warnings`, or `no findings`."""
    numbers = Counter(finding.severity for finding in findings)
    counts = [(numbers[severity], str(severity)) for severity in reversed(Severity)]
    found = [count(number, name) for number, name in counts if number]
    return ", ".join(found) or "no findings"
