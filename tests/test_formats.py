"""What the formats print, colour, and what fingerprints hold on to. Not here: SARIF."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
from reported import RAY, RULE, SAMPLE, at, finding

from raypolicy.cli import outputs
from raypolicy.findings import (
    Coverage,
    Finding,
    Fix,
    Related,
    Report,
    Severity,
    Suppressed,
    UnknownPlace,
)
from raypolicy.fingerprints import fingerprints, report_fingerprints
from raypolicy.formats import FORMATS, Style, wants_colour
from raypolicy.formats.style import printable
from raypolicy.source import Edit, SourceFile, Span

PLAIN = Style()


def shown(name: str, *findings: Finding, style: Style = PLAIN) -> list[str]:
    return FORMATS[name](Report(findings), style).splitlines()


def marked(source: SourceFile, text: str, width: int | None = None) -> tuple[str, str]:
    """The source line that `full` shows for a span, and its marks, both without the gutter."""
    lines = shown("full", finding(source, text), style=Style(width=width))
    return lines[2].partition("│ ")[2], lines[3].partition("│ ")[2]


def test_full() -> None:
    assert FORMATS["full"](Report((SAMPLE,)), PLAIN) == (
        "error[worker-python-mismatch]: small runs Python 3.9, its head 3.10\n"
        " ┌─ clusters/dev/ray.yaml:4:12   RayCluster ml/dev\n"
        "4│   - image: rayproject/ray:2.9.0-py39\n"
        " │            ^^^^^^^^^^^^^^^^^^^^^^^^^ Python 3.9\n"
        "2│   image: rayproject/ray:2.9.0-py310\n"
        " │          -------------------------- Python 3.10\n"
        " ├─ fix available: use the head's image (safe: --fix)\n"
        " └─ Use one image for the head and all worker groups."
        " raypolicy explain worker-python-mismatch\n"
    )


def test_text() -> None:
    assert shown("text", SAMPLE) == [
        (
            "clusters/dev/ray.yaml:4:12: error: small runs Python 3.9, its head 3.10"
            " [worker-python-mismatch]"
        ),
        "    see clusters/dev/ray.yaml:2:10 «rayproject/ray:2.9.0-py310»",
    ]


def test_table() -> None:
    lines = shown("table", SAMPLE, SAMPLE)
    cells = [line.split() for line in lines]
    assert cells[0] == ["severity", "rule", "place", "resource", "message"]
    assert cells[2][:3] == ["error", RULE.id, "clusters/dev/ray.yaml:4:12"]
    assert cells[-1] == ["error", RULE.id, "2"]


def test_a_table_wraps_messages_on_a_narrow_terminal() -> None:
    lines = shown("table", finding(RAY, "head", "many words " * 10), style=Style(width=110))
    assert max(map(len, lines)) <= 110


def test_json() -> None:
    report = Report(
        (SAMPLE,),
        suppressed=(Suppressed(finding(RAY, "head"), "known"),),
        unknown=(UnknownPlace(at(RAY, "workers"), "a template"),),
        coverage=Coverage(3, 2, 1, 4, (("a.yaml", "Helm template"),)),
    )
    place = {"path": RAY.name, "line": 4, "column": 12, "end_line": 4, "end_column": 37}
    other = {"path": RAY.name, "line": 2, "column": 10, "end_line": 2, "end_column": 36}
    edit = {"path": RAY.name, "line": 4, "column": 33, "end_line": 4, "end_column": 37}
    names = report_fingerprints(report)
    value = json.loads(FORMATS["json"](report, PLAIN))
    assert list(value) == ["version", "coverage", "findings", "suppressed", "gone", "unknown"]
    assert value["version"] == 1
    assert value["coverage"] == {
        "files": 3,
        "documents": 4,
        "resources": 2,
        "bundles": 1,
        "not_read": [{"path": "a.yaml", "reason": "Helm template"}],
    }
    assert value["findings"] == [
        {
            "rule": RULE.id,
            "severity": "error",
            "message": SAMPLE.message,
            **place,
            "label": "Python 3.9",
            "resource": "RayCluster ml/dev",
            "related": [{**other, "label": "Python 3.10"}],
            "fix": {
                "title": "use the head's image",
                "safe": True,
                "edits": [{**edit, "text": "py310"}],
            },
            "rendered": [],
            "fingerprint": names[id(SAMPLE)],
        }
    ]
    assert [(f["reason"], f["fix"]) for f in value["suppressed"]] == [("known", None)]
    assert [(u["line"], u["reason"]) for u in value["unknown"]] == [(3, "a template")]


@pytest.mark.parametrize("name", ["full", "text", "table"])
def test_nothing_found_prints_nothing(name: str) -> None:
    assert FORMATS[name](Report(), PLAIN) == ""


def test_nothing_found_as_json() -> None:
    value = json.loads(FORMATS["json"](Report(), PLAIN))
    assert (value["findings"], value["coverage"]["files"]) == ([], 0)


# What manifests may hold


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("plain ü 日本 😀", "plain ü 日本 😀"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\r\tc\0", r"a\nb\r\tc\x00"),
        ("\x7f\x9b", r"\x7f\x9b"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\U000e0041", r"\U000e0041"),
        ("\udc80\ud800", r"\udc80\ud800"),
        ("##[add-mask]x ##vso[x] ## [", r"\x23#[add-mask]x \x23#vso[x] ## ["),
        ("###[x]", r"#\x23#[x]"),
        ("\ufffe\uffff", r"\ufffe\uffff"),
    ],
)
def test_printable(raw: str, safe: str) -> None:
    assert printable(raw) == safe


EVIL = "\x1b]0;owned\x07\u202e\u200b\udc80"
ESCAPED = r"\x1b]0;owned\x07\u202e\u200b\udc80"


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_prints_raw_control_characters(name: str) -> None:
    source = SourceFile(f"{EVIL}.yaml", f"name: '{EVIL} ##vso[x]'\n")
    rule = RULE._replace(id=EVIL, summary=EVIL, help=EVIL, why=EVIL, see=(EVIL,))
    span = at(source, EVIL)
    edits = (Edit(span, EVIL),)
    evil = Finding(
        rule,
        Severity.NOTE,
        EVIL,
        span,
        label=EVIL,
        related=(Related(span, EVIL),),
        resource=EVIL,
        fix=Fix(EVIL, False, edits),
    )
    report = Report(
        (evil,), (Suppressed(evil._replace(label=""), EVIL),), (UnknownPlace(span, EVIL),)
    )
    report = report._replace(coverage=Coverage(not_read=((EVIL, EVIL),)), rules=(rule,))
    output = FORMATS[name](report, PLAIN)
    assert printable(output.replace("\n", "")) == output.replace("\n", "")
    if name in ("full", "text", "table"):
        assert ESCAPED in output


def test_line_breaks_in_messages_and_names_add_no_lines() -> None:
    evil = finding(RAY, "head", "one\ntwo\r::error::three", resource="R\na", label="l\nm")
    assert len(shown("full", evil)) == 5
    assert len(shown("text", evil)) == 1


def test_a_name_does_not_begin_a_line_as_a_command() -> None:
    assert shown("text", finding(SourceFile("::error::x", "a: 1"), "a"))[0].startswith("./::")


def test_a_log_command_is_broken_in_json_too() -> None:
    output = FORMATS["json"](Report((finding(RAY, "head", "###[x] ##vso[y]"),)), PLAIN)
    assert "##" not in output
    assert json.loads(output)["findings"][0]["message"] == "###[x] ##vso[y]"


# Source lines and their marks


def test_marks_under_text_behind_wide_characters() -> None:
    assert marked(SourceFile("f", "a: 日本語 # here"), "here") == (
        "a: 日本語 # here",
        "            ^^^^",
    )


def test_marks_under_wide_and_combining_characters() -> None:
    assert marked(SourceFile("f", "a: 日本 e\u0301e"), "日本 e\u0301") == (
        "a: 日本 e\u0301e",
        "   ^^^^^^",
    )


def test_tabs_are_shown_as_spaces() -> None:
    assert marked(SourceFile("f", "\ta:\t1"), "1") == ("    a:    1", "          ^")


def test_marks_behind_escapes() -> None:
    assert marked(SourceFile("f", "a: \x1b[2J b"), "b") == (r"a: \x1b[2J b", "           ^")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_are_not_shown(end: str) -> None:
    source = SourceFile("f", f"a: 1{end}b: 2{end}")
    assert marked(source, f"2{end}") == ("b: 2", "   ^")


def test_a_span_of_many_lines_is_cut_to_its_first() -> None:
    assert marked(RAY, RAY.text[2:]) == ("head:", "  ^^^")


def test_an_empty_span_has_one_mark() -> None:
    empty = finding(RAY, "head")._replace(span=Span(RAY, len(RAY.text), len(RAY.text)))
    assert shown("full", empty)[2:4] == ["5│", " │ ^"]


def test_an_empty_file() -> None:
    assert marked(SourceFile("f", ""), "") == ("", "^")


@pytest.mark.parametrize("before", [0, 10, 100, 1_000_000])
@pytest.mark.parametrize("after", [0, 10, 100, 1_000_000])
@pytest.mark.parametrize("letter", ["x", "日"])
def test_long_lines_are_cut_around_the_span(before: int, after: int, letter: str) -> None:
    source = SourceFile("f", f"{letter * before}needle{letter * after}")
    line, marks = marked(source, "needle", width=80)
    columns = sum(2 if char == "日" else 1 for char in line)
    assert columns <= 77
    start = len(marks) - len("needle")
    assert marks == " " * start + "^^^^^^"
    assert sum(2 if char == "日" else 1 for char in line[: line.index("needle")]) == start
    assert line.startswith("…") == (before >= 100)
    assert columns > 70 or (before <= 10 and after <= 10)


def test_a_span_longer_than_the_terminal() -> None:
    line, marks = marked(SourceFile("f", f"a: {'x' * 500} b"), "x" * 500, width=60)
    assert len(marks) <= len(line) <= 57


def test_related_places_in_another_file_have_their_own_place_line() -> None:
    head = SourceFile("clusters/head.yaml", "\n" * 11 + "image: py310\n")
    related = (Related(at(head, "py310"), "the head"), Related(at(RAY, "head"), "again"))
    assert shown("full", finding(RAY, "py39", related=related))[1:8] == [
        "  ┌─ clusters/dev/ray.yaml:4:33",
        " 4│   - image: rayproject/ray:2.9.0-py39",
        "  │                                 ^^^^",
        "  ├─ clusters/head.yaml:12:8",
        "12│ image: py310",
        "  │        ----- the head",
        "  ├─ clusters/dev/ray.yaml:1:1",
    ]


def test_two_marks_in_one_line_show_it_once() -> None:
    related = (Related(at(RAY, "rayproject"), "repository"),)
    lines = shown("full", finding(RAY, "py310", related=related))
    assert [line[:2] for line in lines[2:5]] == ["2│", " │", " │"]


def test_findings_are_separated_by_an_empty_line() -> None:
    output = FORMATS["full"](Report((SAMPLE, SAMPLE)), PLAIN)
    assert output.count("\n\n") == 1
    assert output.endswith("\n")


def test_an_unsafe_fix_says_so() -> None:
    fix = Fix("drop it", False, (Edit(at(RAY, "head"), ""),))
    assert " ├─ fix available: drop it (unsafe: --fix --unsafe)" in shown(
        "full", finding(RAY, "head", fix=fix)
    )


# Colour


@pytest.mark.parametrize("name", ["full", "text", "table"])
def test_colour_only_adds_escapes(name: str) -> None:
    coloured = FORMATS[name](Report((SAMPLE,)), Style(colour=True))
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == FORMATS[name](Report((SAMPLE,)), PLAIN)


@pytest.mark.parametrize(
    ("flag", "environ", "isatty", "expected"),
    [
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        (None, {}, True, True),
        (None, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        (None, {"NO_COLOR": ""}, True, True),
        (None, {"FORCE_COLOR": "1"}, False, True),
        (None, {"FORCE_COLOR": "0"}, False, False),
        (None, {"FORCE_COLOR": ""}, False, False),
        (None, {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, False, True),
        (None, {"CLICOLOR_FORCE": "0"}, False, False),
        (None, {"CLICOLOR": "0"}, True, False),
        (None, {"CLICOLOR": "1"}, False, False),
        (None, {"TERM": "dumb"}, True, False),
        (None, {"TERM": "xterm"}, True, True),
    ],
)
def test_wants_colour(
    flag: str | None, environ: Mapping[str, str], isatty: bool, expected: bool
) -> None:
    assert wants_colour(flag, environ, isatty) is expected


# Fingerprints


def test_fingerprints_survive_moved_and_reindented_lines() -> None:
    moved = SourceFile(RAY.name, "# new\n\n" + RAY.text.replace("  - ", "\t-   ") + "more: 1\n")
    before = list(fingerprints([finding(RAY, "py39"), finding(RAY, "py310")]))
    assert list(fingerprints([finding(moved, "py39"), finding(moved, "py310")])) == before


@pytest.mark.parametrize(
    "other",
    [
        finding(RAY, "head"),
        finding(RAY, "py39", resource="RayCluster b"),
        finding(RAY, "py39", rule=RULE._replace(id="other")),
        finding(SourceFile("other.yaml", RAY.text), "py39"),
    ],
    ids=["line", "resource", "rule", "path"],
)
def test_fingerprints_differ_with_content(other: Finding) -> None:
    assert list(fingerprints([finding(RAY, "py39")])) != list(fingerprints([other]))


def test_fingerprints_do_not_hang_on_the_message() -> None:
    assert list(fingerprints([finding(RAY, "py39", "old words")])) == list(
        fingerprints([finding(RAY, "py39", "new words")])
    )


def test_a_huge_line_full_of_findings_takes_little_time() -> None:
    source = SourceFile("f", f"{{{'x: 1, ' * 500_000}}}")
    spans = (Span(source, place, place + 1) for place in range(1, 2_000_000, 1_000))
    report = Report(tuple(finding(source, "x")._replace(span=span) for span in spans))
    for name in ("full", "text", "json"):
        assert len(FORMATS[name](report, PLAIN)) < 5_000_000


def test_equal_findings_are_counted() -> None:
    names = list(fingerprints([SAMPLE, SAMPLE, finding(RAY, "py39")]))
    assert len(set(names)) == 3


def test_suppressing_a_finding_renames_no_other() -> None:
    source = SourceFile("f", "a: 1\na: 1\n")
    first = finding(source, "a")
    second = first._replace(span=Span(source, 5, 6))
    both = report_fingerprints(Report((first, second)))
    hidden = report_fingerprints(Report((second,), suppressed=(Suppressed(first, ""),)))
    assert both == hidden
    assert both[id(first)] != both[id(second)]


# What is not made for formats that don't show it


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_fixes_are_made_for_the_formats_that_show_them(name: str) -> None:
    fix = Fix("put it right", True, (Edit(at(RAY, "head"), "tail"),))
    fixed = finding(RAY, "head", fix=fix)
    shows = FORMATS[name](Report((fixed,)), PLAIN) != FORMATS[name](
        Report((fixed._replace(fix=None),)), PLAIN
    )
    assert shows == (name in outputs.WITH_FIXES)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_prose_is_read_for_the_formats_that_show_it(name: str) -> None:
    explained = SAMPLE._replace(rule=SAMPLE.rule._replace(why="Because.", see=("https://ray.io",)))
    told, untold = (
        FORMATS[name](Report((each,), rules=(each.rule,)), PLAIN)
        for each in (explained, explained._replace(rule=SAMPLE.rule._replace(why="", see=())))
    )
    assert (told != untold) == (name in outputs.WITH_PROSE)
