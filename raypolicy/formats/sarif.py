"""The report as SARIF 2.1.0 within GitHub's limits. Not here: its single rules and results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from raypolicy import __version__
from raypolicy.findings import Finding, Report, RuleInfo, sort_findings
from raypolicy.fingerprints import report_fingerprints
from raypolicy.formats.json import Object, dump
from raypolicy.formats.rollinghash import line_hashes
from raypolicy.formats.sarifresults import ROOT, escaped, sarif_result
from raypolicy.formats.sarifrules import sarif_rule
from raypolicy.formats.style import Style
from raypolicy.source import SourceFile

HOMEPAGE = ""
"""Where people read about the tool; left out of the log while there is no such page."""

MAX_RESULTS = 25_000
MAX_RULES = 25_000
_INDENTED = 1_000
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(report: Report, style: Style) -> str:
    findings = worst(report.findings, MAX_RESULTS)
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, findings, style.below)]}
    return dump(log, indent=len(findings) <= _INDENTED)


def worst(findings: Sequence[Finding], limit: int) -> Sequence[Finding]:
    """The worst findings, no more than the limit, in the order of their places."""
    if len(findings) <= limit:
        return findings
    return sort_findings(sorted(findings, key=lambda f: (-f.severity, f.order))[:limit])


def _run(report: Report, findings: Sequence[Finding], below: str) -> Object:
    rules = _rules(report, findings)
    driver: Object = {"name": "raypolicy", "semanticVersion": __version__}
    if HOMEPAGE:
        driver["informationUri"] = HOMEPAGE
    driver["rules"] = [sarif_rule(rule, HOMEPAGE) for rule in rules]
    invocation: Object = {"executionSuccessful": True}
    if notes := [*_dropped(report, findings), *_not_read(report)]:
        invocation["toolExecutionNotifications"] = notes
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": "raypolicy/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [invocation],
        "results": list(_results(report, findings, [rule.id for rule in rules], below)),
    }


def _results(
    report: Report, findings: Sequence[Finding], rules: list[str], below: str
) -> Iterator[Object]:
    """Without the suppressed findings, which GitHub would show as open alerts."""
    index = {rule: number for number, rule in enumerate(rules)}
    names = report_fingerprints(report)
    hashes: dict[SourceFile, list[str]] = {}
    for finding in findings:
        source = finding.span.source
        if source not in hashes:
            hashes[source] = line_hashes(source)
        prints = {"raypolicyFingerprint/v1": names[id(finding)]}
        if hashes[source]:
            prints["primaryLocationLineHash"] = hashes[source][finding.span.first.line - 1]
        yield sarif_result(finding, index[finding.rule.id], prints, below)


def _rules(report: Report, findings: Sequence[Finding]) -> list[RuleInfo]:
    """Every rule that ran, by id; those with results for certain."""
    rules = {finding.rule.id: finding.rule for finding in findings}
    for rule in report.rules:
        rules.setdefault(rule.id, rule)
    return sorted(list(rules.values())[:MAX_RULES], key=lambda rule: rule.id)


def _dropped(report: Report, findings: Sequence[Finding]) -> Iterator[Object]:
    if dropped := len(report.findings) - len(findings):
        text = (
            f"{dropped} of {len(report.findings)} findings are not in this log: it holds the worst"
            f" {len(findings)}, the most that GitHub accepts."
        )
        yield {"level": "error", "message": {"text": text}}


def _not_read(report: Report) -> Iterator[Object]:
    reasons = Counter(reason for _, reason in report.coverage.not_read)
    for reason, count in sorted(reasons.items()):
        text = f"Not read: {count} {'file' if count == 1 else 'files'} ({escaped(reason)})."
        yield {"level": "note", "message": {"text": text}}
