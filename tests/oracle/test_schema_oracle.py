"""The API server's own code judges our walk along the schemas: refused or not, where, and what is pruned.

Not here: how the oracle is built (`oracle/`), the other gates.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.catalogue import shipped
from raypolicy.schema.fields import root
from raypolicy.schema.telling import dotted
from raypolicy.schema.walk import (
    CLASH,
    DUPLICATE,
    ENUM,
    INCOMPLETE,
    TYPE,
    UNKNOWN_FIELD,
    Fault,
    faults,
)
from raypolicy.source import SourceFile
from raypolicy.values import Version, placeholder

kuberay = pytest.importorskip("kuberay", reason="the oracle's own module is not here")

pytestmark = pytest.mark.oracle

ROOT = Path(__file__).parents[2]
RELEASES = ("1.7.0",)
"""Older ones are in `test_gates`: their API servers check no range of whole numbers."""
MUTANTS = 3000
SEED = 7
VALUES = (
    None, 0, -1, 1, 1.5, 2.0, 2**31, -(2**31), 2**53, 2**63 - 1, 1e30, True, "", "x", "1", "true", "500m", "16GB",
    "2024-01-01T00:00:00Z", "2024-13-01T00:00:00Z", [], {}, [None], ["a", "a"], [1], {"a": 1}, {"name": "x"},
    [{"name": "x"}, {"name": "x"}], [{}, {}], "ray.io/kuberay-operator", "TCP",
)  # fmt: skip
BLOCKS: dict[str, tuple[Any, ...]] = {
    "deletionStrategy": (
        {"onSuccess": {"policy": "DeleteCluster"}, "onFailure": {"policy": "DeleteNone"}},
        {"deletionRules": [{"policy": "DeleteSelf", "condition": {"jobStatus": "FAILED", "ttlSeconds": 3}}]},
    ),
    "managedBy": ("ray.io/kuberay-operator", "me"),
    "autoscalerOptions": ({"version": "v2", "resources": {"limits": {"cpu": "1"}}},),
    "gcsFaultToleranceOptions": ({"redisAddress": "redis:6379", "redisPassword": {"value": "x"}},),
    "authOptions": ({"mode": "token"},),
    "networkPolicy": ({"mode": "DenyAll"},),
}  # fmt: skip
IN_METADATA = re.compile(r"(?:json|metadata)\b")
"""Errors about the object's own metadata, which have rules of their own (`rules/metadata`)."""


REPEATED = ("were not checked", "at least one schema (anyOf)")
"""What errors end with that only go with another one."""
NAMED = {"metadata": {"name": "x", "namespace": "default"}}


@cache
def objects() -> tuple[dict[str, Any], ...]:
    """Ray's objects in our fixtures and the examples of our rules, those without placeholders."""
    texts = [
        path.read_text("utf-8", "replace") for path in sorted((ROOT / "fixtures").rglob("*.yaml"))
    ]
    texts += [
        each.get("fail") or each["pass"]
        for plan in shipped(prose=True)
        for each in plan["examples"]
    ]
    found = (
        r.node.value for text in texts for r in make_bundle("", [SourceFile("a.yaml", text)]).ray
    )
    whole = (json.loads(json.dumps(value)) for value in found)  # what aliases share is apart then
    return tuple(value for value in whole if not templated(value))


def templated(value: Any) -> bool:
    if isinstance(value, dict):
        return any(templated(key) or templated(each) for key, each in value.items())
    if isinstance(value, list):
        return any(map(templated, value))
    return isinstance(value, str) and (
        placeholder(value) is not None or ("_" in value and value.isupper())
    )


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, each in parts:
        yield (*path, key)
        yield from places(each, (*path, key))


