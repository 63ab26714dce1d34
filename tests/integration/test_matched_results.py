"""The SARIF Multitool says which results are new and which are absent, as a baseline does.

It matches two logs by their fingerprints, and takes what stands in the very same place for the same,
so every edit moves the lines as well. Not here: our own claims (`test_baseline`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from raypolicy.config import Options
from raypolicy.findings import Report
from raypolicy.formats import FORMATS, Style
from raypolicy.run import check, write_baseline

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent
TOOL = HERE / "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
FIXTURE = HERE.parent.parent / "fixtures/quickstart"

EDITS = [
    ("nothing", "", ""),
    ("another value", "replicas: 20", "replicas: 30"),
    ("mended", "replicas: 20", "replicas: 2"),
    ("another image", "2.9.0-py39", "2.9.0-py38"),
]


def log(report: Report, file: str) -> None:
    Path(file).write_text(FORMATS["sarif"](report, Style()))


def matched(state: str) -> list[tuple[str, str]]:
    results = json.loads(Path("matched.sarif").read_text())["runs"][0]["results"]
    return sorted(
        (each["ruleId"], each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for each in results
        if each["baselineState"] == state
    )


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS])
def test_new_and_gone_as_microsoft_has_it(
    old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(FIXTURE, tmp_path / "p")
    monkeypatch.chdir(tmp_path)
    options = Options(prose=True)
    log(check(["p"], options), "old.sarif")
    write_baseline("known.json", ["p"], options)
    for path in Path("p").rglob("*.yaml"):
        path.write_text("# one\n# two\n\n" + path.read_text().replace(old, new))
    log(check(["p"], options), "new.sarif")
    command = [TOOL, "match-results-forward", "new.sarif", "--previous", "old.sarif"]
    subprocess.run([*command, "-o", "matched.sarif"], check=True, capture_output=True)
    found = check(["p"], options._replace(baseline="known.json"))
    brought = sorted((each.rule.id, each.span.source.name) for each in found.findings)
    assert brought == matched("new")
    assert sorted((each.rule, each.path) for each in found.gone) == matched("absent")
    assert bool(matched("absent")) == bool(old)
