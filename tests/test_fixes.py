"""What every rule's fix does: over all examples of all rules, and over the corpus.

A fix removes its finding, brings no other, leaves all other lines as they are, and finds nothing
left to do when asked again. Not here: how fixes are applied (`test_fix`) or made (`test_edits`).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.catalogue import shipped
from raypolicy.findings import Finding
from raypolicy.fix import Fixed, apply
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.rule import Rule
from raypolicy.ruleset import RuleSet
from raypolicy.source import SourceFile, apply_edits

RULES = shipped(prose=True)
SET = RuleSet([Rule(rule, {}) for rule in RULES if rule["profile"] == "default"])
PEDANTIC = {rule["id"]: RuleSet([Rule(rule, {})]) for rule in RULES if rule["profile"] != "default"}
FIXABLE = [rule for rule in RULES if rule["fix"]]

# While a value cannot be read, or a resource is refused for it, no other rule speaks of it. Of what
# is in order then, these speak: (the rule whose fix it was, the rule that can say something now).
REVEALED = {
    ("malformed-quantity", "rounded-up-cpus"),
    ("extended-resource-without-limit", "kept-gpu-cluster"),
    ("misspelt-service-type", "exposed-head"),
    ("operator-cut-off-from-dashboard", "closed-serve-port"),
    ("misspelt-start-parameter", "missing-memory-limit"),
    ("underscored-start-parameter", "missing-memory-limit"),
    ("incremental-upgrade-without-autoscaler", "autoscaler-without-cpus"),
    ("incremental-upgrade-without-autoscaler", "autoscaler-without-groups"),
    ("quoted-boolean", "autoscaler-without-groups"),
    ("pruned-field", "early-autoscaler-v2"),
    ("discontinued-repository", "deprecated-repository"),
    ("unquoted-start-parameter", "num-gpus-without-limit"),
    ("suspended-without-shutdown", "suspended-without-queue"),
    ("ineffective-annotation-value", "fault-tolerance-without-redis"),
    ("misplaced-annotation", "fault-tolerance-without-redis"),
    ("misspelt-annotation", "fault-tolerance-without-redis"),
    ("unquoted-label", "fault-tolerance-without-redis"),
    ("misspelt-pod-selector", "undrainable-head"),
    ("misspelt-selector-key", "undrainable-head"),
    ("unmatched-selector", "undrainable-head"),
    ("clashing-host-setting", "host-processes"),
}

# Fixes that give a field or the API its right name, so that all rules look at what is in it.
OPENING = {"misspelt-field", "mistaken-field", "unknown-kind"}

# Fixes that give the resource another name, so that others speak of it by that.
NAMING = {"invalid-name", "name-refused-by-webhook", "unfit-name", "unfit-cronjob-name"}

CORPUS = os.environ.get("RAYPOLICY_CORPUS", "")
WITH_CORPUS = pytest.mark.skipif(
    not Path(CORPUS or "nowhere").is_dir(), reason="RAYPOLICY_CORPUS names no folder of manifests"
)


@lru_cache(4096)
def findings(text: str, target: str | None = None, rules: RuleSet = SET) -> list[Finding]:
    """What the rules find in one file; for a pedantic rule's sake that rule is asked as well."""
    bundle = make_bundle("", [SourceFile("example.yaml", text)])
    return rules.run(Model(bundle, Aim(kuberay(target), "2026-01-01"))).findings


def told(found: Iterable[Finding]) -> Counter[tuple[str, str, str]]:
    """Findings by rule, resource and words, wherever they stand."""
    return Counter((each.rule.id, each.resource, each.message) for each in found)


def new(
    before: Iterable[Finding], after: Iterable[Finding], by: Iterable[Finding]
) -> list[tuple[str, str, str]]:
    """What is found after fixes and was not before; words may differ where a rule says no more of a
    resource than it did."""
    old, now = list(before), list(after)
    fixed = {each.rule.id for each in by}
    if fixed & OPENING:
        return []

    def subject(rule: str, resource: str) -> tuple[str, str]:
        return rule, resource.split(" ")[0] if fixed & NAMING else resource

    count = [Counter(subject(e.rule.id, e.resource) for e in part) for part in (old, now)]
    more = count[1] - count[0]
    return [
        each
        for each in told(now) - told(old)
        if subject(*each[:2]) in more and not any((rule, each[0]) in REVEALED for rule in fixed)
    ]