def inside(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def mutant(chance: random.Random, value: dict[str, Any]) -> dict[str, Any]:
    """The object with one to three places of its spec changed."""
    made = copy.deepcopy(value)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        found = [path for path in places(made) if path[0] == "spec"]
        if not found:
            break
        path = chance.choice(found)
        change(chance, made, found, path)
    return made


def change(
    chance: random.Random, made: Any, found: list[tuple[Any, ...]], path: tuple[Any, ...]
) -> None:
    holder, key = inside(made, path[:-1]), path[-1]
    match chance.choice(
        ("remove", "set", "set", "null", "double", "rename", "case", "copy", "block")
    ):
        case "remove":
            del holder[key]
        case "null":
            holder[key] = None
        case "double" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case "rename" if isinstance(holder, dict):
            holder[f"{key}{chance.choice('sX_')}"] = holder.pop(key)
        case "case" if isinstance(holder[key], str):
            holder[key] = holder[key].swapcase()
        case "copy":
            other = chance.choice(objects())
            holder[key] = copy.deepcopy(inside(other, chance.choice(list(places(other)))))
        case "block":
            mappings = [
                inside(made, each) for each in found if isinstance(inside(made, each), dict)
            ]
            if mappings:
                name = chance.choice(list(BLOCKS))
                chance.choice(mappings)[name] = copy.deepcopy(chance.choice(BLOCKS[name]))
        case _:
            holder[key] = copy.deepcopy(chance.choice(VALUES))


def difference(release: str, value: dict[str, Any], verdict: Any) -> str:
    """How our walk differs from a verdict; empty where it does not."""
    number = root(value["apiVersion"], value["kind"], version(release))
    if number is None:
        return "" if verdict.error else "served there only"
    if verdict.error:
        return f"not judged: {verdict.error}"
    found = list(faults(value, number))
    wrong = {dotted(named(each)) for each in found if each.kind != UNKNOWN_FIELD}
    unknown = {dotted(each.path) for each in found if each.kind == UNKNOWN_FIELD}
    theirs = [
        error
        for error in verdict.schema
        if not IN_METADATA.match(error) and not any(word in error for word in REPEATED)
    ]
    wrong = {path for path in wrong if not path.startswith("metadata")}
    if bool(theirs) != bool(wrong):
        return f"{'missed' if theirs else 'invented'}: {theirs or wrong}"
    pruned = {path for path in verdict.pruned if not below_wrong(path, found)}
    if pruned != unknown:
        return f"pruned: {pruned ^ unknown}"
    repeated = {dotted(each.path) for each in found if each.kind == DUPLICATE}
    told = {place(error) for error in theirs}
    return (
        ""
        if told <= wrong and wrong - repeated <= told | rules(found)
        else f"places: {told ^ wrong}"
    )


def named(fault: Fault) -> tuple[str | int, ...]:
    """The path that the API server names: of a clash that of the mapping."""
    return fault.path[:-1] if fault.kind == CLASH else fault.path


def place(error: str) -> str:
    """Where an error is; the check of a number's range says it last."""
    if error.startswith("<nil>"):
        return error.rpartition(" in ")[2]
    return re.split(r": (?:Invalid|Required|Unsupported|Duplicate|Too|Forbidden)", error)[0]


def rules(found: list[Fault]) -> set[str]:
    """The places of rules in CEL, which the API server leaves out where anything else is wrong."""
    return {dotted(named(each)) for each in found if each.kind in (CLASH, ENUM, INCOMPLETE)}


def below_wrong(path: str, found: list[Fault]) -> bool:
    """Whether a pruned field lies in a mapping that stands where a scalar belongs."""
    above = [dotted(each.path) for each in found if each.kind == TYPE]
    return any(path.startswith((f"{each}.", f"{each}[")) for each in above)


def version(text: str) -> Version:
    parsed = Version.parse(text)
    assert parsed is not None
    return parsed


def judge(release: str, values: list[dict[str, Any]]) -> Iterator[str]:
    reason = kuberay.available(release)
    if reason:
        pytest.skip(reason)
    for value, verdict in zip(
        values, kuberay.Oracle(release).judge(map(json.dumps, values)), strict=True
    ):
        differs = difference(release, value, verdict)
        if differs:
            yield f"{differs} in {json.dumps(value)}"


@pytest.mark.parametrize("release", RELEASES)
def test_fixtures_and_examples(release: str) -> None:
    assert list(judge(release, [value | NAMED for value in objects()])) == []


@pytest.mark.parametrize("release", RELEASES)
def test_mutants(release: str) -> None:
    chance = random.Random(SEED)
    values = [mutant(chance, chance.choice(objects())) | NAMED for _ in range(MUTANTS)]
    assert list(judge(release, values)) == []


def test_clashes_are_told_at_a_field() -> None:
    """Of a clash the API server names the mapping, we the field that is one too many."""
    number = root("ray.io/v1", "RayJob", version(RELEASES[0]))
    assert number is not None
    condition = {"jobStatus": "FAILED", "jobDeploymentStatus": "Failed"}
    rule = {"policy": "DeleteSelf", "condition": condition}
    found = faults({"spec": {"deletionStrategy": {"deletionRules": [rule]}}}, number)
    assert [dotted(each.path) for each in found] == [
        "spec.deletionStrategy.deletionRules[0].condition.jobStatus"
    ]
