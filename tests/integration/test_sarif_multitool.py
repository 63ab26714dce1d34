"""Microsoft's SARIF Multitool judges our SARIF. Not here: our own claims (`test_sarif`)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

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
from raypolicy.source import Edit, SourceFile, Span

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent
PACKAGE = HERE / "node_modules/@microsoft/sarif-multitool-linux"
TOOL = PACKAGE / "Sarif.Multitool"
SCHEMA = PACKAGE / "sarif-2.1.0.json"

RULE = RuleInfo(
    "worker-python-mismatch",
    "versions",
    "A worker group runs another Python than the head",
    Severity.ERROR,
    "Use one image for the head and all worker groups.",
    why="Ray compares Python versions when a worker joins.\n\nIt refuses it when they differ.",
    see=("https://docs.ray.io/en/latest/",),
)
OPEN = RuleInfo(
    "open-dashboard", "network", "Open to all", Severity.WARNING, "Close.", security=7.5
)
BARE = RuleInfo("bare-rule", "", "", Severity.NOTE, "")

# Every line of every file is flagged, so the names and texts are chosen to be awkward.
FILES = {
    "clusters/dev/ray.yaml": "head:\n  image: a/b:1-py310\nworkers:\n  - image: a/b:1-py39\n",
    "with space/ümläut #%[1].yaml": "a: 日本 😀\n\tb: 'tab'\nc: \u2028 \x85 \x0c d\n",
    "endings.yaml": "a: 1\r\nb: 2\rc: 3\n\r\n\r\rd:\n\n  e: no line end",
    "same.yaml": "- name: worker\n" * 40,
    "long.yaml": "a: " + "x y\t" * 5_000 + "\n" + "b: 😀" * 300 + "\n",
    "one-line.yaml": "{}",
    "c:d.yaml": "a: 1\n",
    "empty.yaml": "",
    "charts.tgz!/train!/templates/ray.yaml": "a: 1\n",
}


def _findings(sources: list[SourceFile]) -> list[Finding]:
    found = []
    for source in sources:
        for number in range(source.position(len(source.text)).line):
            rule = (RULE, OPEN, BARE)[number % 3]
            span = Span(source, *source.bounds(number + 1))
            first = Span(source, 0, 1)
            message = (
                f"[x](http://evil.example) {{0}} ${{RAY}} \\ \x1b[2J: {source.line(number + 1)}"
            )
            related = (Related(first, "a](b)[c"), Related(first, ""))
            fix = Fix("set [it]", number % 2 == 0, (Edit(span, "new: 1"), Edit(first, "")))
            found.append(
                Finding(rule, rule.severity, message, span, "", related, "RayCluster ml/dev", fix)
            )
    return found


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files on disk: the tool hashes them itself."""
    for needed in (TOOL, SCHEMA):
        if not needed.exists():
            pytest.fail(
                f"{needed} is missing: run `npm install` in {HERE}, or `make test-integration`"
            )
    TOOL.chmod(TOOL.stat().st_mode | 0o100)
    root = tmp_path_factory.mktemp("tree")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root


@pytest.fixture(scope="module")
def log(tree: Path) -> dict[str, Any]:
    findings = _findings([SourceFile(name, text) for name, text in FILES.items()])
    unread = Coverage(not_read=(("chart.yaml", "Helm template"),))
    report = Report(tuple(findings), coverage=unread, rules=(RULE, OPEN, BARE))
    value = json.loads(FORMATS["sarif"](report, Style()))
    assert isinstance(value, dict)
    return value


