"""Workflow commands. Not here: that GitHub's toolkit writes the same (`integration`)."""

from __future__ import annotations

import pytest
from reported import ADVICE, HOSTILE, RAY, SAMPLE, finding, hostile, many

from raypolicy.findings import Finding, Rendering, Report, Severity
from raypolicy.formats import FORMATS, Style
from raypolicy.source import SourceFile, Span


def lines(report: Report, below: str = "") -> list[str]:
    text = FORMATS["github"](report, Style(below=below))
    assert text == "" or text.endswith("\n")
    return text.split("\n")[:-1]


def annotation(one: Finding, below: str = "") -> str:
    [only] = lines(Report((one,)), below)
    return only


def test_an_annotation() -> None:
    assert annotation(SAMPLE) == (
        "::error title=worker-python-mismatch,file=clusters/dev/ray.yaml,"
        "line=4,endLine=4,col=12,endColumn=37::small runs Python 3.9, its head 3.10."
        "%0AUse one image for the head and all worker groups."
    )


@pytest.mark.parametrize(
    ("severity", "name"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "notice")],
)
def test_kinds(severity: Severity, name: str) -> None:
    assert annotation(SAMPLE._replace(severity=severity)).startswith(f"::{name} ")


def test_files_are_named_from_the_root_of_the_repository() -> None:
    assert ",file=deploy/clusters/dev/ray.yaml," in annotation(SAMPLE, "deploy")
    assert ",file=ray.yaml," in annotation(finding(SourceFile("../ray.yaml", "a"), "a"), "deploy")


def test_a_place_stays_in_its_first_line() -> None:
    block = finding(RAY, RAY.text)
    assert ",line=1,endLine=1,col=1,endColumn=6::" in annotation(block)


def test_what_was_rendered_is_said() -> None:
    one = SAMPLE._replace(rendered=(Rendering("overlays/Dev"),))
    assert ". In overlays/Dev.%0A" in annotation(one)


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_capitals_in_the_name_of_an_overlay_stay(form: str) -> None:
    one = SAMPLE._replace(rendered=(Rendering("overlays/Prod-EU"),))
    assert ". In overlays/Prod-EU." in FORMATS[form](Report((one,)), Style())


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_end_no_property_and_no_line(text: str) -> None:
    line = annotation(hostile(text))
    head, _, message = line[2:].partition("::")
    assert head.startswith("warning title=")
    assert head.count(",") == 5
    assert head.count("=") >= 6
    assert ":" not in head
    assert "##[" not in message
    assert "##vso[" not in message


def test_nothing_found_prints_nothing() -> None:
    assert lines(Report()) == []


def test_the_worst_come_first_and_no_more_than_github_shows() -> None:
    *commands, last = lines(many(13, 10, 12))
    assert [line.split()[0] for line in commands] == [
        *["::error"] * 10,
        *["::warning"] * 10,
        *["::notice"] * 10,
    ]
    assert last == (
        "5 of 35 findings have no annotation (2 errors, 3 notes):"
        " GitHub makes 10 of each severity for a step."
    )


def test_where_all_are_shown_nothing_is_said() -> None:
    assert len(lines(many(10, 10, 10))) == 30


def test_a_long_message_is_cut() -> None:
    source = SourceFile("f", "a")
    long = Finding(ADVICE, Severity.NOTE, "w" * 100_000, Span(source, 0, 1))
    assert len(annotation(long)) < 1_200
