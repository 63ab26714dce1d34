"""sarif-tools reads our SARIF and comes to our numbers. Not here: Microsoft's (`test_sarif_multitool`)."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from reported import HOSTILE, RULE, SAMPLE, UNREAD, hostile, many

from raypolicy.findings import Report, Severity
from raypolicy.formats import FORMATS, Style

pytestmark = pytest.mark.integration

SARIF = Path(sys.executable).parent / "sarif"
REPORTS = {
    "nothing": Report(coverage=UNREAD),
    "no error": many(5, 6, 0),
    "all sorts": Report(
        (
            SAMPLE,
            *(hostile(text)._replace(rule=RULE) for text in HOSTILE),
            *many(5, 6, 7).findings,
        )
    ),
}


def tool(log: Path, *arguments: str) -> tuple[int, str]:
    """Its exit status and what it says of a log."""
    done = subprocess.run(
        [SARIF, *arguments, log], capture_output=True, text=True, check=False, cwd=log.parent
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


@pytest.fixture(scope="module", params=REPORTS)
def given(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Path]:  # fmt: skip
    path = tmp_path_factory.mktemp("log") / "raypolicy.sarif"
    report = REPORTS[request.param]
    path.write_text(FORMATS["sarif"](report, Style()))
    return report, path


def test_it_lists_the_log(given: tuple[Report, Path]) -> None:
    _, path = given
    done = subprocess.run([SARIF, "ls", path.parent], capture_output=True, text=True, check=True)
    assert path.name in done.stdout.split()


def test_the_summary_has_our_counts(given: tuple[Report, Path]) -> None:
    report, path = given
    _, said = tool(path, "summary")
    for severity in Severity:
        assert f"\n{severity}: {report.number_of(severity)}" in said


def test_the_table_has_our_findings(given: tuple[Report, Path]) -> None:
    report, path = given
    tool(path, "csv", "-o", "out.csv")
    rows = csv.DictReader(StringIO((path.parent / "out.csv").read_text("utf-8")))
    theirs = Counter((row["Severity"], row["Code"], row["Line"]) for row in rows)
    ours = ((str(f.severity), f.rule.id, str(f.span.first.line)) for f in report.findings)
    assert theirs == Counter(ours)


def test_code_quality_of_our_log_is_our_code_quality(given: tuple[Report, Path]) -> None:
    report, path = given
    tool(path, "codeclimate", "-o", "out.json")
    theirs = json.loads((path.parent / "out.json").read_text())
    ours = json.loads(FORMATS["gitlab"](report, Style()))

    def key(issue: dict[str, Any], path: str) -> tuple[object, ...]:
        line = issue["location"]["lines"]["begin"]
        return issue["type"], issue["check_name"], issue["severity"], path, line

    def decoded(issue: dict[str, Any]) -> str:
        """Its path, which they leave as the reference that SARIF has."""
        return unquote(issue["location"]["path"]).replace("\ufffd", "?")

    assert Counter(key(issue, decoded(issue)) for issue in theirs) == Counter(
        key(issue, issue["location"]["path"]) for issue in ours
    )
    assert len({issue["fingerprint"] for issue in ours}) == len(ours)


def test_its_verdict_is_ours(given: tuple[Report, Path]) -> None:
    """Its status is the number of errors, ours is 1."""
    report, path = given
    assert tool(path, "--check", "error", "summary")[0] == report.number_of(Severity.ERROR)
