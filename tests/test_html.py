"""The HTML report as a document: whole, counted, escaped. Not here: browsers (`integration/`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode

import pytest
from click.testing import CliRunner
from pagesamples import EVIL, FIXTURES, hostile, many, real

from raypolicy import __version__
from raypolicy.cli import main
from raypolicy.findings import Coverage, Finding, Report, RuleInfo, Severity
from raypolicy.fingerprints import report_fingerprints
from raypolicy.formats import FORMATS, Style
from raypolicy.formats.htmlplaces import directory_of, places_of
from raypolicy.formats.htmlsource import source_lines
from raypolicy.formats.htmltext import prose
from raypolicy.formats.style import printable
from raypolicy.source import SourceFile, Span

VOID = {"meta", "link", "input", "br", "img", "hr", "rect", "circle"}


class Element(NamedTuple):
    """An element, and all text within it."""

    tag: str
    attributes: dict[str, str | None]
    texts: list[str]
    inside: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    @property
    def classes(self) -> list[str]:
        return (self.attributes.get("class") or "").split()


class Page(HTMLParser):
    """All elements of a page; fails on tags that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), [], tuple(each.tag for each in self.open))
        assert len(element.attributes) == len(attrs)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), [], tuple(e.tag for e in self.open)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.texts.append(data)

    def all(self, tag: str, wanted: str = "") -> list[Element]:
        return [e for e in self.elements if e.tag == tag and (not wanted or wanted in e.classes)]


def html(report: Report) -> str:
    return FORMATS["html"](report, Style())


def page(report: Report) -> Page:
    return Page(html(report))


REPORTS = {"real": real, "hostile": hostile, "none": Report}
CLEAN = Report(
    coverage=Coverage(3, 2, 1, 4),
    rules=(RuleInfo("a-rule", "topic", "A summary", Severity.ERROR, "help"),),
)


@pytest.mark.parametrize("name", REPORTS)
def test_every_finding_is_there_once(name: str) -> None:
    report = REPORTS[name]()
    names = report_fingerprints(report)
    found = page(report).all("li", "finding")
    assert {each.attributes["id"] for each in found} == {
        f"f-{names[id(each)][:16]}" for each in report.findings
    }
    assert len(found) == len(report.findings)
    by_place = sorted(found, key=lambda each: int(each.attributes["data-n"] or ""))
    for element, finding in zip(by_place, report.findings, strict=True):
        assert element.attributes["data-rule"] == printable(finding.rule.id)
        assert element.attributes["data-severity"] == str(finding.severity)
        assert element.attributes["data-resource"] == printable(finding.resource)
        message = " ".join(printable(finding.message).replace("`", "").split())
        assert message.rstrip(".") in element.text


def test_what_a_finding_says() -> None:
    finding = next(each for each in real().findings if each.related and each.fix)
    (element,) = page(Report((finding,))).all("li", "finding")
    line = " ".join(finding.span.source.line(finding.span.first.line).split())
    assert line in element.text
    words = (finding.label, finding.related[0].label, finding.resource, finding.fix.title)
    assert [each for each in words if each not in element.text] == []
    path, first = finding.span.source.name, finding.span.first
    assert f"{path}:{first.line}:{first.column}" in element.text


def test_a_rule_is_explained_once_whatever_it_found() -> None:
    text = html(many(300))
    for rule in {each.rule for each in real().findings}:
        assert text.count(prose(rule.why)) == 1, rule.id
        assert all(text.count(f'href="{url}"') >= 1 for url in rule.see)


# Numbers


def numbers(found: Page, title: str) -> Counter[str]:
    """The rows of a chart, by what they lead to or else are called."""
    rows: Counter[str] = Counter()
    chart = ""
    for element in found.elements:
        if element.tag == "h3":
            chart = element.text
        if "bar" in element.classes and chart.startswith(title):
            match = re.search(r" ([\d,]+) findings \(", element.text)
            assert match
            rows[element.attributes.get("href") or element.text] = int(match[1].replace(",", ""))
    return rows


