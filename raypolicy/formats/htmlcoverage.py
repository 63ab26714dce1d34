"""What the HTML report says beside findings: what was covered, hidden, unknown. Not here: those."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from raypolicy.findings import Report, RuleInfo, Suppressed
from raypolicy.formats.htmltext import anchor, counted, number, text, words
from raypolicy.formats.style import place, sentence

_BY: Final = {
    "comment": "a comment in the manifest",
    "annotation": "an annotation of the resource",
    "baseline": "the baseline",
    "base": "the base revision has it too",
}


def tiles(report: Report) -> Iterator[str]:
    """The numbers of the report."""
    covered = report.coverage
    rows = (
        ("file", "files", covered.files, "looked at"),
        ("Ray resource", "Ray resources", covered.resources, "checked"),
        ("bundle", "bundles", covered.bundles, "applied together"),
        ("rule", "rules", len(report.rules), "applied"),
        (
            "with a fix",
            "with a fix",
            sum(each.fix is not None for each in report.findings),
            "to apply",
        ),
        ("suppressed", "suppressed", len(report.suppressed), "hidden on purpose"),
        ("unknown", "unknown", len(report.unknown), "not decided"),
        ("not read", "not read", len(covered.not_read), "left out"),
    )
    targets = {"rules": "rules", "suppressed": "suppressed", "unknown": "unknown"}
    targets["not read"] = "not-read"
    for one, many, count, what in rows:
        name = one if count == 1 else many
        if many in targets and count:
            name = f'<a href="#{targets[many]}">{name}</a>'
        yield f"<div><dt>{name} <small>{what}</small></dt><dd>{number(count)}</dd></div>\n"


def coverage(report: Report) -> Iterator[str]:
    """The lists behind the numbers."""
    yield _suppressed(report.suppressed)
    yield _unknown(report)
    yield _not_read(report)
    yield _rules(report)


def _suppressed(hidden: tuple[Suppressed, ...]) -> str:
    if not hidden:
        return ""
    rows = "".join(
        f"<tr><td>{each.finding.severity}</td><td><code>{text(each.finding.rule.id)}</code></td>"
        f"<td>{text(sentence(each.finding.message))}<br><small>{text(place(each.finding.span))}"
        f"{' · ' if each.finding.resource else ''}{text(each.finding.resource)}</small></td>"
        f"<td>{text(each.reason) or '<em>no reason given</em>'}</td>"
        f"<td>{text(_BY.get(each.by, each.by))}</td></tr>\n"
        for each in hidden
    )
    heads = "".join(
        f'<th scope="col">{each}</th>'
        for each in ("Severity", "Rule", "Finding", "Reason", "Hidden by")
    )
    table = f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table>"
    note = "Findings that somebody has decided to live with. They are in none of the numbers above."
    return _listed("suppressed", counted(len(hidden), "suppressed finding"), note, table)


def _unknown(report: Report) -> str:
    note = (
        "Values that the manifests do not say, such as a variable or an image whose tag tells"
        " nothing. Rules that depend on one of these have neither passed nor failed."
    )
    places = ((each.reason, place(each.span)) for each in report.unknown)
    count = len(report.unknown)
    return _by_reason("unknown", counted(count, "unknown value"), note, places) if count else ""


def _not_read(report: Report) -> str:
    left = report.coverage.not_read
    title = f"{counted(len(left), 'file')} not read"
    note = "Nothing is known about these: they may hold mistakes of any kind."
    rows = ((reason, name) for name, reason in left)
    return _by_reason("not-read", title, note, rows) if left else ""


def _by_reason(name: str, title: str, note: str, rows: Iterable[tuple[str, str]]) -> str:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for reason, where in rows:
        groups[reason].append(where)
    body = "".join(
        f"<h4>{text(reason)} <small>{number(len(where))}</small></h4>\n"
        f'<ul class="places">{"".join(f"<li>{text(each)}</li>" for each in where)}</ul>\n'
        for reason, where in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    )
    return _listed(name, title, note, body)


def _rules(report: Report) -> str:
    if not report.rules:
        return ""
    found = Counter(finding.rule.id for finding in report.findings)
    topics: defaultdict[str, list[RuleInfo]] = defaultdict(list)
    for rule in sorted(report.rules, key=lambda rule: (rule.topic, rule.id)):
        topics[rule.topic].append(rule)
    body = "".join(
        f'<h4>{text(topic)}</h4>\n<ul class="rules">'
        f"{''.join(_rule(rule, found) for rule in rules)}</ul>\n"
        for topic, rules in topics.items()
    )
    note = "Every rule that was applied, whether it found anything or not."
    return _listed("rules", f"{counted(len(report.rules), 'rule')} applied", note, body)


def _rule(rule: RuleInfo, found: Counter[str]) -> str:
    count = found[rule.id]
    said = f' <a href="#{anchor(rule.id)}">{counted(count, "finding")}</a>' if count else ""
    return f"<li>{words(rule.summary)} <code>{text(rule.id)}</code>{said}</li>\n"


def _listed(name: str, title: str, note: str, body: str) -> str:
    # A browser opens what a link leads into, not what it leads to: the id is inside.
    return (
        f'<details class="listed"><summary><h3>{title}</h3></summary>\n'
        f'<p id="{name}" class="target">{note}</p>\n{body}</details>\n'
    )