def is_gone(finding: Finding, before: Iterable[Finding], after: Iterable[Finding]) -> bool:
    rule = finding.rule.id
    return sum(e.rule.id == rule for e in after) < sum(e.rule.id == rule for e in before)


def problems(text: str, target: str | None = None, rules: RuleSet = SET) -> Iterator[str]:
    """What is wrong with the fixes of what the rules find in a text."""
    before = findings(text, target, rules)
    fixable = [each for each in before if each.fix is not None and each.fix.edits]
    for each in fixable:
        assert each.fix is not None
        after = findings(apply_edits(text, each.fix.edits), target, rules)
        name = f"{each.rule.id} ({each.fix.title})"
        if not is_gone(each, before, after):
            yield f"{name}: the finding is still there"
        yield from (f"{name} brings {other}" for other in new(before, after, [each]))
    for unsafe in (False, True):
        for done in apply(before, unsafe=unsafe):
            yield from _together(text, before, done, target, rules, unsafe=unsafe)


def _together(
    text: str,
    before: list[Finding],
    done: Fixed,
    target: str | None,
    rules: RuleSet,
    *,
    unsafe: bool,
) -> Iterator[str]:
    if done.left:
        return
    after = findings(done.text, target, rules)
    yield from (f"together: {other}" for other in new(before, after, done.applied))
    opened = any(each.rule.id in OPENING for each in done.applied)
    again = [] if opened else [fixed for fixed in apply(after, unsafe=unsafe) if fixed.applied]
    yield from (f"fixed at a second turn: {each.applied[0].rule.id}" for each in again)
    if not in_order(kept_lines(text, done.applied), done.text.split("\n")):
        yield "a line has changed that no fix is about"


def kept_lines(text: str, applied: Iterable[Finding]) -> list[str]:
    """The lines of a text that no edit of these findings touches."""
    touched: set[int] = set()
    for each in applied:
        for (_, start, end), _new in each.fix.edits if each.fix else ():
            touched.update(range(text.count("\n", 0, start), text.count("\n", 0, end) + 1))
    return [line for number, line in enumerate(text.split("\n")) if number not in touched]


def in_order(some: Iterable[str], lines: Iterable[str]) -> bool:
    """Whether some lines are among others, in their order."""
    following = iter(lines)
    return all(line in following for line in some)


def examples(rule: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    for example in rule["examples"]:
        text = example.get("fail", "")
        if text and "# file: " not in text:
            yield text, example.get("target")


@pytest.mark.parametrize("rule", RULES, ids=[rule["id"] for rule in RULES])
def test_failing_examples(rule: dict[str, Any]) -> None:
    """Of every rule, fixable or not: what others find in its examples is fixed as well."""
    for text, target in examples(rule):
        assert list(problems(text, target)) == []
        if rule["id"] in PEDANTIC:
            assert list(problems(text, target, PEDANTIC[rule["id"]])) == []


@pytest.mark.parametrize("rule", FIXABLE, ids=[rule["id"] for rule in FIXABLE])
def test_some_example_is_fixed(rule: dict[str, Any]) -> None:
    rules = PEDANTIC.get(rule["id"], SET)
    fixed = [
        each.fix
        for text, target in examples(rule)
        for each in findings(text, target, rules)
        if each.rule.id == rule["id"] and each.fix is not None
    ]
    assert fixed
    assert {fix.safe for fix in fixed} == {any(step["safe"] for step in rule["fix"])}


CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev}
spec:
  headGroupSpec:
    rayStartParams: {%s}
    template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:2.52.0"}]}}
  workerGroupSpecs:
  - groupName: small
    template:
      spec:
        containers:
        - name: ray-worker
          image: rayproject/ray:2.52.0
          ports: [{name: metrics, containerPort: 9090}]
"""
POLICY = (
    """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed}
spec:
  podSelector: %s
  policyTypes: [Ingress]
