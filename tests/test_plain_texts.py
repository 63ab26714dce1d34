"""What is found in one file is found in several: texts that don't speak of Ray are parsed only when
something asks for them, and nothing may be lost by that.
"""

from __future__ import annotations

from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.catalogue import shipped
from raypolicy.examples import aim_of
from raypolicy.inputs.files import RawFile
from raypolicy.model import Model
from raypolicy.rule import Rule
from raypolicy.ruleset import RuleSet

ONE_FILE = {"duplicate-object", "shared-service-name", "taken-job-name"}
"""Rules that speak of what is in one file."""


def apart(text: str) -> list[RawFile]:
    """Each document as a file of its own."""
    texts = text.split("\n---\n")
    return [RawFile(f"{number}.yaml", None, part.encode()) for number, part in enumerate(texts)]


def found(plan: dict[str, Any], files: list[RawFile], example: dict[str, Any]) -> list[str]:
    model = Model(make_bundle("", files), aim_of(example))
    return sorted(finding.message for finding in RuleSet([Rule(plan, {})]).run(model).findings)


EXAMPLES = [
    pytest.param(plan, example, side, id=f"{plan['id']}-{number}")
    for plan in shipped(prose=True)
    if plan["id"] not in ONE_FILE
    for number, example in enumerate(plan["examples"])
    for side in ("pass", "fail")
    if "\n---\n" in example.get(side, "") and "# file:" not in example[side]
]


@pytest.mark.parametrize(("plan", "example", "side"), EXAMPLES)
def test_nothing_is_lost(plan: dict[str, Any], example: dict[str, Any], side: str) -> None:
    text = example[side]
    together = found(plan, [RawFile("a.yaml", None, text.encode())], example)
    assert bool(together) == (side == "fail")
    assert found(plan, apart(text), example) == together
