"""Findings as failed tests. Not here: the schema of Jenkins, other readers (`integration`)."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest
from reported import HOSTILE, RAY, SAMPLE, UNREAD, finding, hostile, many

from raypolicy.findings import Coverage, Finding, Rendering, Report
from raypolicy.formats import FORMATS, Style
from raypolicy.formats.style import printable
from raypolicy.source import SourceFile, Span


def suites(report: Report, below: str = "") -> list[Element]:
    text = FORMATS["junit"](report, Style(below=below))
    assert text.isascii()
    root = fromstring(text)
    found = list(root)
    for suite in found:
        assert int(suite.attrib["tests"]) == len(suite)
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    assert int(root.attrib["tests"]) == len(root.findall(".//testcase"))
    assert int(root.attrib["failures"]) == len(report.findings)
    names = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)
    return found


def failed(one: Finding, below: str = "") -> Element:
    _, suite = suites(Report((one,)), below)
    [case] = suite
    return case


def test_a_failed_test() -> None:
    case = failed(SAMPLE)
    assert case.attrib == {
        "classname": "clusters/dev/ray.yaml",
        "name": "worker-python-mismatch: RayCluster ml/dev",
    }
    [failure] = case
    assert failure.attrib == {"type": "error", "message": "small runs Python 3.9, its head 3.10"}
    assert failure.text == (
        "clusters/dev/ray.yaml:4:12\n"
        "see clusters/dev/ray.yaml:2:10 Python 3.10\n"
        "Use one image for the head and all worker groups."
    )


def test_a_suite_for_each_file() -> None:
    other = SourceFile("other.yaml", "a: 1\n")
    report = Report((finding(RAY, "head"), finding(RAY, "workers"), finding(other, "a")))
    assert [(suite.attrib["name"], len(suite)) for suite in suites(report)] == [
        ("raypolicy", 1),
        ("clusters/dev/ray.yaml", 2),
        ("other.yaml", 1),
    ]


def test_names_are_free_of_lines_and_unique() -> None:
    cases = suites(many(0, 0, 3))[1]
    assert [case.attrib["name"] for case in cases] == [
        "worker-python-mismatch",
        "worker-python-mismatch (2)",
        "worker-python-mismatch (3)",
    ]


def test_nothing_found_is_a_test_that_passed() -> None:
    [suite] = suites(Report(coverage=Coverage(3, 2, 1, 2)))
    [case] = suite
    assert [child.tag for child in case] == ["system-out"]
    assert case[0].text == "3 files, 2 Ray resources in 1 bundle: no findings"


def test_nothing_audited_is_a_test_that_was_skipped() -> None:
    [suite] = suites(Report())
    assert [child.tag for child in suite[0]] == ["skipped"]
    assert suite[0][0].attrib["message"].startswith("nothing to audit")


def test_files_that_were_not_read_are_skipped_tests() -> None:
    [suite] = suites(Report(coverage=UNREAD))
    assert [(case.attrib["classname"], case[0].attrib["message"]) for case in list(suite)[1:]] == [
        ("chart/a.yaml", "Helm template"),
        ("b.yaml", "not YAML"),
    ]


def test_paths_begin_at_the_root_of_the_repository() -> None:
    case = failed(SAMPLE, "deploy")
    assert case.attrib["classname"] == "deploy/clusters/dev/ray.yaml"
    assert str(case[0].text).startswith("deploy/clusters/dev/ray.yaml:4:12\n")


def test_what_was_rendered_is_said() -> None:
    case = failed(SAMPLE._replace(rendered=(Rendering("overlays/dev"),)))
    assert "\nin overlays/dev\n" in str(case[0].text)


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_comes_back_as_it_is_printed(text: str) -> None:
    shown = printable(text)
    failure = failed(hostile(text))[0]
    assert failure.attrib["message"] == (shown or "x")
    assert f" {shown}".rstrip() in str(failure.text)
    report = Report(coverage=Coverage(1, not_read=((f"{text}x", text),)))
    assert suites(report)[0][1][0].attrib["message"] == shown


def test_a_long_message_is_cut() -> None:
    source = SourceFile("f", "a")
    case = failed(SAMPLE._replace(message="w" * 100_000, span=Span(source, 0, 1)))
    assert len(case[0].attrib["message"]) == 1_000
