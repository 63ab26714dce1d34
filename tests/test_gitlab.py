"""GitLab's Code Quality report. Not here: what other tools make of our SARIF (`integration`)."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from reported import HOSTILE, OPEN, RAY, SAMPLE, finding, hostile, many

from raypolicy.findings import Rendering, Report, Severity
from raypolicy.fingerprints import report_fingerprints
from raypolicy.formats import FORMATS, Style
from raypolicy.source import SourceFile, Span

SCHEMA = {
    # As GitLab's page on the report describes it, and the specification of analysers it builds on.
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "type": {"const": "issue"},
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "categories": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "enum": [
                        *("Bug Risk", "Clarity", "Compatibility", "Complexity"),
                        *("Duplication", "Performance", "Security", "Style"),
                    ]
                },
            },
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\.{0,2}/)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                        "additionalProperties": False,
                    },
                },
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
    },
}


def issues(report: Report, below: str = "") -> list[dict[str, Any]]:
    found = json.loads(FORMATS["gitlab"](report, Style(below=below)))
    jsonschema.validate(found, SCHEMA)
    assert len({issue["fingerprint"] for issue in found}) == len(found)
    assert isinstance(found, list)
    return found


def test_an_issue() -> None:
    report = Report((SAMPLE,))
    assert issues(report) == [
        {
            "type": "issue",
            "check_name": "worker-python-mismatch",
            "description": "worker-python-mismatch: small runs Python 3.9, its head 3.10",
            "categories": ["Bug Risk"],
            "severity": "major",
            "fingerprint": report_fingerprints(report)[id(SAMPLE)],
            "location": {"path": "clusters/dev/ray.yaml", "lines": {"begin": 4, "end": 4}},
        }
    ]


@pytest.mark.parametrize(
    ("severity", "word"),
    [(Severity.ERROR, "major"), (Severity.WARNING, "minor"), (Severity.NOTE, "info")],
)
def test_severities(severity: Severity, word: str) -> None:
    assert issues(Report((SAMPLE._replace(severity=severity),)))[0]["severity"] == word


def test_a_matter_of_security_is_one() -> None:
    assert issues(Report((SAMPLE._replace(rule=OPEN),)))[0]["categories"] == ["Security"]


@pytest.mark.parametrize(
    ("name", "below", "path"),
    [
        ("./a.yaml", "", "a.yaml"),
        ("a.yaml", "deploy", "deploy/a.yaml"),
        ("../a.yaml", "deploy", "a.yaml"),
        ("/abs/a.yaml", "", "abs/a.yaml"),
    ],
)
def test_paths_begin_at_the_root_of_the_repository(name: str, below: str, path: str) -> None:
    [issue] = issues(Report((finding(SourceFile(name, "a"), "a"),)), below)
    assert issue["location"]["path"] == path


def test_a_fingerprint_stays_when_lines_move() -> None:
    moved = SourceFile(RAY.name, "# new\n\n" + RAY.text)
    [before] = issues(Report((finding(RAY, "py39"),)))
    [after] = issues(Report((finding(moved, "py39"),)))
    assert before["location"]["lines"] != after["location"]["lines"]
    assert before["fingerprint"] == after["fingerprint"]


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    assert len(issues(many(3, 3, 3))) == 9


def test_what_was_rendered_is_said() -> None:
    one = SAMPLE._replace(rendered=(Rendering("overlays/dev"),))
    assert issues(Report((one,)))[0]["description"].endswith("3.10 (in overlays/dev)")


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_gives_a_valid_report(text: str) -> None:
    output = FORMATS["gitlab"](Report((hostile(text),)), Style())
    assert output.isascii()
    assert "##" not in output
    [issue] = issues(Report((hostile(text),)))
    assert issue["location"]["path"].encode()


def test_nothing_found_is_an_empty_list() -> None:
    assert issues(Report()) == []


def test_a_finding_at_the_end_of_a_file() -> None:
    one = finding(RAY, "head")._replace(span=Span(RAY, len(RAY.text), len(RAY.text)))
    assert issues(Report((one,)))[0]["location"]["lines"] == {"begin": 5, "end": 5}
