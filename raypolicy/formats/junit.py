"""Findings as failed tests, in the XML that CI servers read. Not here: GitLab's Code Quality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from raypolicy.findings import Finding, Report
from raypolicy.formats.coverage import coverage_line
from raypolicy.formats.places import rooted
from raypolicy.formats.style import Style, clip, holds_in, printable, sentence
from raypolicy.source import Span

_MESSAGE: Final = 1_000


def render(report: Report, style: Style) -> str:
    """A suite for each file with findings, a failed test for each of them, and a suite of what was
    audited, so that a report without findings is not an empty one.
    """
    suites = [_audited(report, style.below)]
    for name, findings in groupby(report.findings, lambda finding: finding.span.source.name):
        path = rooted(name, style.below)
        cases = list(_failed(path, findings, style.below))
        suites.append(_suite(path, cases, failures=len(cases)))
    tests = len(report.findings) + 1 + len(report.coverage.not_read)
    counts = _attributes(tests=tests, failures=len(report.findings), errors=0)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    text = f'{head}<testsuites name="raypolicy"{counts}>\n{"".join(suites)}</testsuites>\n'
    # With ASCII only it can be written anywhere.
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _audited(report: Report, below: str) -> str:
    """A test that is skipped where nothing was audited, and one for each file not read."""
    skipped = [
        _case(rooted(name, below), "is read", _skipped(reason))
        for name, reason in report.coverage.not_read
    ]
    said = coverage_line(report)
    outcome = f"<system-out>{_text(said)}</system-out>"
    nothing = report.coverage.nothing
    audit = _case("raypolicy", "audit", _skipped(said) if nothing else outcome)
    return _suite("raypolicy", [audit, *skipped], skipped=len(skipped) + nothing)


def _failed(path: str, findings: Iterable[Finding], below: str) -> Iterator[str]:
    """Tests whose names stay the same when lines move, for servers compare by name."""
    seen: Counter[str] = Counter()
    for finding in findings:
        name = f"{finding.rule.id}: {finding.resource}" if finding.resource else finding.rule.id
        seen[name] += 1
        unique = f"{name} ({seen[name]})" if seen[name] > 1 else name
        about = _attributes(
            type=finding.severity, message=clip(finding.message, _MESSAGE) or finding.rule.id
        )
        body = "\n".join(_text(line) for line in _body(finding, below))
        yield _case(path, unique, f"<failure{about}>{body}</failure>")


def _body(finding: Finding, below: str) -> Iterator[str]:
    yield _place(finding.span, below)
    for span, label in finding.related:
        yield f"see {_place(span, below)} {printable(label)}".rstrip()
    if where := holds_in(finding):
        yield where
    if finding.rule.help:
        yield sentence(finding.rule.help)


def _place(span: Span, below: str) -> str:
    line, column = span.first
    return f"{rooted(span.source.name, below)}:{line}:{column}"


def _suite(name: str, cases: list[str], failures: int = 0, skipped: int = 0) -> str:
    counts = _attributes(name=name, tests=len(cases), failures=failures, errors=0, skipped=skipped)
    return f"  <testsuite{counts}>\n{''.join(cases)}  </testsuite>\n"


def _case(classname: str, name: str, inside: str) -> str:
    return f"    <testcase{_attributes(classname=classname, name=name)}>{inside}</testcase>\n"


def _skipped(reason: str) -> str:
    return f"<skipped{_attributes(message=reason)}/>"


def _attributes(**values: object) -> str:
    """With characters that XML knows only: others are none that are printed."""
    return "".join(f" {name}={quoteattr(printable(str(value)))}" for name, value in values.items())


def _text(text: str) -> str:
    return escape(printable(text))
