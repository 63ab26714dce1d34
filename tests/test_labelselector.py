"""Label selectors: tables after the documentation of labels and selectors, and the answers of
k8s.io/apimachinery.

Not here: which labels pods have (`podsets`).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from raypolicy.labelselector import equality, judge, requirements
from raypolicy.policies.policyindex import OpenLabels
from raypolicy.reader import read_chunk, split
from raypolicy.source import SourceFile
from raypolicy.tree import Node, Unknown, placeless, root_of

UNKNOWN = "unknown"


def tree(text: str) -> Node[Any]:
    chunk = next(iter(split(SourceFile("a.yaml", text))))
    return root_of(next(iter(read_chunk(chunk))))


def told(answer: object) -> object:
    return UNKNOWN if type(answer) is Unknown else answer


def selects(selector: str, labels: dict[str, Any]) -> object:
    nodes = {key: placeless(value) for key, value in labels.items()}
    return told(judge(requirements(tree(f"s: {selector}").get("s")), nodes)[0])


APP = {"environment": "production", "tier": "frontend"}
SELECTORS = [
    # what it shows, selector, labels, answer
    ("an empty selector selects all", "{}", APP, True),
    ("an empty selector selects pods without labels", "{}", {}, True),
    ("a null selector is an empty one, where it may be left out", "~", APP, True),
    ("empty parts select all", "{matchLabels: {}, matchExpressions: []}", APP, True),
    ("null parts select all", "{matchLabels: ~, matchExpressions: ~}", APP, True),
    ("equality", "{matchLabels: {tier: frontend}}", APP, True),
    ("another value", "{matchLabels: {tier: backend}}", APP, False),
    ("a key that is missing", "{matchLabels: {partition: x}}", APP, False),
    ("both must be met", "{matchLabels: {tier: frontend, environment: qa}}", APP, False),
    ("both are met", "{matchLabels: {tier: frontend, environment: production}}", APP, True),
    ("keys are compared by case", "{matchLabels: {Tier: frontend}}", APP, False),
    ("values are compared by case", "{matchLabels: {tier: Frontend}}", APP, False),
    ("In", "{matchExpressions: [{key: tier, operator: In, values: [frontend, backend]}]}", APP, True),
    ("In without the value", "{matchExpressions: [{key: tier, operator: In, values: [x]}]}", APP, False),
    ("In with a missing key", "{matchExpressions: [{key: k, operator: In, values: [x]}]}", APP, False),
    ("NotIn", "{matchExpressions: [{key: tier, operator: NotIn, values: [x, w]}]}", APP, True),
    ("NotIn with the value", "{matchExpressions: [{key: tier, operator: NotIn, values: [frontend]}]}", APP, False),
    ("NotIn with a missing key is met", "{matchExpressions: [{key: k, operator: NotIn, values: [x]}]}", APP, True),
    ("Exists", "{matchExpressions: [{key: tier, operator: Exists}]}", APP, True),
    ("Exists with a missing key", "{matchExpressions: [{key: k, operator: Exists}]}", APP, False),
    ("Exists with an empty list", "{matchExpressions: [{key: tier, operator: Exists, values: []}]}", APP, True),
    ("DoesNotExist", "{matchExpressions: [{key: k, operator: DoesNotExist}]}", APP, True),
    ("DoesNotExist with the key", "{matchExpressions: [{key: tier, operator: DoesNotExist}]}", APP, False),
    ("labels and expressions are both demanded", "{matchLabels: {tier: frontend}, matchExpressions: [{key: environment, operator: NotIn, values: [production]}]}", APP, False),
    ("expressions add up", "{matchExpressions: [{key: tier, operator: Exists}, {key: environment, operator: In, values: [qa]}]}", APP, False),
    ("an empty value is a value", "{matchLabels: {tier: ''}}", {"tier": ""}, True),
    ("an empty value is no missing key", "{matchLabels: {tier: ''}}", {}, False),
    ("a null value is read as an empty one", "{matchLabels: {tier: ~}}", {"tier": ""}, True),
    # refused by the API server
    ("In without values", "{matchExpressions: [{key: tier, operator: In, values: []}]}", APP, UNKNOWN),
    ("NotIn without values", "{matchExpressions: [{key: k, operator: NotIn}]}", APP, UNKNOWN),
    ("Exists with values", "{matchExpressions: [{key: tier, operator: Exists, values: [x]}]}", APP, UNKNOWN),
    ("an unknown operator", "{matchExpressions: [{key: tier, operator: Gt, values: ['1']}]}", APP, UNKNOWN),
    ("an operator in small letters", "{matchExpressions: [{key: tier, operator: in, values: [x]}]}", APP, UNKNOWN),
    ("no operator", "{matchExpressions: [{key: tier}]}", APP, UNKNOWN),
    ("no key", "{matchExpressions: [{operator: Exists}]}", APP, UNKNOWN),
    ("values that are no list", "{matchExpressions: [{key: tier, operator: In, values: x}]}", APP, UNKNOWN),
    ("a number as a value", "{matchLabels: {tier: 1}}", {"tier": "1"}, UNKNOWN),
    ("a number among values", "{matchExpressions: [{key: tier, operator: In, values: [frontend, 1]}]}", APP, UNKNOWN),
    ("a selector that is a text", "tier=frontend", APP, UNKNOWN),
    ("labels that are a list", "{matchLabels: [tier]}", APP, UNKNOWN),
    ("expressions that are a mapping", "{matchExpressions: {key: tier}}", APP, UNKNOWN),
    ("labels outside of matchLabels", "{tier: frontend}", APP, UNKNOWN),
    # what is not known
    ("a placeholder in the selector", "{matchLabels: {tier: '${TIER}'}}", APP, UNKNOWN),
    ("a placeholder, and another demand that is not met", "{matchLabels: {tier: '${TIER}', k: x}}", APP, False),
    ("a placeholder beside the value", "{matchExpressions: [{key: tier, operator: In, values: [frontend, $X]}]}", APP, True),
    ("a placeholder among values that may be it", "{matchExpressions: [{key: tier, operator: NotIn, values: [$X]}]}", APP, UNKNOWN),
    ("a placeholder in the label", "{matchLabels: {tier: x}}", {"tier": "${TIER}"}, UNKNOWN),
    ("a placeholder in the label does exist", "{matchExpressions: [{key: tier, operator: Exists}]}", {"tier": "${TIER}"}, True),
    ("an unknown label", "{matchLabels: {tier: x}}", {"tier": Unknown("random")}, UNKNOWN),
    ("an unknown label does exist", "{matchExpressions: [{key: tier, operator: Exists}]}", {"tier": Unknown("random")}, True),
    ("a label that is a number", "{matchLabels: {tier: '1'}}", {"tier": 1}, UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("selector", "labels", "answer"), [row[1:] for row in SELECTORS], ids=[row[0] for row in SELECTORS])  # fmt: skip
def test_selector(selector: str, labels: dict[str, Any], answer: object) -> None:
    assert selects(selector, labels) == answer


OPEN = [
    # demand, answer where someone else may set the label
    ("{matchLabels: {pool: x}}", UNKNOWN),
    ("{matchExpressions: [{key: pool, operator: Exists}]}", UNKNOWN),
    ("{matchExpressions: [{key: pool, operator: DoesNotExist}]}", UNKNOWN),
    ("{matchExpressions: [{key: pool, operator: NotIn, values: [x]}]}", UNKNOWN),
    ("{matchLabels: {pool: x, app: other}}", False),
    ("{matchLabels: {app: web}}", True),
    ("{}", True),
]


@pytest.mark.parametrize(("selector", "answer"), OPEN, ids=[row[0] for row in OPEN])
def test_labels_that_others_may_set(selector: str, answer: object) -> None:
    labels = OpenLabels({"app": placeless("web")})
    assert told(judge(requirements(tree(f"s: {selector}").get("s")), labels)[0]) == answer


def test_the_demand_that_is_not_met_is_told() -> None:
    selector = tree(json.dumps({"app": "web", "tier": "backend"}))
    labels = {"app": placeless("web"), "tier": placeless("frontend")}
    answer, missed = judge(equality(selector), labels)
    assert answer is False
    assert missed is not None
    assert missed.key == "tier"
    assert missed.node.value == "backend"
