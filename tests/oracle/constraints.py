"""The constraints of a CRD one by one: what breaks each, what keeps it, and which were met. Not
here: random changes (`mutants`).

A constraint is a way through the schema and a keyword. Ways have `[]` for items and `{}` for the
values of a map. The schema of pods, which is Kubernetes' own, is gone through once a kind.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

from sources import Document

Schema: TypeAlias = dict[str, Any]
Way: TypeAlias = tuple[str, ...]
PODS: Final = ("template", "submitterPodTemplate")
_WRONG: Final = {
    "string": (7, True, {"x": "y"}, 0.5, ["x"]),  # a list of one is a date to the API server
    "integer": ("7", 0.5, True, [7], {}),
    "number": ("7", True, [7]),
    "boolean": ("true", 1, [True], "no"),
    "array": ({}, "x", 7, {"x": "y"}),
    "object": ("x", ["x"], 7, True),
    "amount": (True, ["1"], {"x": "1"}, 0.5),
}


_DONE: Final = {"jobStatus": "FAILED"}
_AGAINST: Final[tuple[tuple[str, tuple[Any, ...]], ...]] = (
    ("managedBy field value must be", ("me", "", "ray.io/kuberay")),
    (
        "cannot be used together within the same deletionStrategy",
        tuple(
            {
                **{name: {"policy": policy} for name in names},
                "deletionRules": [{"policy": policy, "condition": _DONE}],
            }
            for policy in ("DeleteSelf", "DeleteNone")
            for names in (("onSuccess",), ("onFailure",), ("onSuccess", "onFailure"))
        ),
    ),
    ("requires either BOTH", ({}, {"onSuccess": {}}, {"onFailure": {"policy": "DeleteSelf"}})),
    (
        "cannot be used together within the same deletion condition",
        tuple({**_DONE, "jobDeploymentStatus": "Failed", "ttlSeconds": ttl} for ttl in (0, 1, 2)),
    ),
    ("requires either the JobStatus or", ({}, {"ttlSeconds": 1}, {"ttlSeconds": 2})),
)
"""What breaks the CRDs' own rules, by words of their messages; rules that compare with an earlier
state are not among them.
"""


class Constraint(NamedTuple):
    """What a CRD asks of the value at a way; `in_pod` where it is Kubernetes' schema of pods."""

    kind: str
    way: Way
    keyword: str
    in_pod: bool

    def __str__(self) -> str:
        return f"{self.kind} {'.'.join(self.way)} {self.keyword}"


def type_of(schema: Schema) -> str:
    return "amount" if schema.get("x-kubernetes-int-or-string") else str(schema.get("type", ""))


def walk(schema: Schema, way: Way = ()) -> Iterator[tuple[Way, Schema]]:
    """Every part of a schema below its spec."""
    yield way, schema
    for name, part in schema.get("properties", {}).items():
        yield from walk(part, (*way, name))
    if "items" in schema:
        yield from walk(schema["items"], (*way, "[]"))
    if isinstance(schema.get("additionalProperties"), dict):
        yield from walk(schema["additionalProperties"], (*way, "{}"))


def keywords(schema: Schema) -> Iterator[str]:
    """The keywords of a part; one `required` for each name."""
    if type_of(schema):
        yield "type"
    for name in ("enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems"):
        if name in schema:
            yield name
    if schema.get("format") == "int32":
        yield "format"
    for name in schema.get("required", ()):
        yield f"required:{name}"
    if schema.get("x-kubernetes-list-type") in ("map", "set"):
        yield "duplicate"
    for number, _ in enumerate(schema.get("x-kubernetes-validations", ())):
        yield f"rule:{number}"


def constraints(kind: str, spec: Schema) -> Iterator[Constraint]:
    """All constraints below the spec of a kind, given its schema."""
    for way, part in walk(spec, ("spec",)):
        for keyword in keywords(part):
            yield Constraint(kind, way, keyword, any(name in way[:-1] for name in PODS))


def sample(schema: Schema) -> Any:
    """A small value that keeps a schema."""
    if "default" in schema and not isinstance(schema["default"], dict | list):
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if "ray.io/kuberay-operator" in str(schema.get("x-kubernetes-validations")):
        return "ray.io/kuberay-operator"
    if "deletionRules" in schema.get("properties", ()):
        return {"onSuccess": {"policy": "DeleteSelf"}, "onFailure": {"policy": "DeleteSelf"}}
    if "jobDeploymentStatus" in schema.get("properties", ()):
        return dict(_DONE)
    match type_of(schema):
        case "object":
            if isinstance(schema.get("additionalProperties"), dict):
                return {"x": sample(schema["additionalProperties"])}
            parts = schema.get("properties", {})
            return {name: sample(parts[name]) for name in schema.get("required", ())}
        case "array":
            return [sample(schema["items"])]
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return True
        case "amount":
            return 1
        case _:
            if schema.get("format") == "date-time":
                return "2026-01-01T00:00:00Z"
            return "x" * max(1, schema.get("minLength", 1))


