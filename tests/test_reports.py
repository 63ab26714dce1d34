"""`reports/` is what the formats print today: samples for people, snapshots for tests.

`UPDATE=1 pytest` rewrites them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from samples import Agrees

from raypolicy import __version__
from raypolicy.cli import main
from raypolicy.formats import FORMATS

ROOT = Path(__file__).parent.parent
SCENARIOS = ("quickstart", "half-broken")


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_report(scenario: str, form: str, agrees: Agrees, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "fixtures")
    command = ["check", scenario, "--no-config", "-f", form, "--color", "never", "-q"]
    text = CliRunner().invoke(main, command).stdout
    assert str(ROOT) not in text
    text = re.sub(rf'([">]){re.escape(__version__)}(["<])', r"\1VERSION\2", text)
    agrees(ROOT / "reports" / f"{scenario}.{form}", text)


def test_there_is_no_report_of_another_format_or_scenario() -> None:
    names = {f"{scenario}.{form}" for scenario in SCENARIOS for form in FORMATS}
    assert {path.name for path in (ROOT / "reports").iterdir() if path.is_file()} == names
