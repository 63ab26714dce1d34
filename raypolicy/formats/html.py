"""The report as one HTML page that loads nothing. Not here: its parts (`html*`), style, script."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator

from raypolicy import __version__
from raypolicy.findings import Report
from raypolicy.formats.htmlcharts import WORST_FIRST, charts, ring
from raypolicy.formats.htmlcoverage import coverage, tiles
from raypolicy.formats.htmlfilters import filters
from raypolicy.formats.htmlfindings import findings
from raypolicy.formats.htmlplaces import places_of
from raypolicy.formats.htmltext import counted, number
from raypolicy.formats.style import Style

_DATA = os.path.join(os.path.dirname(os.path.dirname(__file__)), "data")


def render(report: Report, style: Style) -> str:
    return "".join(_page(report))


def _page(report: Report) -> Iterator[str]:
    css, script = _data("report.css"), _data("report.js")
    policy = (
        f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(script)};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<link rel="icon" href="data:,">\n<title>Ray manifests: audit report</title>\n'
        f"<style>{css}</style>\n</head>\n<body>\n"
        f"{_skip(report)}\n"
    )
    yield (
        '<header>\n<p class="tool">raypolicy</p>\n<h1>Ray manifests: audit report</h1>\n'
        f"{_verdict(report)}</header>\n<main>\n"
    )
    yield _section("overview", "Overview", _overview(report))
    if report.findings:
        form = filters(report, places_of(report.findings))
        found = f'{form}<div id="groups">\n{findings(report)}</div>\n'
        yield _section("findings", "Findings", found)
    yield _section("coverage", "What was covered", "".join(coverage(report)))
    yield "</main>\n"
    yield (
        f'<footer><p>Made by raypolicy <span id="version">{__version__}</span>. This page is one'
        " file: it loads nothing and sends nothing.</p></footer>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _skip(report: Report) -> str:
    name = "findings" if report.findings else "overview"
    return f'<a class="skip" href="#{name}">Skip to the {name}</a>'


def _section(name: str, title: str, body: str) -> str:
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}" tabindex="-1">{title}</h2>\n'
        f"{body}</section>\n"
    )


def _overview(report: Report) -> str:
    numbers = f'<dl class="tiles">\n{"".join(tiles(report))}</dl>\n'
    if not report.findings:
        return numbers
    drawn = charts(report, places_of(report.findings))
    both = f'<div class="numbers">\n{ring(report)}{numbers}</div>\n'
    return f'{both}<div class="charts">\n{drawn}</div>\n'


def _verdict(report: Report) -> str:
    covered = report.coverage
    if not report.findings:
        return _clean(report)
    counts = [
        f'<strong class="{severity}">{counted(count, str(severity))}</strong>'
        for severity in WORST_FIRST
        if (count := report.number_of(severity))
    ]
    last = counts.pop()
    files = len({finding.span.source.name for finding in report.findings})
    where = f"{number(files)} of " if files < covered.files else ""
    return (
        f'<p class="verdict">{", ".join(counts)}{" and " if counts else ""}{last} in'
        f" {where}{counted(covered.files, 'file')}.</p>\n"
    )


def _clean(report: Report) -> str:
    """What no findings mean, and what they do not."""
    covered = report.coverage
    if covered.nothing or not covered.resources:
        said = "Nothing was audited: no Ray resource was found."
        note = "An empty report says nothing about manifests that were not given."
        return f'<p class="verdict">{said}</p>\n<p>{note}</p>\n'
    limits = [
        counted(count, noun) + rest
        for count, noun, rest in (
            (len(report.suppressed), "finding", " suppressed"),
            (len(report.unknown), "value", " unknown"),
            (len(covered.not_read), "file", " not read"),
        )
        if count
    ]
    but = f" Left open: {', '.join(limits)}; the lists are below." if limits else ""
    return (
        '<p class="verdict"><strong class="good">No findings.</strong>'
        f" {counted(covered.resources, 'Ray resource')} in {counted(covered.files, 'file')}"
        f" agreed with {counted(len(report.rules), 'rule')}.</p>\n"
        "<p>That is about what manifests say: a cluster, its images and its network may still"
        f" surprise.{but}</p>\n"
    )


def _data(name: str) -> str:
    with open(os.path.join(_DATA, name), encoding="utf-8") as file:
        return file.read()


def _hash(text: str) -> str:
    import hashlib

    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