def broken(schema: Schema, keyword: str) -> tuple[Any, ...]:
    """Values that break a keyword of a schema; none where it takes more than a value."""
    name, _, detail = keyword.partition(":")
    match name:
        case "type":
            return _WRONG[type_of(schema)]
        case "enum":
            first = str(schema["enum"][0])
            return ("x", first.swapcase(), f"{first} ")
        case "minimum":
            return (schema["minimum"] - 1, schema["minimum"] - 1000, -(2**31))
        case "maximum":
            return (schema["maximum"] + 1, schema["maximum"] + 1000, 2**31 - 1)
        case "minLength":
            return ("",)
        case "maxLength":
            return ("x" * (schema["maxLength"] + 1), "x" * (schema["maxLength"] + 9))
        case "pattern":
            return ("1 Gi", "--1", "1GB ", " /")
        case "minItems":
            return ([],)
        case "format":
            return (2**31, -(2**31) - 1, 2**40)
        case "required":
            whole = sample(schema)
            return ({key: value for key, value in whole.items() if key != detail},)
        case "duplicate":
            item = sample(schema["items"])
            return ([item, item], [item, copy.deepcopy(item), item])
        case _:
            rule = schema["x-kubernetes-validations"][int(detail)]
            return next((values for words, values in _AGAINST if words in rule["message"]), ())


def put(document: Document, spec: Schema, way: Way, value: Any) -> bool:
    """Write a value at a way below the spec, in place; what is on the way is made where it isn't
    there. False where something else is.
    """
    here, schema = document["spec"], spec
    steps = way[1:]
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        schema = (
            schema["items"]
            if step == "[]"
            else schema["additionalProperties"]
            if step == "{}"
            else schema["properties"][step]
        )
        key: Any = step
        if step == "[]":
            key = 0
            if not isinstance(here, list):
                return False
            if not here:
                here.append(sample(schema))
        elif not isinstance(here, dict):
            return False
        elif step == "{}":
            key = next(iter(here), "x")
        if last:
            here[key] = copy.deepcopy(value)
            return True
        if isinstance(here, dict) and here.get(key) is None:
            here[key] = sample(schema)
        here = here[key]
    return False


def present(document: Any, spec: Schema, way: Way = ("spec",)) -> Iterator[tuple[Way, Any, Schema]]:
    """Every value below the spec of a document that its schema knows."""
    yield way, document, spec
    if isinstance(document, dict):
        parts = spec.get("properties", {})
        others = spec.get("additionalProperties")
        for name, value in document.items():
            if value is None:
                continue
            if name in parts:
                yield from present(value, parts[name], (*way, name))
            elif isinstance(others, dict):
                yield from present(value, others, (*way, "{}"))
    elif isinstance(document, list) and "items" in spec:
        for item in document:
            yield from present(item, spec["items"], (*way, "[]"))


_ERROR: Final = re.compile(r"([a-zA-Z<][^:\s]*): (.*)", re.DOTALL)
_FORMAT: Final = re.compile(r"Checked value must be of type integer with format int32 in (\S+)")


def way_of(path: str, spec: Schema) -> Way:
    """A path as the API server writes it, as a way through the schema of the spec."""
    steps: list[str] = re.findall(r"[^.\[\]]+|\[\d+\]", path)
    way, schema = ["spec"], spec
    for step in steps[1:]:
        if step[0] == "[":
            way.append("[]")
            schema = schema.get("items", {})
        elif step in schema.get("properties", ()):
            way.append(step)
            schema = schema["properties"][step]
        elif isinstance(schema.get("additionalProperties"), dict):
            way.append("{}")
            schema = schema["additionalProperties"]
            if type_of(schema) not in ("object", "array"):
                break  # its key may have dots
        else:
            way.append(step)
            schema = {}
    return tuple(way)


def met(error: str) -> tuple[str, str] | None:
    """The path and the keyword that an error of the schema speaks of."""
    if found := _FORMAT.search(error):
        return found[1], "format"
    parts = _ERROR.fullmatch(error)
    if parts is None:
        return None
    path, rest = parts.groups()
    told = (
        ("Required value", "required"),
        ("Unsupported value", "enum"),
        ("Duplicate value", "duplicate"),
        ("must be of type", "type"),
        ("should be greater than or equal", "minimum"),
        ("should be less than or equal", "maximum"),
        ("should be at least", "minLength"),
        ("may not be longer", "maxLength"),
        ("may not be more than", "maxLength"),
        ("Too long", "maxLength"),
        ("should match", "pattern"),
        ("should have at least", "minItems"),
    )
    keyword = next((keyword for words, keyword in told if words in rest), "rule")
    return path, keyword