---
"""
    + CLUSTER % ""
)
TOKENS = (
    (CLUSTER % "")
    .replace("2.52.0", "2.47.1")
    .replace("spec:\n", "spec:\n  rayVersion: 2.53.0\n  %s\n", 1)
)
NAMED = "---\n".join([(CLUSTER % "").replace("name: dev", "name: %s")] * 2)
SERVICE = """\
apiVersion: ray.io/v1
kind: RayService
metadata: {name: models}
spec:
  serveConfigV2: "%s"
  rayClusterConfig:
    headGroupSpec:
      template:
        spec:
          containers:
          - name: ray-head
            image: rayproject/ray:2.52.0
            ports: [{containerPort: 8265, name: dashboard}]
"""


@pytest.mark.parametrize(
    ("rule", "text", "fixed"),
    [
        ("workers-cut-off-from-head", POLICY % "{matchLabels: {ray.io/node-type: head}}", True),
        ("workers-cut-off-from-head", POLICY % "{}", False),
        ("workers-cut-off-from-head", POLICY % "{matchLabels: {}}", False),
        ("local-dashboard", CLUSTER % "dashboard-host: 127.0.0.1", False),
        ("invalid-name", NAMED % ("a_b", "a-b"), False),
        ("unanswered-health-probe", TOKENS % "", True),
        ("unanswered-health-probe", TOKENS % "authOptions: {mode: token}", False),
        ("unquoted-label", CLUSTER.replace("dev}", 'dev, labels: {a: !!int "1"}}') % "", False),
        ("missing-serve-port", SERVICE % "applications: []", True),
        ("missing-serve-port", SERVICE % "http_options: {port: 9000}", False),
    ],
    ids=[
        "a policy for the head is opened to Ray's nodes",
        "a policy for all pods would open all of them",
        "no labels are all pods, too",
        "a dashboard that somebody has closed stays closed",
        "no resource takes the name of another",
        "rayVersion is that of the image",
        "a release that KubeRay would refuse is not written",
        "a number in quotes of its own has them twice",
        "Serve listens on 8000",
        "Serve may listen elsewhere",
    ],
)
def test_nothing_is_guessed(rule: str, text: str, *, fixed: bool) -> None:
    found = [each.fix is not None for each in findings(text) if each.rule.id == rule]
    assert found == [fixed]


@pytest.mark.parametrize(
    ("written", "fixed"),
    [
        ("num-cpus: 010", 'num-cpus: "8"'),
        ("num-cpus: 1e0", 'num-cpus: "1"'),
        ("redis-password: 0123", 'redis-password: "0123"'),
        ("redis-password: 1e5", 'redis-password: "1e5"'),
    ],
)
def test_a_number_is_what_the_option_makes_of_it(written: str, fixed: str) -> None:
    (done,) = apply(findings(CLUSTER % written), unsafe=False)
    assert done.text == CLUSTER % fixed


def test_a_title_names_what_changes_only() -> None:
    titles = [each.fix.title for each in findings(CLUSTER % "") if each.fix]
    assert titles == ["set containerPort to 8080"]


def test_what_is_revealed_is_revealed_in_some_example() -> None:
    """The table above has nothing in it that does not happen, and only rules that there are."""
    seen = set()
    revealing = dict(REVEALED)
    for rule in (rule for rule in FIXABLE if rule["id"] in revealing):
        for text, target in examples(rule):
            before = findings(text, target)
            for each in before:
                if each.fix is not None:
                    after = findings(apply_edits(text, each.fix.edits), target)
                    seen |= {(each.rule.id, other[0]) for other in told(after) - told(before)}
    assert seen >= REVEALED


def corpus() -> list[Path]:
    """The files of the corpus that hold Ray's resources, by size."""
    files = (path for path in sorted(Path(CORPUS).rglob("*")) if path.is_file())
    suffixes = (".yaml", ".yml", ".json")
    chosen = [path for path in files if path.name.endswith(suffixes)]
    return [path for path in chosen if b"ray.io/" in path.read_bytes()]


def corpus_problems(paths: Iterable[Path]) -> list[str]:
    found: list[str] = []
    for path in paths:
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        found += (f"{path}: {each}" for each in problems(text))
    return found


@WITH_CORPUS
def test_a_part_of_the_corpus() -> None:
    assert corpus_problems(corpus()[::12]) == []


@WITH_CORPUS
@pytest.mark.integration
def test_the_corpus() -> None:
    assert corpus_problems(corpus()) == []
