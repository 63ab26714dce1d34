"""Findings as a Code Quality report of GitLab's. Not here: its test reports (`junit`)."""

from __future__ import annotations

from typing import Final

from raypolicy.findings import Finding, Report, Severity
from raypolicy.fingerprints import report_fingerprints
from raypolicy.formats.json import Object, dump
from raypolicy.formats.places import region, rooted
from raypolicy.formats.style import Style, aside, clip, printable

_MESSAGE: Final = 1_000
_INDENTED: Final = 1_000
_SEVERITIES: Final = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.NOTE: "info",
}
"""As tools that make such a report of SARIF have it, so that either way leads to the same."""


def render(report: Report, style: Style) -> str:
    names = report_fingerprints(report)
    issues = [_issue(each, names[id(each)], style.below) for each in report.findings]
    return dump(issues, indent=len(issues) <= _INDENTED)


def _issue(finding: Finding, fingerprint: str, below: str) -> Object:
    """A finding; GitLab shows the description only, and knows it again by the fingerprint."""
    rule = printable(finding.rule.id)
    words = f"{printable(clip(finding.message, _MESSAGE))}{aside(finding)}".strip()
    line = region(finding.span).line
    path = rooted(finding.span.source.name, below)
    return {
        "type": "issue",
        "check_name": rule,
        "description": f"{rule}: {words}",
        "categories": ["Security" if finding.rule.security else "Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": path.encode("utf-8", "replace").decode(),  # no lone surrogates
            "lines": {"begin": line, "end": line},
        },
    }