def _multitool(*arguments: str | Path) -> str:
    """Runs the tool. Its exit status says nothing: it is 0 whatever it finds."""
    done = subprocess.run(
        [TOOL, *arguments],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout + done.stderr


def _complaints(value: object, folder: Path) -> list[tuple[str, str, str]]:
    """(level, rule, message) of all that the tool's SARIF and GitHub rules say, notes left out."""
    given, verdict = folder / "given.sarif", folder / "verdict.sarif"
    given.write_text(json.dumps(value), "utf-8")
    said = _multitool(
        *("validate", given, "--rule-kind", "Sarif;GHAS", "--level", "Error;Warning"),
        *("--output", verdict, "--log", "ForceOverwrite", "--max-file-size-in-kb", "200000"),
    )
    assert verdict.exists(), said
    [run] = json.loads(verdict.read_text("utf-8-sig"))["runs"]
    notes = [
        note
        for invocation in run.get("invocations", [])
        for kind in ("toolExecutionNotifications", "toolConfigurationNotifications")
        for note in invocation.get(kind, [])
    ]
    assert "1 files scanned" in said, said
    return [
        (one.get("level", "warning"), one.get("ruleId", ""), json.dumps(one["message"]))
        for one in [*run.get("results", []), *notes]
        if one.get("level", "warning") in ("warning", "error")
    ]


def test_the_schema(log: dict[str, Any], tree: Path) -> None:
    jsonschema.validate(log, json.loads(SCHEMA.read_text("utf-8-sig")))


def test_the_validator_has_no_complaint(log: dict[str, Any], tmp_path: Path) -> None:
    complaints = _complaints(log, tmp_path)
    if not sarif.HOMEPAGE:  # SARIF2005 asks for the tool's page, and there is none yet
        complaints = [one for one in complaints if one[1] != "SARIF2005"]
    assert complaints == []


def test_the_validator_accepts_an_empty_report(tree: Path, tmp_path: Path) -> None:
    value = json.loads(FORMATS["sarif"](Report(), Style()))
    assert [one for one in _complaints(value, tmp_path) if one[0] == "error"] == []


def test_the_validator_accepts_suppressed_findings(tree: Path, tmp_path: Path) -> None:
    standing, *others = _findings([SourceFile("same.yaml", FILES["same.yaml"])])[:4]
    means = ("comment", "annotation", "baseline")
    hidden = (Suppressed(each, "known", by) for each, by in zip(others, means, strict=True))
    report = Report((standing,), suppressed=tuple(hidden))
    value = json.loads(FORMATS["sarif"](report, Style(suppressed=True)))
    assert len(value["runs"][0]["results"]) == 4
    jsonschema.validate(value, json.loads(SCHEMA.read_text("utf-8-sig")))
    assert [one for one in _complaints(value, tmp_path) if one[0] == "error"] == []


def test_findings_are_known_again_when_lines_moved(tree: Path, tmp_path: Path) -> None:
    text = FILES["clusters/dev/ray.yaml"]
    logs = []
    for number, added in enumerate(("", "# new\n\n")):
        source = SourceFile("clusters/dev/ray.yaml", added + text)
        findings = [each for each in _findings([source]) if each.span.start >= len(added)]
        spans = (each._replace(related=(), rule=RULE, message="m") for each in findings)
        path = tmp_path / f"{number}.sarif"
        path.write_text(FORMATS["sarif"](Report(tuple(spans)), Style()), "utf-8")
        logs.append(path)
    before, after = logs
    matched = tmp_path / "matched.sarif"
    said = _multitool(
        *("match-results-forward", after, "--previous", before, "--output-file-path", matched)
    )
    assert matched.exists(), said
    [run] = json.loads(matched.read_text("utf-8-sig"))["runs"]
    states = {one["baselineState"] for one in run["results"]}
    assert states in ({"unchanged"}, {"updated"}, {"unchanged", "updated"})


def test_the_validator_is_awake(log: dict[str, Any], tmp_path: Path) -> None:
    spoilt = json.loads(json.dumps(log))
    place = spoilt["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    place["artifactLocation"]["uri"] = "/with space"
    place["region"]["endLine"] = 0
    assert any(level == "error" for level, _, _ in _complaints(spoilt, tmp_path))


def test_line_hashes_are_those_that_the_tool_computes(
    log: dict[str, Any], tree: Path, tmp_path: Path
) -> None:
    key = "primaryLocationLineHash"
    bare = json.loads(json.dumps(log))
    [run] = bare["runs"]
    run["originalUriBaseIds"]["%SRCROOT%"]["uri"] = tree.as_uri() + "/"
    ours = [one["partialFingerprints"].pop(key) for one in run["results"]]
    given, hashed = tmp_path / "bare.sarif", tmp_path / "hashed.sarif"
    given.write_text(json.dumps(bare), "utf-8")
    said = _multitool(
        *("rewrite", given, "--output", hashed, "--log", "ForceOverwrite"),
        *("--insert", "RollingHashPartialFingerprints"),
    )
    assert hashed.exists(), said
    [run] = json.loads(hashed.read_text("utf-8-sig"))["runs"]
    theirs = [one["partialFingerprints"].get(key) for one in run["results"]]
    places = [
        (physical["artifactLocation"]["uri"], physical["region"]["startLine"])
        for one in run["results"]
        for physical in [one["locations"][0]["physicalLocation"]]
    ]
    assert dict(zip(places, ours, strict=True)) == dict(zip(places, theirs, strict=True))
