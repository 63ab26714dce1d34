"""Rules are asked only where a document has the keys they need: nothing may be lost by that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.catalogue import shipped
from raypolicy.expect import mapping
from raypolicy.facts.view import View, words
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.roots import ROOTS
from raypolicy.rule import Rule
from raypolicy.rulefile import prepare
from raypolicy.ruleset import RuleSet
from raypolicy.source import SourceFile
from raypolicy.tree import Node

RULE = """\
summary: s
severity: note
why: w
given: {{cluster: 'clusters[*]'{given}}}
{clauses}
message: m
examples: []
"""
NEEDS = [
    # further given, when and require, what a document must have
    ("", "when: cluster.suspend == true", [["suspend"]]),
    ("", "when: cluster.suspend exists", [["suspend"]]),
    ("", "when: cluster.suspend missing", []),
    ("", "require: cluster.suspend == false", [["suspend"]]),
    ("", "require: cluster.suspend exists", []),
    ("", "require: cluster.suspend missing", [["suspend"]]),
    ("", "when: cluster.authOptions.mode == 'token'", [["authOptions"], ["mode"]]),
    ("", "when: [cluster.suspend == true, cluster.rayVersion exists]", [["rayVersion"], ["suspend"]]),
    ("", "when: {any: [cluster.suspend == true, cluster.rayVersion exists]}", [["rayVersion", "suspend"]]),
    ("", "when: {any: [cluster.suspend == true, cluster.rayVersion missing]}", []),
    ("", "require: [cluster.suspend == true, cluster.rayVersion missing]", [["rayVersion", "suspend"]]),
    ("", "require: [cluster.suspend == true, cluster.rayVersion exists]", []),
    ("", "require: {any: [cluster.suspend == true, cluster.rayVersion exists]}", [["suspend"]]),
    ("", "when: cluster.suspend not in [true]", [["suspend"]]),
    ("", "when: cluster.ray_version == '2.9'", [["rayVersion"]]),
    ("", "when: cluster.head_service.name == 'a'", []),
    ("", "when: cluster.autoscaling == true", [["enableInTreeAutoscaling"]]),
    ("", "when: cluster.autoscaling == false", []),
    ("", "when: cluster.autoscaling != false", [["enableInTreeAutoscaling"]]),
    ("", "require: cluster.autoscaling == false", [["enableInTreeAutoscaling"]]),
    ("", "require: cluster.autoscaling == true", []),
    ("", "require: cluster.autoscaling != true", [["enableInTreeAutoscaling"]]),
    (", worker: 'cluster.workers[*]'", "when: worker.name exists", [["workerGroupSpecs"]]),
    (", rule: 'cluster.networkPolicy.head.ingressRules[*]'", "when: rule.from missing",
     [["head"], ["ingressRules"], ["networkPolicy"]]),
    (", job: 'jobs[*]'", "when: cluster.suspend == true", []),
]  # fmt: skip


@pytest.mark.parametrize(("given", "clauses", "needs"), NEEDS)
def test_what_a_rule_needs(given: str, clauses: str, needs: list[list[str]]) -> None:
    text = RULE.format(given=given, clauses=clauses)
    assert mapping(SourceFile("", text), "rule", "") is not None
    assert prepare(SourceFile("own/rule.yaml", text))["needs"] == needs


PLANS = shipped(prose=True)
FAILING = [
    (example["fail"], example.get("target"))
    for plan in PLANS
    for example in plan["examples"]
    if "fail" in example
]


def models(texts: Iterable[tuple[str, str | None]]) -> Iterator[Model]:
    for text, target in texts:
        bundle = make_bundle("", [SourceFile("a.yaml", text)])
        yield Model(bundle, Aim(kuberay(target), "2026-01-01"))


def test_nothing_is_lost() -> None:
    narrow = RuleSet([Rule(plan, {}) for plan in PLANS])
    wide = RuleSet([Rule({**plan, "needs": []}, {}) for plan in PLANS])
    for model, again in zip(models(FAILING), models(FAILING), strict=True):
        found, expected = narrow.run(model), wide.run(again)
        assert sorted(f.order for f in found.findings) == sorted(f.order for f in expected.findings)


def test_what_facts_say_of_keys_is_true() -> None:
    told: set[tuple[str, str]] = set()
    for model in models(FAILING[::2]):
        for name in ROOTS:
            for view in model.root(name):
                told |= set(_untrue(view))
    assert told == set()


def _untrue(view: View) -> Iterator[tuple[str, str]]:
    """Facts that are known although the document has none of the keys they say they need; where
    something is unknown, rules find nothing either.
    """
    keys = view.node.document.keys()
    for word in words(type(view)).values():
        value: Any = getattr(view, word.name)
        if word.keys and not word.keys & keys:
            node = value.node if isinstance(value, View) else value
            usual = isinstance(node, Node) and node.value == word.otherwise
            if value if isinstance(value, tuple) else not (node.absent or node.unknown or usual):
                yield type(view).__name__, word.name
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, View):
                yield from _untrue(each)
