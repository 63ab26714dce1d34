"""The form that narrows the HTML report down. Not here: what it does (`data/report.js`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from raypolicy.findings import Report
from raypolicy.formats.htmlcharts import WORST_FIRST
from raypolicy.formats.htmlplaces import Places, above, directory_of
from raypolicy.formats.htmltext import number, text


def filters(report: Report, places: Places) -> str:
    """Hidden until the script has taken it over: without one, everything is shown."""
    return (
        '<form id="filters" role="search" aria-label="Filter findings" hidden>\n'
        '<label class="search">Search <input type="search" name="text" autocomplete="off"'
        ' spellcheck="false" placeholder="words in message, place, code…"></label>\n'
        f"<fieldset><legend>Severity</legend>{_severities(report)}</fieldset>\n"
        f'<label>Rule <select name="rule">{_rules(report)}</select></label>\n'
        f'<label>Directory <select name="directory">{_directories(report, places)}</select>'
        "</label>\n"
        f'<label>Resource <select name="resource">{_resources(report)}</select></label>\n'
        '<label>Group by <select name="group"><option value="">rule</option>'
        '<option value="file">file</option></select></label>\n'
        '<p class="buttons"><button type="button" id="fold">Fold all</button> '
        '<button type="reset">Show all</button></p>\n'
        '<p id="shown" role="status"></p>\n</form>\n'
    )


def _severities(report: Report) -> str:
    return "".join(
        f'<label class="{severity}"><input type="checkbox" name="severity" value="{severity}"'
        f" checked> {severity} <small>{number(count)}</small></label>\n"
        for severity in WORST_FIRST
        if (count := report.number_of(severity))
    )


def _rules(report: Report) -> str:
    topics: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for finding in report.findings:
        topics[finding.rule.topic][finding.rule.id] += 1
    groups = "".join(
        f'<optgroup label="{text(topic)}">'
        f"{_options([(topic, f'all of {topic}', rules.total())] if topic else [])}"
        f"{_options((rule, rule, count) for rule, count in sorted(rules.items()))}</optgroup>"
        for topic, rules in sorted(topics.items())
    )
    return f'<option value="">all</option>{groups}'


def _directories(report: Report, places: Places) -> str:
    counts: Counter[str] = Counter()
    for directory, count in Counter(map(directory_of, report.findings)).items():
        counts.update(dict.fromkeys(above(directory), count))
    rows = ((each, places.short(each), counts[each]) for each in places.directories)
    return f'<option value="">all</option>{_options(rows)}'


def _resources(report: Report) -> str:
    counts = Counter(each.resource for each in report.findings if each.resource)
    rows = ((name, name, count) for name, count in sorted(counts.items()))
    return f'<option value="">all</option>{_options(rows)}'


def _options(rows: Iterable[tuple[str, str, int]]) -> str:
    return "".join(
        f'<option value="{text(value)}">{text(name)} ({number(count)})</option>'
        for value, name, count in rows
    )
