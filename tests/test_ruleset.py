"""Bundles that are judged together: each gets what is found in it, and nothing else."""

from __future__ import annotations

import pytest

from raypolicy import ruleset
from raypolicy.bundle import make_bundle
from raypolicy.catalogue import shipped
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.rule import Rule
from raypolicy.ruleset import Outcome, RuleSet
from raypolicy.source import SourceFile

PLANS = shipped(prose=True)
FAILING = [
    (example["fail"], example.get("target"))
    for plan in PLANS[::7]
    for example in plan["examples"]
    if "fail" in example
]
RULES = RuleSet([Rule(plan, {}) for plan in PLANS])


def models() -> list[Model]:
    """Each failing example as a bundle, some of them for other releases of KubeRay."""
    return [
        Model(
            make_bundle(str(number), [SourceFile(f"{number}.yaml", text)]),
            Aim(kuberay(target), "2026-01-01"),
        )
        for number, (text, target) in enumerate(FAILING)
    ]


def told(outcome: Outcome) -> tuple[list[object], list[str], list[str]]:
    return (
        sorted(finding.order for finding in outcome.findings),
        sorted(repr(node) for node in outcome.unknown),
        sorted(rule.info.id for rule in outcome.cut_short),
    )


def test_together_they_are_what_they_are_alone() -> None:
    together = RULES.run_together(models())
    alone = [RULES.run(model) for model in models()]
    assert [*map(told, together)] == [*map(told, alone)]
    assert sum(len(each.findings) for each in together) > len(FAILING)
    assert any(each.unknown for each in together)


def test_each_has_places_of_its_own_to_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruleset, "MAX_SCOPES", 3)
    together = RULES.run_together(models())
    alone = [RULES.run(model) for model in models()]
    assert [*map(told, together)] == [*map(told, alone)]
    assert any(each.cut_short for each in together)
    assert not all(each.cut_short for each in together)


def test_none_have_none() -> None:
    assert RULES.run_together([]) == []
