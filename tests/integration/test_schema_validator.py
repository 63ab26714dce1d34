"""jsonschema-rs judges our walk along the schemas, by the definitions of a release as it was published.

Where the semantics agree: unknown and missing fields, types, values, bounds, patterns. Not here: what
JSON Schema does not know (list maps, CEL, times), which the API server's own code judges
(`oracle/test_schema_oracle`).
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from raypolicy.bundle import make_bundle
from raypolicy.catalogue import shipped
from raypolicy.releases import kuberay
from raypolicy.schema.fields import root
from raypolicy.schema.walk import CLASH, DUPLICATE, INCOMPLETE, faults
from raypolicy.source import SourceFile
from raypolicy.values import placeholder

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "oracle"))
import fields as generator  # noqa: E402

pytestmark = pytest.mark.integration

RELEASE = "1.6.2"
NOT_ITS_OWN = {CLASH, DUPLICATE, INCOMPLETE}
MUTANTS = 1500


@cache
def definitions() -> dict[str, dict[str, Any]]:
    """The schemas of the kinds of the release, by version and kind."""
    found = generator.from_proxy(RELEASE)
    assert found is not None
    return {name: schema for each in found for name, schema in generator.kinds(each)}


def as_json_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of Kubernetes in JSON Schema: unknown fields are wrong, null is a value where it may be."""
    made = {key: value for key, value in schema.items() if not key.startswith("x-")}
    if "properties" in made:
        made["properties"] = {
            name: as_json_schema(each) for name, each in made["properties"].items()
        }
    if isinstance(made.get("items"), dict):
        made["items"] = as_json_schema(made["items"])
    if isinstance(made.get("additionalProperties"), dict):
        made["additionalProperties"] = as_json_schema(made["additionalProperties"])
    elif made.get("type") == "object":
        made["additionalProperties"] = False
    if made.get("format") == "int32":
        made = {"minimum": -(2**31), "maximum": 2**31 - 1, **made}
    made["required"] = [
        name for name in made.get("required", []) if "default" not in made["properties"][name]
    ]
    for rule in schema.get("x-kubernetes-validations", []):
        if rule["rule"].startswith("self in ["):
            made["enum"] = json.loads(rule["rule"].removeprefix("self in ").replace("'", '"'))
    return made


def pruned(value: Any) -> Any:
    """Without the nulls of mappings, as the API server drops them."""
    if isinstance(value, dict):
        return {key: pruned(each) for key, each in value.items() if each is not None}
    return [pruned(each) for each in value] if isinstance(value, list) else value


def objects() -> Iterator[dict[str, Any]]:
    """Ray's objects in our fixtures and the examples of our rules."""
    texts = [
        path.read_text("utf-8", "replace") for path in sorted((ROOT / "fixtures").rglob("*.yaml"))
    ]
    texts += [
        each.get("fail") or each["pass"]
        for plan in shipped(prose=True)
        for each in plan["examples"]
    ]
    for text in texts:
        for resource in make_bundle("", [SourceFile("a.yaml", text)]).ray:
            value = resource.node.value
            if f"{value['apiVersion']} {value['kind']}" in definitions() and not templated(value):
                yield pruned(value)


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


VALUES = (
    0,
    -1,
    1.5,
    2**31,
    True,
    "",
    "x",
    "1",
    "1.5Gi",
    "16GB",
    [],
    {},
    ["a"],
    [1],
    {"a": 1},
    {"name": "x"},
    [{}],
)


def mutant(chance: random.Random, value: dict[str, Any]) -> dict[str, Any]:
    """The object with one place of its spec removed, renamed or given another value."""
    made = copy.deepcopy(value)
    found = [path for path in places(made) if path[0] == "spec"]
    if not found:
        return made
    *above, key = chance.choice(found)
    holder: Any = made
    for step in above:
        holder = holder[step]
    match chance.choice(("remove", "rename", "set", "set")):
        case "set":
            holder[key] = copy.deepcopy(chance.choice(VALUES))
        case "rename" if isinstance(holder, dict):
            holder[f"{key}x"] = holder.pop(key)
        case _:
            del holder[key]
    return made


def judged(value: dict[str, Any]) -> set[tuple[Any, ...]]:
    """The places that jsonschema-rs finds wrong; of a missing or unknown field, the field's."""
    found: set[tuple[Any, ...]] = set()
    for error in validator(f"{value['apiVersion']} {value['kind']}").iter_errors(value):
        path = tuple(error.instance_path)
        kind = error.kind
        if error.kind.name == "additionalProperties":
            found |= {(*path, name) for name in kind.unexpected}
        elif error.kind.name == "required":
            found.add((*path, kind.property))
        else:
            found.add(path)
    return found


@cache
def validator(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator(as_json_schema(definitions()[name]))


def ours(value: dict[str, Any]) -> set[tuple[Any, ...]]:
    number = root(value["apiVersion"], value["kind"], kuberay(RELEASE).version)
    assert number is not None
    return {each.path for each in faults(value, number) if each.kind not in NOT_ITS_OWN}


def test_both_find_the_same_places_wrong() -> None:
    chance = random.Random(6)
    originals = list(objects())
    assert len(originals) > 500
    mutants = [mutant(chance, chance.choice(originals)) for _ in range(MUTANTS)]
    differing = [
        (value, judged(value) ^ ours(value))
        for value in (*originals, *mutants)
        if judged(value) != ours(value)
    ]
    assert [difference for _, difference in differing] == []


def test_both_find_something_in_many() -> None:
    chance = random.Random(6)
    originals = list(objects())
    mutants = [mutant(chance, chance.choice(originals)) for _ in range(200)]
    assert 50 < sum(bool(ours(value)) for value in mutants) < 200


def test_the_table_is_what_the_release_says() -> None:
    written = generator.written(RELEASE)
    table = generator.Table()
    assert {name: table.add(schema) for name, schema in sorted(definitions().items())} == {
        name: table.add(schema) for name, schema in sorted(written.items())
    }
