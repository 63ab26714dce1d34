"""Bundles that are judged together: each gets what is found in it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from raypolicy import audit, check, ruleset
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


# Waiting for others

HIDING = """\
apiVersion: ray.io/v1alpha1
kind: RayCluster
metadata:
  name: dev
  annotations:
    raypolicy.io/ignore: "deprecated-api-version: the operator is old"
spec:
  rayVersion: "2.9.0"
"""


def folders(root: Path, count: int, beside: str = "") -> list[Path]:
    found = []
    for number in range(count):
        folder = root / f"{number:03}"
        folder.mkdir()
        text = FAILING[number % len(FAILING)][0] if number % 3 else HIDING
        (folder / "ray.yaml").write_text(text)
        (folder / "plain.yaml").write_text(f"kind: ConfigMap\ndata: {{a: '{beside}'}}\n")
        found.append(folder)
    return found


def test_many_folders_at_once_are_what_each_is(tmp_path: Path) -> None:
    """More than may wait, and some that still wait when all have been read."""
    apart = [check(str(folder)) for folder in folders(tmp_path, 100)]
    whole = check(str(tmp_path))
    for part in ("findings", "suppressed", "unknown"):
        assert sorted(map(repr, getattr(whole, part))) == sorted(
            repr(each) for report in apart for each in getattr(report, part)
        )
    assert whole.coverage.bundles == sum(report.coverage.bundles for report in apart)
    assert sum(len(report.suppressed) for report in apart) > 20


@pytest.mark.parametrize(("beside", "most"), [("", range(30, 65)), ("x" * 2**20, range(1, 3))])
def test_few_wait_and_none_that_are_large(
    beside: str, most: range, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together: list[int] = []
    run = audit.RuleSet.run_together

    def counted(rules: RuleSet, models: list[Model], only: str = "") -> list[Outcome]:
        together.append(len(models))
        return run(rules, models, only)

    monkeypatch.setattr(audit.RuleSet, "run_together", counted)
    folders(tmp_path, 70, beside)
    check(str(tmp_path))
    assert max(together) in most
