"""The report as SARIF 2.1.0 within GitHub's limits. Not here: its single rules and results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zlib import compress

from raypolicy import __version__
from raypolicy.findings import Finding, Report, RuleInfo, Suppressed
from raypolicy.fingerprints import report_fingerprints
from raypolicy.formats.json import Object, dump
from raypolicy.formats.places import worst
from raypolicy.formats.rollinghash import line_hashes
from raypolicy.formats.sarifresults import KINDS, ROOT, escaped, sarif_result, suppression
from raypolicy.formats.sarifrules import sarif_rule
from raypolicy.formats.style import Style, count
from raypolicy.source import SourceFile

HOMEPAGE = ""
"""Where people read about the tool; left out of the log while there is no such page."""

MAX_RESULTS = 25_000
MAX_RULES = 25_000
MAX_PACKED = 10_000_000
"""Bytes of the log once packed with gzip, as it is sent."""
MOST_SHOWN = 5_000
"""GitHub accepts more results, and shows the worst of them."""
_INDENTED = 1_000
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class _Kept(NamedTuple):
    """What goes into the log, and what is to be said of what does not."""

    findings: Sequence[Finding]
    hidden: Sequence[Suppressed]
    cuts: tuple[str, ...]


def render(report: Report, style: Style) -> str:
    limit, reason = MAX_RESULTS, "the most that GitHub accepts"
    while True:
        kept = _kept(report, limit, reason, suppressed=style.suppressed)
        number = len(kept.findings) + len(kept.hidden)
        log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report, kept, style)]}
        text = dump(log, indent=number <= _INDENTED)
        size = _packed(text)
        if size <= MAX_PACKED or not number:
            break
        limit = int(number * 0.95 * MAX_PACKED / size)
        reason = f"as GitHub accepts no more than {MAX_PACKED // 1_000_000} MB"
    for cut in kept.cuts:
        style.warn(f"sarif: {cut}")
    return text


def _kept(report: Report, limit: int, reason: str, *, suppressed: bool) -> _Kept:
    """The worst findings; where they are asked for, suppressed ones in the room that is left."""
    hidden = [each for each in report.suppressed if suppressed and each.by in KINDS]
    findings = worst(report.findings, limit)
    shown = hidden[: limit - len(findings)]
    number, every = len(findings) + len(shown), len(report.findings) + len(hidden)
    cuts = []
    if number < every:
        cuts.append(
            f"{every - number} of {every} findings are not in this log: it holds the worst"
            f" {number}, {reason}."
        )
    if number > MOST_SHOWN:
        cuts.append(f"Of the {number} findings in this log, GitHub shows the worst {MOST_SHOWN}.")
    return _Kept(findings, shown, tuple(cuts))


def _packed(text: str) -> int:
    """Bytes once packed; of what is short enough in any case, as it is."""
    return len(text) if len(text) <= MAX_PACKED else len(compress(text.encode("ascii"), 6))


def _run(report: Report, kept: _Kept, style: Style) -> Object:
    rules = _rules(report, [*kept.findings, *(each.finding for each in kept.hidden)])
    driver: Object = {"name": "raypolicy", "semanticVersion": __version__}
    if HOMEPAGE:
        driver["informationUri"] = HOMEPAGE
    driver["rules"] = [sarif_rule(rule, HOMEPAGE) for rule in rules]
    invocation: Object = {"executionSuccessful": True}
    if notes := [*map(_cut, kept.cuts), *_not_read(report)]:
        invocation["toolExecutionNotifications"] = notes
    return {
        "tool": {"driver": driver},
        "automationDetails": {"id": "raypolicy/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [invocation],
        "results": list(_results(report, kept, [rule.id for rule in rules], style)),
    }


def _results(report: Report, kept: _Kept, rules: list[str], style: Style) -> Iterator[Object]:
    """Without the suppressed findings, which GitHub would show as open alerts, unless asked for."""
    index = {rule: number for number, rule in enumerate(rules)}
    names = report_fingerprints(report)
    hashes: dict[SourceFile, list[str]] = {}
    every = [
        *((finding, None) for finding in kept.findings),
        *((h.finding, h) for h in kept.hidden),
    ]
    for finding, hidden in every:
        source = finding.span.source
        if source not in hashes:
            hashes[source] = line_hashes(source)
        prints = {"raypolicyFingerprint/v1": names[id(finding)]}
        if hashes[source]:
            prints["primaryLocationLineHash"] = hashes[source][finding.span.first.line - 1]
        result = sarif_result(finding, index[finding.rule.id], prints, style.below)
        if style.suppressed:  # of all results or of none
            result["suppressions"] = [suppression(hidden)] if hidden else []
        yield result


def _rules(report: Report, findings: Sequence[Finding]) -> list[RuleInfo]:
    """Every rule that ran, by id; those with results for certain."""
    rules = {finding.rule.id: finding.rule for finding in findings}
    for rule in report.rules:
        rules.setdefault(rule.id, rule)
    return sorted(list(rules.values())[:MAX_RULES], key=lambda rule: rule.id)


def _cut(text: str) -> Object:
    return {"level": "error", "message": {"text": text}}


def _not_read(report: Report) -> Iterator[Object]:
    reasons = Counter(reason for _, reason in report.coverage.not_read)
    for reason, number in sorted(reasons.items()):
        text = f"Not read: {count(number, 'file')} ({escaped(reason)})."
        yield {"level": "note", "message": {"text": text}}
