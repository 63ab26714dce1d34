"""What holds for some paths only, applied to findings. Not here: which rules run (`selection`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from raypolicy.config import Options, Override, is_mandatory, set_severity
from raypolicy.findings import Finding, Severity
from raypolicy.inputs.walk import matching


def overridden(
    findings: Iterable[Finding], options: Options, placed: Callable[[Finding], Finding]
) -> Iterator[Finding]:
    """The findings as they are where they stand: those left out there are gone, others have the
    severity they have there; of several the last counts. Mandatory rules stay as they are. What
    was rendered is `placed` where people can mend it.
    """
    least = Severity[options.min_severity.upper()]
    there = [(matching(each.paths), each) for each in options.overrides]
    for finding in findings:
        if is_mandatory(options, finding.rule.id, finding.rule.topic):
            yield finding
            continue
        severity = _severity(finding, placed(finding).span.source.name, there)
        if severity is not None and severity >= least:
            yield finding._replace(severity=severity)


def _severity(
    finding: Finding, path: str, there: Iterable[tuple[Callable[[str], bool], Override]]
) -> Severity | None:
    """The severity of a finding at its place; None where it is left out."""
    rule, severity = finding.rule, finding.severity
    for matches, override in there:
        if not matches(path):
            continue
        if {rule.id, rule.topic} & set(override.ignore):
            return None
        word = set_severity(override.severity, rule.id, rule.topic)
        if word is not None:
            severity = Severity[word.upper()]
    return severity
