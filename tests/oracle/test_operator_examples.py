"""KubeRay's own code judges the examples of the rules that say it would refuse something.

What should fail is refused, once at least in the words that the rule quotes; what should pass is
accepted. Examples with placeholders are no manifests yet, and those that the API server refuses for
another reason, or that are for releases without an oracle, are left out. Gates that are off are the
business of the rules named for it; all others are asked with every gate on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
from kuberay import Oracle, Verdict, available

from raypolicy import check
from raypolicy.catalogue import shipped
from raypolicy.config import Options
from raypolicy.examples import aim_of

pytestmark = pytest.mark.oracle

RULES = [rule for rule in shipped(prose=True) if rule["refused_by"] in ("operator", "webhook")]
GATES = {
    (1, 3): "RayJobDeletionPolicy",
    (1, 5): "RayMultiHostIndexing RayServiceIncrementalUpgrade",
    (1, 6): "RayCronJob",
    (1, 7): """SidecarSubmitterRestart RayClusterNetworkPolicy GCSFaultToleranceEmbeddedStorage
        RayClusterMTLS RayClusterHistoryServer""",
}
"""The feature gates that matter here, by the release that brought them."""
_SHORTEST_QUOTE = 16


class Case(NamedTuple):
    """One document of an example; it is `refused` or accepted."""

    rule: str
    line: int
    text: str
    refused: bool
    release: str
    gates: tuple[str, ...]


def cases(rule: dict[str, Any]) -> Iterator[Case]:
    for example in rule["examples"]:
        side = "fail" if "fail" in example else "pass"
        aim = aim_of(example)
        on = aim.gates
        if "without-gate" not in rule["id"] and side == "fail":
            known = (names for since, names in GATES.items() if since <= aim.release.version.minor)
            on = tuple(name for names in known for name in names.split())
        for document in re.split(r"(?m)^---.*$", example[side]):
            readable = "$" not in document and "{{" not in document
            if readable and (side == "pass" or "# <-" in document):
                release = str(aim.release.version)
                yield Case(rule["id"], example["line"], document, side == "fail", release, on)


@cache
def verdicts() -> dict[Case, Verdict]:
    """What the oracles that are built say of all cases."""
    asked = defaultdict(list)
    for case in (case for rule in RULES for case in cases(rule)):
        if available(case.release) is None:
            asked[case.release, case.gates].append(case)
    found: dict[Case, Verdict] = {}
    for (release, gates), together in asked.items():
        oracle = Oracle(release, tuple(f"{gate}=true" for gate in gates))
        told = oracle.judge(case.text for case in together)
        found |= dict(zip(together, told, strict=True))
    return found


def said(case: Case, refused_by: str) -> list[str]:
    """Why the gate refuses a case; what it says of a child that the operator makes is its word, too."""
    verdict = verdicts()[case]
    if refused_by == "webhook":
        return list(verdict.webhook or ())
    children = (each.text for each in verdict.creation or () if each.kind == "Operator")
    return [*(verdict.operator or ()), *children]


def quotes(why: str) -> Iterator[str]:
    """The sentences of a rule that are somebody else's words."""
    flat = " ".join(why.split())
    for double, single in re.findall(r"``(.+?)``|`([^`]+)`", flat):
        if len(double or single) >= _SHORTEST_QUOTE:
            yield double or single


def is_in(quote: str, message: str) -> bool:
    parts = ".*".join(re.escape(part.strip()) for part in quote.split("…"))
    return re.search(parts, " ".join(message.split())) is not None


@pytest.mark.parametrize("rule", RULES, ids=[rule["id"] for rule in RULES])
def test_the_gate_refuses_what_should_fail_and_nothing_else(rule: dict[str, Any]) -> None:
    judged = [case for case in cases(rule) if case in verdicts()]
    judged = [case for case in judged if not verdicts()[case].schema and not verdicts()[case].error]
    if not judged:
        pytest.skip("no oracle is built for the releases of its examples")
    words = {case: said(case, rule["refused_by"]) for case in judged}
    wrong = [(case.line, text, words[case]) for case, text in named(judged) if wrongly(case, words)]
    assert wrong == []
    told = [message for case in judged if case.refused for message in words[case]]
    assert not told or any(
        is_in(quote, message) for quote in quotes(rule["why"]) for message in told
    )


def named(judged: list[Case]) -> Iterator[tuple[Case, str]]:
    for case in judged:
        yield case, "should be refused" if case.refused else "should be accepted"


def wrongly(case: Case, words: dict[Case, list[str]]) -> bool:
    return case.refused is not bool(words[case]) and (case.refused or not others(case))


def others(case: Case) -> bool:
    """Whether another rule says that the case is refused."""
    options = Options(target_kuberay=case.release, feature_gates=case.gates, fixes=False)
    found = check(text=case.text, options=options).findings
    return any(each.rule.refused_by and each.rule.id != case.rule for each in found)