@pytest.mark.parametrize(
    "reported", [real, hostile, lambda: many(500)], ids=["real", "hostile", "many"]
)
def test_charts_agree_with_the_report(reported: Callable[[], Report]) -> None:
    report = reported()
    whole = page(report)
    for title in ("By rule", "By directory", "By resource"):
        rows = numbers(whole, title)
        assert rows.total() == len(report.findings), title
        for link, count in rows.items():
            if not link.startswith("#"):
                continue
            ((kind, (value,)),) = parse_qs(link[1:], strict_parsing=True).items()
            fits = {
                "rule": lambda f, v=value: printable(f.rule.id) == v,
                "resource": lambda f, v=value: printable(f.resource) == v,
                "directory": lambda f, v=value: f"{directory_of(f)}/".startswith(f"{v}/"),
            }[kind]
            assert count == sum(map(fits, report.findings)), link


def test_bars_are_as_long_as_their_numbers() -> None:
    widths = Counter(
        {
            severity: sum(
                int(each.attributes["width"] or "")
                for each in page(real()).all("rect", str(severity))
            )
            for severity in Severity
        }
    )
    # Of resources and directories all rows are drawn; of rules as many as there is room for.
    assert all(widths[each] >= real().number_of(each) for each in Severity)


def test_the_ring_is_closed() -> None:
    arcs = [each.attributes["stroke-dasharray"] for each in page(real()).all("circle")]
    assert sum(float((each or "").split()[0]) for each in arcs) == pytest.approx(100, abs=0.01)


def test_totals() -> None:
    report = hostile()
    found = page(report)
    tiles = [
        (name.text, number.text)
        for name, number in zip(found.all("dt"), found.all("dd"), strict=True)
    ]
    assert tiles == [
        ("files looked at", "9"),
        ("Ray resources checked", "8"),
        ("bundles applied together", "7"),
        ("rules applied", "7"),
        ("with a fix to apply", "7"),
        ("suppressed hidden on purpose", "7"),
        ("unknown not decided", "7"),
        ("not read left out", "7"),
    ]
    assert "3 errors" not in found.all("p", "verdict")[0].text
    assert found.all("p", "verdict")[0].text == "2 errors, 2 warnings and 3 notes in 7 of 9 files."


def test_what_is_hidden_unknown_or_not_read_is_listed() -> None:
    report = hostile()
    text = page(report).all("main")[0].text
    for evil in EVIL:
        shown = " ".join(printable(evil).split())
        assert text.count(shown) >= 10
    assert len(page(report).all("tr")) == 1 + len(report.suppressed)


def test_a_suppression_shows_its_reason() -> None:
    result = CliRunner().invoke(
        main, ["check", str(FIXTURES / "suppressed"), "--no-config", "-f", "html"]
    )
    rows = [each.text for each in Page(result.stdout).all("tr")]
    assert any("it is a playground" in row and "a comment" in row for row in rows)


# Safety


def test_no_text_becomes_markup() -> None:
    found = page(hostile())
    plain = page(many(7))
    assert {each.tag for each in found.elements} <= {each.tag for each in plain.elements} | {
        *("table", "thead", "tbody", "tr", "th", "td", "br", "ins", "del", "em", "strong"),
        *("h4", "pre", "mark", "i", "ul", "code"),
    }
    assert len(found.all("script")) == len(found.all("style")) == 1
    names = {name for each in found.elements for name in each.attributes}
    assert [name for name in names if name.startswith("on") or name == "style"] == []


@pytest.mark.parametrize("name", REPORTS)
def test_the_script_and_the_style_are_the_same_in_every_report(name: str) -> None:
    found, other = page(REPORTS[name]()), page(CLEAN)
    assert found.all("script")[0].texts == other.all("script")[0].texts
    assert found.all("style")[0].texts == other.all("style")[0].texts


