"""What the SARIF log says, and that GitHub's limits hold. Not here: Microsoft's validator."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from reported import OPEN, RAY, RULE, SAMPLE, at, finding

from raypolicy import __version__
from raypolicy.findings import (
    Coverage,
    Finding,
    Fix,
    Related,
    Report,
    RuleInfo,
    Severity,
    Suppressed,
)
from raypolicy.formats import FORMATS, Style, sarif
from raypolicy.formats.rollinghash import line_hashes
from raypolicy.source import Edit, SourceFile

SCHEMA = (
    Path(__file__).parent
    / "integration/node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json"
)


def run(*findings: Finding, **rest: Any) -> dict[str, Any]:
    log = json.loads(FORMATS["sarif"](Report(findings, **rest), Style()))
    assert log["version"] == "2.1.0"
    [only] = log["runs"]
    assert isinstance(only, dict)
    return only


def result(one: Finding) -> dict[str, Any]:
    [only] = run(one)["results"]
    assert isinstance(only, dict)
    return only


def rule(info: RuleInfo) -> dict[str, Any]:
    [only] = run(rules=(info,))["tool"]["driver"]["rules"]
    assert isinstance(only, dict)
    return only


def test_the_run() -> None:
    only = run(SAMPLE, rules=(RULE, OPEN))
    driver = only["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("raypolicy", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["open-dashboard", "worker-python-mismatch"]
    assert only["automationDetails"] == {"id": "raypolicy/"}
    assert only["columnKind"] == "unicodeCodePoints"
    assert "uri" not in only["originalUriBaseIds"]["%SRCROOT%"]
    assert only["invocations"] == [{"executionSuccessful": True}]
    assert only["results"][0]["ruleIndex"] == 1


def test_the_homepage_is_named_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "informationUri" not in run()["tool"]["driver"]
    monkeypatch.setattr(sarif, "HOMEPAGE", "https://example.com/")
    driver = run(rules=(OPEN,))["tool"]["driver"]
    assert driver["informationUri"] == driver["rules"][0]["helpUri"] == "https://example.com/"


def test_nothing_found_is_an_empty_list() -> None:
    assert run()["results"] == []


def test_a_rule() -> None:
    assert rule(RULE) == {
        "id": "worker-python-mismatch",
        "name": "WorkerPythonMismatch",
        "shortDescription": {"text": "A worker group runs another Python than the head."},
        "fullDescription": {
            "text": "Ray compares versions when a worker joins."
            " It refuses the worker when they differ."
        },
        "help": {
            "text": "A worker group runs another Python than the head.\n\n"
            "Ray compares versions when a worker joins.\n\n"
            "It refuses the worker when they differ.\n\n"
            "How to fix it: Use one image for the head\nand all worker groups.\n\n"
            "Refused by: operator.\n\n"
            "See: https://docs.ray.io/en/latest/",
            "markdown": "A worker group runs another Python than the head.\n\n"
            "Ray compares versions when a worker joins.\n\n"
            "It refuses the worker when they differ.\n\n"
            "How to fix it: Use one image for the head\nand all worker groups.\n\n"
            "Refused by: operator.\n\n"
            "See: <https://docs.ray.io/en/latest/>",
        },
        "helpUri": "https://docs.ray.io/en/latest/",
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["kubernetes", "ray", "versions"],
            "precision": "high",
            "problem.severity": "error",
        },
    }


def test_a_rule_without_prose_still_has_every_text() -> None:
    bare = rule(RuleInfo("x", "", "", Severity.NOTE, ""))
    assert bare["shortDescription"] == bare["fullDescription"] == {"text": "x."}
    assert bare["help"]["text"]
    assert bare["properties"]["problem.severity"] == "recommendation"


def test_a_result() -> None:
    artifact = {"uri": "clusters/dev/ray.yaml", "uriBaseId": "%SRCROOT%"}
    assert result(SAMPLE) == {
        "ruleId": "worker-python-mismatch",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "small runs Python 3.9, its head 3.10. See [Python 3.10](1)."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": 4, "startColumn": 12, "endLine": 4, "endColumn": 37},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": "RayCluster ml/dev", "kind": "resource"}
                ],
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": {"startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 36},
                },
                "message": {"text": "Python 3.10"},
            }
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": line_hashes(RAY)[3],
            "raypolicyFingerprint/v1": result(SAMPLE)["partialFingerprints"][
                "raypolicyFingerprint/v1"
            ],
        },
        "fixes": [
            {
                "description": {"text": "use the head's image."},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [
                            {
                                "deletedRegion": {
                                    "startLine": 4,
                                    "startColumn": 33,
                                    "endLine": 4,
                                    "endColumn": 37,
                                },
                                "insertedContent": {"text": "py310"},
                            }
                        ],
                    }
                ],
                "properties": {"safe": True},
            }
        ],
    }


def test_suppressed_findings_are_left_out() -> None:
    assert run(suppressed=(Suppressed(SAMPLE, "known"),))["results"] == []


HIDDEN = (
    Suppressed(finding(RAY, "head"), "known \x1b", "comment"),
    Suppressed(finding(RAY, "workers"), "", "annotation"),
    Suppressed(finding(RAY, "py310"), "old", "baseline"),
    Suppressed(finding(RAY, "2.9.0"), "", "base"),
)


def test_suppressed_findings_are_there_and_marked_where_asked_for() -> None:
    report = Report((SAMPLE,), suppressed=HIDDEN)
    log = json.loads(FORMATS["sarif"](report, Style(suppressed=True)))
    assert [one["suppressions"] for one in log["runs"][0]["results"]] == [
        [],
        [{"kind": "inSource", "status": "accepted", "justification": r"known \x1b"}],
        [{"kind": "inSource", "status": "accepted"}],
        [{"kind": "external", "status": "accepted", "justification": "old"}],
    ]


def test_suppressed_findings_take_what_room_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 2)
    report = Report((SAMPLE,), suppressed=HIDDEN)
    said: list[str] = []
    log = json.loads(FORMATS["sarif"](report, Style(suppressed=True, warn=said.append)))
    assert [len(one["suppressions"]) for one in log["runs"][0]["results"]] == [0, 1]
    assert said[0].startswith("sarif: 2 of 4 findings are not in this log")


def test_what_was_not_read_is_told() -> None:
    unread = (("a", "Helm template"), ("b", "not YAML"), ("c", "Helm template"))
    [invocation] = run(coverage=Coverage(not_read=unread))["invocations"]
    assert [note["message"]["text"] for note in invocation["toolExecutionNotifications"]] == [
        "Not read: 2 files (Helm template).",
        "Not read: 1 file (not YAML).",
    ]


# GitHub's limits


@pytest.mark.parametrize("length", [0, 1, 5_000])
def test_texts_are_not_empty_and_not_too_long(length: int) -> None:
    text = "w" * length
    long = RULE._replace(id="r" + text, summary=text, why=text, help=text, topic=text)
    only = rule(long)
    assert 0 < len(only["name"]) <= 255
    assert 0 < len(only["shortDescription"]["text"]) <= 1024
    assert 0 < len(only["fullDescription"]["text"]) <= 1024
    assert only["help"]["text"]
    message = result(finding(RAY, "head", text, rule=long))["message"]["text"]
    assert 1 < len(message) <= 6_000


@pytest.mark.parametrize(
    ("number", "expected"),
    [(7.5, "7.5"), (10, "10.0"), (0.1, "0.1"), (0.0, None), (11.0, None), (None, None)],
)
def test_security_severity(number: float | None, expected: str | None) -> None:
    properties = rule(OPEN._replace(security=number))["properties"]
    assert properties.get("security-severity") == expected
    assert ("security" in properties["tags"]) == (OPEN.topic == "security" or bool(expected))
    assert len(properties["tags"]) == len(set(properties["tags"])) <= 10


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_worst_findings_are_kept_in_order_and_the_loss_is_told(
    monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", limit)
    source = SourceFile("f", "abcd")
    severities = (Severity.NOTE, Severity.WARNING, Severity.NOTE, Severity.ERROR)
    only = run(
        *(
            finding(source, letter, severity=severity)
            for letter, severity in zip("abcd", severities, strict=True)
        )
    )
    assert [one["level"] for one in only["results"]] == {
        1: ["error"],
        2: ["warning", "error"],
        3: ["note", "warning", "error"],
    }[limit]
    [note] = only["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "error"
    assert note["message"]["text"].startswith(f"{4 - limit} of 4 findings are not in this log")


def test_too_many_rules_keep_those_with_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RULES", 1)
    only = run(SAMPLE, rules=(OPEN, RULE))
    assert [rule["id"] for rule in only["tool"]["driver"]["rules"]] == [SAMPLE.rule.id]


def test_too_many_related_places() -> None:
    many = result(finding(RAY, "head", related=(Related(at(RAY, "workers"), "x"),) * 2_000))
    assert len(many["relatedLocations"]) == 100
    assert len(many["locations"]) == 1
    linked = {int(number) for number in re.findall(r"\]\((\d+)\)", many["message"]["text"])}
    assert linked == {place["id"] for place in many["relatedLocations"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RAY.text, (1, 1, 1, 6)),
        ("\n  image: rayproject/ray:2.9.0-py310\nworkers", (1, 6, 1, 7)),
        ("rayproject", (2, 10, 2, 20)),
        ("", (1, 1, 1, 2)),
    ],
    ids=["whole file", "from a line's end", "word", "empty"],
)
def test_regions_have_one_line_and_four_coordinates(
    text: str, expected: tuple[int, int, int, int]
) -> None:
    region = result(finding(RAY, text))["locations"][0]["physicalLocation"]["region"]
    names = ("startLine", "startColumn", "endLine", "endColumn")
    assert region == dict(zip(names, expected, strict=True))


def test_columns_count_code_points() -> None:
    one = result(finding(SourceFile("f", "a: 😀日 b"), "b"))
    assert one["locations"][0]["physicalLocation"]["region"]["startColumn"] == 7


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a/b.yaml", "a/b.yaml"),
        ("./a/../b.yaml", "b.yaml"),
        ("/abs/b.yaml", "abs/b.yaml"),
        ("../../up/b.yaml", "up/b.yaml"),
        ("a b/ü#%?[].yaml", "a%20b/%C3%BC%23%25%3F%5B%5D.yaml"),
        ("c:d.yaml", "c%3Ad.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
        ("bytes\udcff.yaml", "bytes%FF.yaml"),
        ("lone\ud800.yaml", "lone%3F.yaml"),
        ("..", "."),
        ("/", "."),
    ],
)
def test_uris_are_relative_and_encoded(name: str, uri: str) -> None:
    one = result(finding(SourceFile(name, "a"), "a"))
    artifact = one["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": uri, "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("wrong", "wrong."),
        ("is it?", "is it?"),
        ("see [here](https://evil.example)", r"see \[here\](https://evil.example)."),
        ("back\\slash", "back\\\\slash."),
        ("esc \x1b[2J", r"esc \\x1b\[2J."),
        ("two\nlines", r"two\\nlines."),
        ("", "worker-python-mismatch."),
    ],
)
def test_messages_are_sentences_without_links_of_their_own(message: str, text: str) -> None:
    assert result(finding(RAY, "head", message))["message"]["text"] == text


def test_labels_cannot_forge_links() -> None:
    one = result(finding(RAY, "head", related=(Related(at(RAY, "workers"), "a](b)[c"),)))
    assert one["message"]["text"].endswith(r"See [a\](b)\[c](1).")


def test_a_fix_that_json_readers_would_spoil_is_left_out() -> None:
    edit = Edit(at(RAY, "head"), "\ud800")
    assert "fixes" not in result(finding(RAY, "head", fix=Fix("x", True, (edit,))))


# GitHub's rolling hash: the examples that its upload action publishes with its own code

LOREM = "Lorem ipsum dolor sit amet.\n"
GREETINGS = (
    "e9496ae3ebfced30:1 fb7c023a8b9ccb3f:1 ce8ba1a563dcdaca:1 e20e36e16fcb0cc8:1"
    " b3edc88f2938467e:1 c8e28b0b4002a3a0:1 c129715d7a2bc9a3:1"
)


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", "c129715d7a2bc9a3:1"),
        (
            " a\nb\n  \t\tc\n d",
            "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1",
        ),
        (
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            (
                "8b7cf3e952e7aeb2:1 b1ae1287ec4718d9:1 bff680108adb0fcc:1 c6805c5e1288b612:1"
                " b86d3392aea1be30:1 e6ceba753e1a442:1"
            ),
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
        (
            LOREM * 10,
            (
                "a7f2ff13bc495cf2:1 a7f2ff13bc495cf2:2 a7f2ff13bc495cf2:3 a7f2ff13bc495cf2:4"
                " a7f2ff13bc495cf2:5 a7f2ff13bc495cf2:6 a7f2ff1481e87703:1 a9cf91f7bbf1862b:1"
                " 55ec222b86bcae53:1 cc97dc7b1d7d8f7b:1 c129715d7a2bc9a3:1"
            ),
        ),
        (
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            (
                "e54938cc54b302f1:1 bb609acbe9138d60:1 1131fd5871777f34:1 5c482a0f8b35ea28:1"
                " 54517377da7028d2:1 2c644846cb18d53e:1 f1b89f20de0d133:1 c129715d7a2bc9a3:1"
            ),
        ),
    ],
)
def test_line_hashes(text: str, hashes: str) -> None:
    assert line_hashes(SourceFile("f", text)) == hashes.split()


def test_a_byte_order_mark_counts_in_the_first_line_only() -> None:
    plain = line_hashes(SourceFile("f", "a: 1\nb: 2\n"))
    marked = line_hashes(SourceFile("f", "a: 1\nb: 2\n", encoding="utf-8-sig"))
    assert marked[0] != plain[0]
    assert marked[1:] == plain[1:]


@pytest.mark.parametrize(
    "source", [SourceFile("f", "a", encoding="utf-16"), SourceFile("f", "\udcff")]
)
def test_no_line_hash_where_github_reads_other_text(source: SourceFile) -> None:
    assert line_hashes(source) == []
    one = finding(source, source.text)
    assert list(result(one)["partialFingerprints"]) == ["raypolicyFingerprint/v1"]


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema comes with `make test-integration`")
def test_the_log_follows_the_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text("utf-8-sig"))
    unread = Coverage(not_read=(("a", "Helm template"),))
    for report in (Report(), Report((SAMPLE,), rules=(RULE, OPEN), coverage=unread)):
        jsonschema.validate(json.loads(FORMATS["sarif"](report, Style())), schema)
