"""What makes a finding the same after lines have moved. Not here: baselines that list it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from raypolicy.findings import Finding, Report, sort_findings
from raypolicy.source import Span

_AROUND = 200
_LONGEST = 2_000


def fingerprints(findings: Iterable[Finding]) -> Iterator[str]:
    """One fingerprint for each of the sorted findings of a report, no two alike.

    It speaks of content (rule, file, resource, the flagged lines) and of how many equal ones came
    before, never of line numbers, nor of the message, which a new release may word better.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        content = (
            finding.rule.id,
            finding.span.source.name,
            finding.resource,
            _flagged_lines(finding.span),
        )
        seen[content] += 1
        yield _digest((*content, str(seen[content])))


def report_fingerprints(report: Report) -> dict[int, str]:
    """The fingerprint of each finding, shown or suppressed, by `id(finding)`.

    Suppressed findings count as occurrences, so that suppressing one renames no other.
    """
    suppressed = (each.finding for each in report.suppressed)
    findings = sort_findings((*report.findings, *suppressed))
    return dict(zip(map(id, findings), fingerprints(findings), strict=True))


def content(finding: Finding) -> str:
    """What is flagged, whatever the file is called and wherever it stands in it.

    A comment behind the place is no content: to write one does not bring a finding.
    """
    before, _, behind = _flagged_lines(finding.span, mark="\0").rpartition("\0")
    code, _, _ = behind.partition(" #")
    quoted = any(code.count(quote) % 2 for quote in "'\"")  # then the # may stand in a text
    return _digest((finding.rule.id, f"{before}{behind if quoted else code}".strip()))


def _flagged_lines(span: Span, mark: str = "") -> str:
    """The whole lines of a span, with every run of white space as one space.

    Of long ones only what is near: a file may be one line of JSON, with all findings in it. A
    `mark` stands where the span ends.
    """
    source = span.source
    low, _ = source.bounds(span.first.line)
    _, high = source.bounds(source.position(max(span.start, span.end - 1)).line)
    end = min(span.end, span.start + _LONGEST) + _AROUND
    start, end = max(low, span.start - _AROUND), min(high, end)
    if mark:
        last = max(start, min(span.end, end))
        text = f"{source.text[start:last]}{mark}{source.text[last:end]}"
    else:
        text = source.text[start:end]
    return " ".join(text.split())


def _digest(content: tuple[str, ...]) -> str:
    import hashlib  # 6 ms, and most runs want no fingerprint

    return hashlib.sha256(ascii(content).encode()).hexdigest()[:32]