@pytest.mark.parametrize("name", REPORTS)
def test_only_links_lead_anywhere(name: str) -> None:
    found = page(REPORTS[name]())
    for each in found.elements:
        for attribute in ("src", "href", "action", "data", "srcset", "xlink:href"):
            value = each.attributes.get(attribute)
            if value is None or (each.tag, value) == ("link", "data:,"):
                continue
            assert (each.tag, attribute) == ("a", "href")
            assert value.startswith(("#", "https://", "http://"))
    (css,) = found.all("style")
    assert "url(" not in css.text
    assert "@import" not in css.text


def test_the_policy_allows_just_this_script_and_style() -> None:
    import base64
    import hashlib

    found = page(real())
    (policy,) = (
        each.attributes["content"]
        for each in found.all("meta")
        if each.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    for tag in ("script", "style"):
        text = "".join(found.all(tag)[0].texts)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in (policy or "")
    assert (policy or "").startswith("default-src 'none';")
    assert "unsafe" not in (policy or "")


# Form


@pytest.mark.parametrize("name", REPORTS)
def test_ids_are_unique_and_links_find_them(name: str) -> None:
    found = page(REPORTS[name]())
    ids = [each.attributes["id"] for each in found.elements if each.attributes.get("id")]
    assert len(ids) == len(set(ids))
    inner = [each.attributes.get("href") or "" for each in found.all("a")]
    inner = [each[1:] for each in inner if each.startswith("#") and "=" not in each]
    assert set(inner) - set(ids) == set()


def test_the_form_is_hidden_until_a_script_takes_it_over() -> None:
    (form,) = page(real()).all("form")
    assert "hidden" in form.attributes
    assert not any("hidden" in each.attributes for each in page(real()).all("li", "finding"))


def test_filters_offer_what_there_is() -> None:
    report = many(400)
    values = {each.attributes.get("value") for each in page(report).all("option")}
    for finding in report.findings:
        assert {finding.rule.id, finding.rule.topic, finding.resource} <= values
        assert directory_of(finding) in values


def test_the_same_report_is_the_same_page() -> None:
    assert html(real()) == html(real())


def test_the_version_is_said() -> None:
    assert f"raypolicy {__version__}" in page(real()).all("footer")[0].text


def test_no_findings_says_what_was_covered() -> None:
    found = page(CLEAN)
    assert found.all("p", "verdict")[0].text == (
        "No findings. 2 Ray resources in 3 files agreed with 1 rule."
    )
    assert found.all("form") == []
    assert "A summary" in found.all("main")[0].text


def test_no_findings_does_not_hide_what_is_open() -> None:
    covered = CLEAN.coverage._replace(not_read=(("a.yaml", "Helm template"),))
    text = page(CLEAN._replace(coverage=covered)).all("header")[0].text
    assert "Left open: 1 file not read" in text


@pytest.mark.parametrize("covered", [Coverage(), Coverage(files=4)], ids=["no files", "no Ray"])
def test_nothing_audited_is_not_called_clean(covered: Coverage) -> None:
    text = page(CLEAN._replace(coverage=covered)).all("header")[0].text
    assert "Nothing was audited" in text
    assert "No findings" not in text


def test_rules_carry_their_prose_from_the_command_line(tmp_path: Path) -> None:
    target = tmp_path / "audit.html"
    command = ["check", str(FIXTURES / "quickstart"), "--no-config", "-f", f"html={target}"]
    assert CliRunner().invoke(main, command).exit_code == 1
    assert "Why it matters" in target.read_text("utf-8")
    assert "https://github.com/ray-project/" in target.read_text("utf-8")


# Places and source lines


def in_files(*names: str) -> list[Finding]:
    rule = CLEAN.rules[0]
    return [Finding(rule, rule.severity, "m", Span(SourceFile(n, "a: 1"), 0, 1)) for n in names]


@pytest.mark.parametrize(
    ("names", "top", "shown"),
    [
        (["ray.yaml"], ".", {"./"}),
        (["<stdin>"], ".", {"./"}),
        (["a/b/ray.yaml"], "a/b", {"a/b/"}),
        (["/ray.yaml"], "/", {"/"}),
        (["/a/x/r.yaml", "/a/y/r.yaml"], "/a", {"x/", "y/"}),
        (["/a/r.yaml", "/b/r.yaml"], "/", {"a/", "b/"}),
        (["a/r.yaml", "b/c/r.yaml", "b/d/r.yaml"], ".", {"a/", "b/c/", "b/d/"}),
        (["ab/r.yaml", "ac/r.yaml"], ".", {"ab/", "ac/"}),
        (["r.yaml", "a/r.yaml"], ".", {"./", "a/"}),
        ([f"t{n}/{n}/r.yaml" for n in range(20)], ".", {f"t{n}/" for n in range(20)}),
        ([f"t{n // 9}/{n}/r.yaml" for n in range(18)], ".", {"t0/", "t1/"}),
        (["x.tgz!/c/r.yaml", "x.tgz!/d/r.yaml"], "x.tgz!", {"c/", "d/"}),
    ],
)
def test_directories(names: list[str], top: str, shown: set[str]) -> None:
    findings = in_files(*names)
    places = places_of(findings)
    assert places.top == top
    assert {places.short(places.within(directory_of(each))) for each in findings} == shown


def test_a_bar_that_the_filter_could_not_show_alone_leads_nowhere() -> None:
    names = ["a/r.yaml", "a/b/r.yaml", "a/b/s.yaml", "c/r.yaml"]
    rows = numbers(page(Report(tuple(in_files(*names)))), "By directory")
    assert rows[f"#{urlencode({'directory': 'a/b'})}"] == 2
    assert "#directory=a" not in rows
    assert rows.total() == 4


TEXT = "a: 1\n\tb: <x>\nc:\n  d: 2\ne: 3\n"


def shown(start: str, length: int, label: str = "", text: str = TEXT) -> Iterator[str]:
    at = text.index(start)
    lines = source_lines(Span(SourceFile("f", text), at, at + length), label, around=True)
    return iter(lines.removeprefix("<pre>").removesuffix("\n</pre>").split("\n"))


@pytest.mark.parametrize(
    ("start", "length", "label", "lines"),
    [
        pytest.param("1", 1, "", ["1 a: [1]", "2     b: &lt;x&gt;"], id="first line"),
        pytest.param("<x>", 3, "L", ["1 a: 1", "2     b: [&lt;x&gt;] L", "3 c:"], id="escaped"),
        pytest.param("c:", 9, "L", ["2     b: &lt;x&gt;", "3 [c:]", "4 [  d: 2] L", "5 e: 3"], id="two lines"),
        pytest.param("e: 3", 4, "", ["4   d: 2", "5 [e: 3]", "6 "], id="last line"),
        pytest.param("a", 0, "", ["1 [ ]a: 1", "2     b: &lt;x&gt;"], id="empty"),
    ],
)  # fmt: skip
def test_source_lines(start: str, length: int, label: str, lines: list[str]) -> None:
    found = []
    for each in shown(start, length, label):
        match = re.fullmatch(r'<span data-l="(\d+)"(?: class="hit")?>(.*)</span>', each)
        assert match
        marked = match[2].replace("<mark>", "[").replace("</mark>", "]")
        found.append(f"{match[1]} {re.sub('</?i>', '', marked)}")
    assert found == lines


def test_a_line_of_megabytes_is_cut_around_the_mark() -> None:
    text = f"{'x' * 2_000_000}needle{'y' * 2_000_000}"
    (line,) = shown("needle", 6, "", text)
    assert "x…" not in line
    assert "…x" in line
    assert "y…" in line
    assert len(line) < 1_000
