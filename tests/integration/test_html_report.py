"""The HTML report in a browser, and as judges of HTML and accessibility see it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pagesamples import hostile, many, real

from raypolicy.findings import Coverage, Report
from raypolicy.formats import FORMATS, Style
from raypolicy.formats.htmlplaces import directory_of

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent
VNU = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
CLEAN = Report(coverage=Coverage(3, 2, 1, 4), rules=real().rules)
SAMPLES: dict[str, Callable[[], Report]] = {
    "real": real,
    "hostile": hostile,
    "clean": lambda: CLEAN,
    "nothing": Report,
}
MANY = 5_000


def written(folder: Path, report: Report) -> Path:
    path = folder / "audit.html"
    path.write_text(FORMATS["html"](report, Style()), "utf-8")
    return path


def browsed(task: str, path: Path) -> Any:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is not installed"
    command = ["node", "page.mjs", task, str(path), chromium]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", SAMPLES)
def test_it_asks_for_nothing_complains_of_nothing_runs_nothing(name: str, tmp_path: Path) -> None:
    assert browsed("quiet", written(tmp_path, SAMPLES[name]())) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_axe_finds_no_barrier(name: str, tmp_path: Path) -> None:
    assert browsed("axe", written(tmp_path, SAMPLES[name]())) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_the_w3c_checker_finds_no_error(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, SAMPLES[name]())
    if not shutil.which("java"):
        from lxml import html

        parser = html.HTMLParser(recover=False)
        html.document_fromstring(path.read_bytes(), parser=parser)
        return
    command = ["java", "-jar", str(VNU), "--errors-only", "--format", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert json.loads(done.stderr)["messages"] == []


def test_filters(tmp_path: Path) -> None:
    report = real()
    all_of_them = len(report.findings)
    found = browsed("filter", written(tmp_path, report))
    errors = [each for each in report.findings if str(each.severity) == "error"]

    def agrees(step: str, number: int, fragment: str) -> None:
        assert found[step]["seen"] == number, step
        words = f"All {all_of_them}" if number == all_of_them else f"{number or 'None'} of "
        assert found[step]["said"].startswith(words), step
        assert fragment in found[step]["hash"], step

    agrees("start", all_of_them, "")
    agrees("errors", len(errors), "#severity=error")
    topic = found["topic"]["value"]
    in_topic = [each for each in errors if topic in (each.rule.topic, each.rule.id)]
    agrees("topic", len(in_topic), f"#severity=error&rule={topic}")
    agrees("searched", 0, "text=no+such+words+anywhere")
    agrees("cleared", all_of_them, "#all")
    bearer = found["resource"]["value"]
    its = [each for each in report.findings if each.resource == bearer]
    agrees("resource", len(its), "#resource=")
    agrees("grouped", len(its), "&group=file")
    assert found["grouped"]["files"] == sorted({each.span.source.name for each in its})
    assert found["shared"] == {k: v for k, v in found["grouped"].items() if k != "files"}
    agrees("bar", found["bar"]["count"], "#rule=")
    assert found["bar"]["focus"] == "findings"
    agrees("back", all_of_them, "#all")
    agrees("nonsense", len(errors), "")
    assert found["words"]["seen"] >= 1
    agrees("linked", all_of_them, "#f-")
    assert found["linked"]["inView"]
    assert found["directories"] == {
        name: sum(f"{directory_of(each)}/".startswith(f"{name}/") for each in report.findings)
        for name in found["directories"]
    }
    assert len(found["directories"]) > 5
    assert found["heard"] == []


def test_keys_are_enough(tmp_path: Path) -> None:
    number = len(real().findings)
    found = browsed("keys", written(tmp_path, real()))
    assert (found["first"], found["visible"]) == ("Skip to the findings", "solid")
    assert found["second"] == "text"
    assert 0 < found["searched"]["seen"] < number
    assert 0 <= found["unticked"]["seen"] < found["searched"]["seen"]
    assert "severity=" in found["unticked"]["hash"]
    assert found["reset"]["seen"] == number
    assert found["folded"] is False
    assert found["about"] == "abouttrue"


@pytest.mark.parametrize("name", ["real", "hostile"])
def test_dark_narrow_and_on_paper(name: str, tmp_path: Path) -> None:
    report = SAMPLES[name]()
    found = browsed("look", written(tmp_path, report))
    assert found["light"] != found["dark"]
    assert {int(width): inner for width, inner in found["wide"].items()} == {
        width: width for width in (320, 390, 800, 1280, 2560)
    }
    assert found["print"] == {"seen": len(report.findings), "form": False}


def test_without_a_script_everything_is_shown(tmp_path: Path) -> None:
    found = browsed("plain", written(tmp_path, real()))
    assert found == {"form": False, "heard": [], "findings": len(real().findings)}


def test_thousands_of_findings_stay_usable(tmp_path: Path) -> None:
    path = written(tmp_path, many(MANY))
    assert path.stat().st_size < 2_500 * MANY
    found = browsed("speed", path)
    assert found["heard"] == []
    assert found["left"] == MANY
    assert found["ready"] < 30_000
    assert found["filtered"] < 15_000
    assert found["grouped"] < 30_000
