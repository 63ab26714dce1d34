"""The examples of rules about creation, judged by the code that creates: what fails is refused in a
family of the rule, what passes is not. Not here: what the families are (`families`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
from families import FAMILIES, families
from kuberay import Oracle, Verdict, available

from raypolicy.catalogue import shipped
from raypolicy.values import placeholder

RELEASE = "1.7.0"
RULES = frozenset().union(*(each.rules for each in FAMILIES.values()))
OTHER_GATES = frozenset(
    {
        # refused by an allocator or by name, not by what the object itself says
        "fixed-service-address",
        # quotas, admission and other controllers
        "amount-out-of-range",
        "forbidden-pod-setting",
        "missing-quota-amounts",
        "misspelt-account-or-class",
        "unrestricted-added-container",
        "unrestricted-container",
    }
)

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(available(RELEASE) is not None, reason=str(available(RELEASE))),
]


class Example(NamedTuple):
    """One document of an example."""

    rule: str
    line: int
    side: str
    text: str


def examples() -> Iterator[Example]:
    """Documents of Ray's own kinds that say all there is to know, for the newest release."""
    for rule in shipped(prose=True):
        if rule["id"] in RULES:
            for example in rule["examples"]:
                if "target" not in example and "kubernetes" not in example:
                    yield from documents(rule["id"], example)


def documents(rule: str, example: dict[str, Any]) -> Iterator[Example]:
    side = "fail" if "fail" in example else "pass"
    for text in re.split(r"(?m)^---$", example[side]):
        if re.search(r"(?m)^kind: Ray", text) and (side == "fail" or placeholder(text) is None):
            yield Example(rule, example["line"], side, text)


GATES = {"pass": (), "fail": ("GCSFaultToleranceEmbeddedStorage=true",)}
"""What is refused may be so with a gate on only."""


@cache
def verdicts() -> dict[Example, Verdict]:
    found: dict[Example, Verdict] = {}
    for side, gates in GATES.items():
        asked = [each for each in examples() if each.side == side]
        told = Oracle(RELEASE, gates).judge(each.text for each in asked)
        found |= zip(asked, told, strict=True)
    return found


def told(verdict: Verdict) -> set[str]:
    """The rules of the families in which a document is refused."""
    found = families(verdict.creation or ())
    return set().union(*(FAMILIES[each].rules for each in found if each is not None))


def test_each_rule_about_creation_has_a_family_or_is_refused_elsewhere() -> None:
    refused = {rule["id"] for rule in shipped() if rule["refused_by"] == "pod-creation"}
    assert refused - RULES == OTHER_GATES


@pytest.mark.parametrize("rule", sorted(RULES))
def test_failing_examples_are_refused(rule: str) -> None:
    judged = [(each, verdict) for each, verdict in verdicts().items() if each.rule == rule]
    # what an earlier gate refuses as well never comes so far
    lines = {
        each.line
        for each, verdict in judged
        if each.side == "fail" and verdict.creation is not None
    }
    assert lines
    refused = {each.line for each, verdict in judged if rule in told(verdict)}
    assert lines <= refused


@pytest.mark.parametrize("rule", sorted(RULES))
def test_passing_examples_are_not_refused_for_it(rule: str) -> None:
    judged = [(each, verdict) for each, verdict in verdicts().items() if each.rule == rule]
    wrong = {each.line for each, verdict in judged if each.side == "pass" and rule in told(verdict)}
    assert wrong == set()
