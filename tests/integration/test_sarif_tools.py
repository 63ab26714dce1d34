"""sarif-tools reads our SARIF and comes to our numbers. Not here: Microsoft's (`test_sarif_multitool`)."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from reported import HOSTILE, SAMPLE, UNREAD, hostile, many

from raypolicy.findings import Report, Severity
from raypolicy.formats import FORMATS, Style

pytestmark = pytest.mark.integration

SARIF = Path(sys.executable).parent / "sarif"
REPORTS = {
    "nothing": Report(coverage=UNREAD),
    "a finding": Report((SAMPLE,), coverage=UNREAD),
    "many": many(5, 6, 7),
    "no error": many(5, 6, 0),
    "hostile": Report(tuple(map(hostile, HOSTILE))),
}


def tool(log: Path, *arguments: str) -> tuple[int, str]:
    """Its exit status and what it says of a log."""
    done = subprocess.run(
        [SARIF, *arguments, log], capture_output=True, text=True, check=False, cwd=log.parent
    )
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, done.stdout


@pytest.fixture(scope="module", params=REPORTS)
def given(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Path]:  # fmt: skip
    path = tmp_path_factory.mktemp("log") / "raypolicy.sarif"
    report = REPORTS[request.param]
    path.write_text(FORMATS["sarif"](report, Style()))
    return report, path


def test_it_lists_the_log(given: tuple[Report, Path]) -> None:
    report, path = given
    done = subprocess.run([SARIF, "ls", path.parent], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1].endswith("raypolicy.sarif")


def test_the_summary_has_our_counts(given: tuple[Report, Path]) -> None:
    report, path = given
    _, said = tool(path, "summary")
    for severity in Severity:
        assert f"\n{severity}: {report.number_of(severity)}" in said


def test_the_table_has_our_findings(given: tuple[Report, Path]) -> None:
    report, path = given
    tool(path, "csv", "-o", "out.csv")
    rows = list(csv.DictReader((path.parent / "out.csv").open(encoding="utf-8", newline="")))
    theirs = Counter((row["Severity"], row["Code"], row["Line"]) for row in rows)
    ours = ((str(f.severity), f.rule.id, str(f.span.first.line)) for f in report.findings)
    assert theirs == Counter(ours)


def test_code_quality_of_our_log_is_our_code_quality(given: tuple[Report, Path]) -> None:
    report, path = given
    tool(path, "codeclimate", "-o", "out.json")
    theirs = json.loads((path.parent / "out.json").read_text())
    ours = json.loads(FORMATS["gitlab"](report, Style()))

    def key(issue: dict[str, dict[str, dict[str, int]]]) -> tuple[object, ...]:
        place = issue["location"]
        return issue["severity"], place["lines"]["begin"], issue["type"]

    assert Counter(map(key, theirs)) == Counter(map(key, ours))
    assert len({issue["fingerprint"] for issue in ours}) == len(ours)


@pytest.mark.parametrize("level", ["error", "warning", "note"])
def test_its_verdict_is_ours(given: tuple[Report, Path], level: str) -> None:
    report, path = given
    worst = report.worst()
    fails = worst is not None and worst >= Severity[level.upper()]
    assert tool(path, "--check", level, "summary")[0] == int(fails)
