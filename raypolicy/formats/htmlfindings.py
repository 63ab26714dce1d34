"""Findings of the HTML report, grouped by rule. Not here: their source lines (`htmlsource`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from raypolicy.findings import Finding, Report, RuleInfo
from raypolicy.fingerprints import report_fingerprints
from raypolicy.formats.htmlcharts import WORST_FIRST
from raypolicy.formats.htmlplaces import directory_of
from raypolicy.formats.htmlsource import changes, source_lines
from raypolicy.formats.htmltext import anchor, counted, link, prose, text, words
from raypolicy.formats.style import clip, holds_in, place, sentence

_MESSAGE: Final = 1_000
_RELATED: Final = 10
_ID: Final = 16
"""Digits of a fingerprint that name a finding in the page."""
_REFUSERS: Final = {
    "api-server": "the API server refuses it",
    "operator": "the operator refuses it",
    "pod-creation": "its pods are refused",
    "webhook": "KubeRay's webhook refuses it",
}


class _Group(NamedTuple):
    rule: RuleInfo
    findings: list[tuple[int, Finding]]
    """With their numbers in the order of places."""

    @property
    def order(self) -> tuple[int, int, str]:
        worst = max(finding.severity for _, finding in self.findings)
        return (-worst, -len(self.findings), self.rule.id)


def findings(report: Report) -> str:
    """A section for each rule that found something, the worst first."""
    names = report_fingerprints(report)
    groups: dict[str, _Group] = {}
    for index, finding in enumerate(report.findings):
        rule = finding.rule
        groups.setdefault(rule.id, _Group(rule, [])).findings.append((index, finding))
    return "".join(_group(each, names) for each in sorted(groups.values(), key=lambda g: g.order))


def _group(group: _Group, names: Mapping[int, str]) -> str:
    rule = group.rule
    rows = "".join(_finding(finding, index, names) for index, finding in group.findings)
    return (
        f'<details class="group" id="{anchor(rule.id)}" open>\n'
        f"<summary><h3>{words(rule.summary or rule.id)}</h3>"
        f' <span class="badges">{"".join(_severities(group))}</span> <span class="count"></span>'
        f' <span class="id"><code>{text(rule.id)}</code> · {text(rule.topic)}</span></summary>\n'
        f"{_about(rule)}<ol>\n{rows}</ol></details>\n"
    )


def _severities(group: _Group) -> Iterator[str]:
    """How many of each severity: a rule's findings differ where an override says so."""
    counts = Counter(finding.severity for _, finding in group.findings)
    for severity in WORST_FIRST:
        if counts[severity]:
            count = counted(counts[severity], str(severity))
            yield f'<span class="badge {severity}">{count}</span>'


def _about(rule: RuleInfo) -> str:
    said = [f"<h4>Why it matters</h4>{prose(rule.why)}"] if rule.why.strip() else []
    if rule.refused_by:
        who = _REFUSERS.get(rule.refused_by, f"{rule.refused_by} refuses it")
        said.append(f"<p><strong>A manifest like this is not accepted: {text(who)}.</strong></p>")
    if rule.security:
        said.append(f"<p>Security relevance: {rule.security:.1f} of 10.</p>")
    if rule.help.strip():
        said.append(f"<h4>How to mend it</h4>{prose(rule.help)}")
    if rule.see:
        links = "".join(f"<li>{link(url)}</li>" for url in rule.see)
        said.append(f"<h4>Where this comes from</h4><ul>{links}</ul>")
    if not said:
        return ""
    return (
        '<details class="about"><summary>Why it matters and how to mend it</summary>\n'
        f"<div>{''.join(said)}</div></details>\n"
    )


def _finding(finding: Finding, index: int, names: Mapping[int, str]) -> str:
    severity, rule = finding.severity, finding.rule
    name = f"f-{names[id(finding)][:_ID]}"
    where, file = text(place(finding.span)), text(finding.span.source.name)
    about = [f'<a href="#{name}">{where}</a>']
    if finding.resource:
        about.append(f"<span>{text(finding.resource)}</span>")
    if rendered := holds_in(finding):
        about.append(f"<span>{text(rendered)}</span>")
    return (
        f'<li class="finding {severity}" id="{name}" data-n="{index}" data-severity="{severity}"'
        f' data-rule="{text(rule.id)}" data-topic="{text(rule.topic)}" data-file="{file}"'
        f' data-directory="{text(directory_of(finding))}"'
        f' data-resource="{text(finding.resource)}">\n'
        f'<p class="message"><span class="badge {severity}">{severity}</span>'
        f" {words(sentence(clip(finding.message, _MESSAGE)))}</p>\n"
        f'<p class="where">{" · ".join(about)}</p>\n'
        f"{source_lines(finding.span, finding.label, around=True)}\n"
        f"{''.join(_related(finding))}{_fix(finding)}</li>\n"
    )


def _related(finding: Finding) -> Iterator[str]:
    for span, label in finding.related[:_RELATED]:
        yield (
            f'<div class="related"><p class="where">See also {text(place(span))}</p>\n'
            f"{source_lines(span, label, around=False)}</div>\n"
        )
    further = len(finding.related) - _RELATED
    if further > 0:
        yield f'<p class="where">and {counted(further, "more place")}</p>\n'


def _fix(finding: Finding) -> str:
    if finding.fix is None:
        return ""
    how = "safe" if finding.fix.safe else "to be looked at first"
    option = "--fix" if finding.fix.safe else "--fix --unsafe"
    changed = changes(finding.fix)
    shown = f'<pre class="change">{changed}</pre>' if changed else ""
    return (
        f'<details class="fix"><summary>Fix ({how}): {words(finding.fix.title)}</summary>\n{shown}'
        f"<p><code>raypolicy check {option}</code> makes this change.</p></details>\n"
    )
