"""Whole bundles: what a check of `fixtures/SCENARIO` says, word for word, is in its `expected.txt`.

`UPDATE=1 pytest` rewrites them. A scenario may hold further arguments in `arguments.txt`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from samples import Agrees

from raypolicy.cli import main
from raypolicy.inputs.kustomize import builder

FIXTURES = Path(__file__).parent.parent / "fixtures"
SCENARIOS = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir() and path.name != "positions")  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario: str, agrees: Agrees, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES)
    if builder() is None and list(Path(scenario).rglob("kustomization.yaml")):
        pytest.skip("neither kustomize nor kubectl is here")
    arguments = Path(scenario, "arguments.txt")
    further = arguments.read_text("utf-8").split() if arguments.is_file() else []
    command = ["check", scenario, "--no-config", "-f", "text", "-v", "--show-unknown", *further]
    result = CliRunner().invoke(main, command)
    told = f"{result.stdout}{result.stderr}exit status {result.exit_code}\n"
    agrees(FIXTURES / scenario / "expected.txt", told)


def test_the_sound_cluster_has_no_findings_under_any_profile(monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(FIXTURES)
    command = [
        "check",
        "sound-cluster",
        "--no-config",
        "--profile",
        "pedantic",
        "--fail-on",
        "note",
    ]
    result = CliRunner().invoke(main, command)
    assert (result.stdout, result.exit_code) == ("", 0)
    assert "unknown" not in result.stderr
