"""The page on the configuration guide: every section has rules, and every rule is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from raypolicy.catalogue import shipped

ROOT = Path(__file__).parent.parent
GUIDE = "docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html"
# The headings of the guide, in its order.
SECTIONS = [
    "Introduction: the API version",
    "Ray version",
    "Head and worker groups",
    "Pod template: containers",
    "Pod template: resources",
    "Node selectors and tolerations",
    "Image",
    "metadata.name and metadata.generateName",
    "Ray start parameters",
    "dashboard-host",
    "num-cpus",
    "num-gpus",
    "memory",
    "resources",
    "Head Service",
    "ServiceType and Ingresses",
    "Non-default ports",
    "Lifecycle: preStop hook",
]
RULES = {plan["id"]: plan for plan in shipped(prose=True)}


def rows() -> dict[str, list[str]]:
    """The sections in the page's table and the rules of each."""
    text = (ROOT / "docs" / "guide.md").read_text("utf-8")
    cells = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")][2:]
    return {row[0].strip(): re.split(r",\s*", row[1].strip()) for row in cells}


def test_every_section_is_there() -> None:
    assert list(rows()) == SECTIONS


@pytest.mark.parametrize("section", SECTIONS)
def test_its_rules_exist(section: str) -> None:
    rules = rows()[section]
    assert rules != [""]
    assert [rule for rule in rules if rule not in RULES] == []


def test_every_rule_that_names_the_guide_is_there() -> None:
    named = {rule for rules in rows().values() for rule in rules}
    citing = {name for name, plan in RULES.items() if any(GUIDE in url for url in plan["see"])}
    assert citing - named == set()


@pytest.mark.parametrize("rule", ["missing-dashboard-host", "missing-ray-stop-hook"])
def test_old_advice_is_for_old_releases(rule: str) -> None:
    assert RULES[rule]["releases"]["op"] == "<"
