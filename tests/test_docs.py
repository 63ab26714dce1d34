"""The pages are true: generated ones are fresh, examples work, links lead somewhere."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from raypolicy.catalogue import prepare_all, shipped
from raypolicy.cli import main
from raypolicy.configfile import read_config
from raypolicy.docs import pages
from raypolicy.examples import failures

ROOT = Path(__file__).parent.parent
WRITTEN = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


def test_generated_pages_are_fresh() -> None:
    stale = [path.name for path, text in pages(shipped(prose=True)).items() if path.read_text("utf-8") != text]  # fmt: skip
    assert stale == [], "`raypolicy docs` writes them"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", ["docs/api.md"])
def test_the_library_does_what_its_page_says(page: str) -> None:
    result = doctest.testfile(str(ROOT / page), module_relative=False, verbose=False)
    assert result.attempted > 10
    assert result.failed == 0, "the lines above show what differs"


def test_the_rule_that_is_shown_holds(tmp_path: Path) -> None:
    rule = next(block for block in blocks("docs/writing-rules.md", "yaml") if "given:" in block)
    file = tmp_path / "labels" / "unlabelled-pod.yaml"
    file.parent.mkdir()
    file.write_text(rule)
    assert [list(failures(plan)) for plan in prepare_all([file])] == [[]]


def test_the_configuration_that_is_shown_is_read(tmp_path: Path) -> None:
    shown = next(block for block in blocks("README.md", "yaml") if "profile:" in block)
    (tmp_path / ".raypolicy.yaml").write_text(shown)
    read = read_config(tmp_path / ".raypolicy.yaml")
    assert read["settings"] == {"many-small-pods": {"pods": 30, "cpus": 1}}
    assert read["target_kuberay"] == "1.6"


def test_options_that_are_named_exist() -> None:
    said = set(re.findall(r"`(--[a-z-]+)", (ROOT / "README.md").read_text("utf-8")))
    known = CliRunner().invoke(main, ["check", "--help"]).stdout
    assert {option for option in said if option not in known} == {"--help"} & said


def test_commands_that_are_named_exist() -> None:
    said = set(re.findall(r"raypolicy ([a-z]+)\b", " ".join(blocks("README.md", "console"))))
    assert said <= {*main.list_commands(click.Context(main))}
    targets = set(re.findall(r"^make ([a-z]+)", "\n".join(blocks("README.md", "console")), re.M))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert targets == {"demo", "test"}
    assert all(re.search(rf"^{target}:", makefile, re.M) for target in targets)
