"""Charts of the HTML report as inline SVG, and the tables they are. Not here: what is filtered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlencode

from raypolicy.findings import Finding, Report, Severity
from raypolicy.formats.htmlplaces import Places, above, directory_of
from raypolicy.formats.htmltext import counted, number, text
from raypolicy.formats.style import printable

_TOP: Final = 10
_RADIUS: Final = 15.9155
"""Of a circle that is 100 long."""
WORST_FIRST: Final = tuple(reversed(Severity))


class Bar(NamedTuple):
    """A name and its findings by severity; `view` is the filter that shows just these."""

    name: str
    counts: Counter[Severity]
    view: Mapping[str, str]


def ring(report: Report) -> str:
    """The findings by severity."""
    total = len(report.findings)
    arcs, rows, start = [], [], 0
    for severity in WORST_FIRST:
        if count := report.number_of(severity):
            arcs.append(
                f'<circle class="{severity}" cx="20" cy="20" r="{_RADIUS}" stroke-dasharray='
                f'"{100 * count / total:.3f} 100" stroke-dashoffset="{-100 * start / total:.3f}"/>'
            )
            start += count
            rows.append(
                f'<li><span class="dot {severity}"></span> <a href="#severity={severity}">'
                f"{counted(count, str(severity))}</a> <small>{_share(count, total)}</small></li>\n"
            )
    return (
        '<section class="chart severities"><h3>By severity</h3>\n'
        f'<svg viewBox="0 0 40 40" role="img" aria-label="{counted(total, "finding")}">'
        f'<g transform="rotate(-90 20 20)">{"".join(arcs)}</g>'
        f'<text x="20" y="20.5">{number(total)}</text><text x="20" y="25.5" class="small">'
        f"{'finding' if total == 1 else 'findings'}</text></svg>\n"
        f"<ul>{''.join(rows)}</ul></section>\n"
    )


def charts(report: Report, places: Places) -> str:
    """The findings by rule, directory and resource; a bar leads to what it counts."""
    below = (
        f" below <code>{text(places.top)}</code>" if places.common and places.directories else ""
    )
    by_rule = _grouped(report.findings, _rule)
    by_resource = _grouped(report.findings, _resource)
    return (
        f"{_bars('By rule', '', by_rule, 'rules')}"
        f"{_bars('By directory', below, _by_directory(report, places), 'directories')}"
        f"{_bars('By resource', '', by_resource, 'resources')}"
    )


def _by_directory(report: Report, places: Places) -> list[Bar]:
    """Where the filter, which takes in what is below, would show more than the bar has, the bar
    leads nowhere.
    """
    inside: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for directory, count in Counter(map(directory_of, report.findings)).items():
        alone[places.within(directory)] += count
        inside.update(dict.fromkeys(above(directory), count))

    def bar_of(finding: Finding) -> Bar:
        name = places.within(directory_of(finding))
        known = name in inside and name != places.top and inside[name] == alone[name]
        return Bar(places.short(name), Counter(), {"directory": name} if known else {})

    return _grouped(report.findings, bar_of)


def _rule(finding: Finding) -> Bar:
    return Bar(
        finding.rule.summary or finding.rule.id, Counter(), {"rule": printable(finding.rule.id)}
    )


def _resource(finding: Finding) -> Bar:
    view = {"resource": printable(finding.resource)} if finding.resource else {}
    return Bar(finding.resource or "a file as a whole", Counter(), view)


def _grouped(findings: tuple[Finding, ...], bar_of: Callable[[Finding], Bar]) -> list[Bar]:
    """The most findings first."""
    bars: dict[tuple[str, ...], Bar] = {}
    for finding in findings:
        bar = bar_of(finding)
        bars.setdefault((bar.name, *bar.view.values()), bar).counts[finding.severity] += 1
    return sorted(bars.values(), key=lambda bar: (-bar.counts.total(), bar.name))


def _bars(title: str, note: str, bars: list[Bar], noun: str) -> str:
    shown, rest = (bars, []) if len(bars) <= _TOP + 1 else (bars[:_TOP], bars[_TOP:])
    last = ""
    if rest:
        name = f"{number(len(rest))} other {noun}"
        together = sum((bar.counts for bar in rest), Counter())
        last = f"<li>{_bar(Bar(name, together, {}), 0)}</li>\n"
    most = max(bar.counts.total() for bar in shown)
    rows = "".join(f"<li>{_bar(bar, most)}</li>\n" for bar in shown) + last
    return (
        f'<section class="chart"><h3>{title}<small>{note}</small></h3>\n<ol>{rows}</ol></section>\n'
    )


def _bar(bar: Bar, most: int) -> str:
    """A row of a chart, drawn to the scale of the longest; without a drawing where `most` is 0."""
    total = bar.counts.total()
    parts = (f"{number(bar.counts[each])} {each}" for each in WORST_FIRST if bar.counts[each])
    said = f'<span class="unseen"> findings ({", ".join(parts)})</span>'
    row = f'<span class="name">{text(bar.name)}</span> <b>{number(total)}</b>{said}'
    if most:
        row += (
            f'<svg viewBox="0 0 {most} 1" preserveAspectRatio="none" aria-hidden="true">'
            f"{''.join(_pieces(bar.counts))}</svg>"
        )
    if not bar.view:
        return f'<span class="bar rest">{row}</span>'
    return f'<a class="bar" href="#{text(urlencode(bar.view))}">{row}</a>'


def _pieces(counts: Counter[Severity]) -> Iterator[str]:
    start = 0
    for severity in WORST_FIRST:
        if width := counts[severity]:
            yield f'<rect class="{severity}" x="{start}" width="{width}" height="1"/>'
            start += width


def _share(count: int, total: int) -> str:
    share = 100 * count / total
    return f"{share:.0f} %" if share >= 1 else "under 1 %"
