"""The commands about rules: explain, rules, test. Not here: what rules find (`test_rules`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import NAMING_RULE

from raypolicy import catalogue
from raypolicy.catalogue import shipped
from raypolicy.cli import main

EXAMPLES = """\
examples:
  - fail: |
      apiVersion: ray.io/v1
      kind: RayCluster
      metadata: {name: dev}   # <-
      spec: {rayVersion: 2.9.0}
    fixed: |
      apiVersion: ray.io/v1
      kind: RayCluster
      metadata: {name: dev}
      spec: {rayVersion: 2.10.0}
  - pass: |
      apiVersion: v1
      kind: Service
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a rule of its own, `policies/own/named-cluster.yaml`."""
    rule = tmp_path / "policies/own/named-cluster.yaml"
    rule.parent.mkdir(parents=True)
    rule.write_text(NAMING_RULE.replace("examples: []\n", EXAMPLES))
    (tmp_path / ".raypolicy.yaml").write_text("rules: [policies]\n")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    return tmp_path


def test_an_explanation_says_why_and_what_to_do_with_examples_and_sources() -> None:
    told = run("explain", "worker-python-mismatch").stdout
    plan = next(p for p in shipped(prose=True) if p["id"] == "worker-python-mismatch")
    for part in (plan["summary"], plan["why"], plan["help"], *plan["see"]):
        assert part.strip() in told
    assert "Found, at the marked lines:" in told
    assert "Not found:" in told


def test_a_slip_is_answered_with_the_name_that_was_meant() -> None:
    result = run("explain", "moving-tags")
    assert result.exit_code == 2
    assert result.stderr == "no rule 'moving-tags'; did you mean 'moving-tag'?\n"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("xyzzy", "no rule 'xyzzy'; `raypolicy rules` lists them\n"),
        ("scaling-of-nothing-known", "no rule 'scaling-of-nothing-known'; `raypolicy rules` lists them\n"),
        ("documents", "'documents' is a topic; its rules are duplicate-key, unreadable-document\n"),
    ],
    ids=["no name near", "a long one", "a topic"],
)  # fmt: skip
@pytest.mark.parametrize("command", ["explain", "test"])
def test_a_name_of_no_rule_is_answered_shortly(command: str, name: str, words: str) -> None:
    result = run(command, name)
    assert (result.exit_code, result.stderr) == (2, words)


def test_the_catalogue_for_programs_has_every_rule_and_the_documented_keys() -> None:
    listed = json.loads(run("rules", "--format", "json").stdout)
    assert listed["version"] == 1
    assert [rule["id"] for rule in listed["rules"]] == sorted(plan["id"] for plan in shipped())
    keys = "id topic summary severity profile help fixable refused_by security see".split()
    assert all(list(rule) == keys for rule in listed["rules"])


def test_the_catalogue_for_people_is_by_topic() -> None:
    lines = run("rules").stdout.splitlines()
    topics = [line for line in lines if line and not line.startswith(" ")]
    assert topics == sorted({plan["topic"] for plan in shipped()})


@pytest.mark.parametrize("command", [("explain", "named-cluster"), ("rules",)])
def test_rules_of_the_configuration_are_known(command: tuple[str, ...], here: Path) -> None:
    result = run(*command)
    assert result.exit_code == 0
    assert "named-cluster" in result.stdout


def test_examples_are_run_of_the_catalogue_and_of_the_configuration(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a few rules of the catalogue: `test_rules` runs them all."""
    few = shipped(prose=True)[:3]
    monkeypatch.setattr(catalogue, "shipped", lambda **_: few)
    examples = sum(len(plan["examples"]) for plan in few) + 2
    result = run("test")
    assert (result.exit_code, result.stderr) == (0, f"4 rules, {examples} examples: 0 failed\n")


def test_examples_of_a_file_are_run_and_what_fails_is_told_at_its_line(here: Path) -> None:
    rule = here / "policies/own/named-cluster.yaml"
    assert run("test", str(rule)).exit_code == 0
    rule.write_text(rule.read_text().replace("   # <-", ""))
    result = run("test", str(rule))
    assert result.exit_code == 1
    assert f"{rule}:10: fails, but no line ends in '# <-' [named-cluster]" in result.stdout
