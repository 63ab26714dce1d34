"""Walks an object along its schema and tells what breaks it. Not here: the schema (`fields`), what
was meant (`meant`).

As the API server does on create: unknown fields are pruned, nulls give way to the default or go,
missing fields get their defaults, and what is left is checked. Nothing is copied for it.
Source: apiextensions-apiserver `pkg/apiserver/schema/` (pruning, defaulting, listtype) and
`pkg/registry/customresource/strategy.go`; kube-openapi `pkg/validation/validate/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from raypolicy.schema.fields import Part, Step, part
from raypolicy.schema.formats import has_form, is_time
from raypolicy.values import placeholder

UNKNOWN_FIELD: Final = "unknown field"
TYPE: Final = "type"
ENUM: Final = "enum"
LOW: Final = "too low"
HIGH: Final = "too high"
SHORT: Final = "too short"
LONG: Final = "too long"
FORM: Final = "form"
REQUIRED: Final = "required"
DUPLICATE: Final = "duplicate"
CLASH: Final = "clash"
INCOMPLETE: Final = "incomplete"
NO_SPEC: Final = "no spec"
NO_KIND: Final = "no kind"

_LARGEST: Final = 2**53 - 1
"""Up to which a number with a fraction of zero is an integer to JSON."""
_RANGES: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_SCALARS: Final = {"string": str, "integer": int, "boolean": bool}
_PLAIN: Final = frozenset({"type", "default", "nullable"})


class Fault(NamedTuple):
    """What breaks a schema: which of its words, where, and what it says there.

    `path` leads to the value, or to the field that is missing or unknown. `expected` is what the
    word says: a type, the values, a bound, a pattern; of a duplicate the path of the first.
    """

    kind: str
    path: tuple[Step, ...]
    expected: Any


def faults(value: object, number: int) -> Iterator[Fault]:
    """What breaks the schema with a number in a value, in the order it is written."""
    return iter(_Walk().whole(value, number))


class _Walk:
    """One walk; what several aliases stand for is walked once."""

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self._walked: set[tuple[int, int]] = set()

    def whole(self, value: object, number: int) -> list[Fault]:
        self._value(value, number, ())
        return [each for each in self._found if each.kind == UNKNOWN_FIELD or not _dropped(each)]

    def _tell(self, kind: str, path: tuple[Step, ...], expected: Any = None) -> None:
        self._found.append(Fault(kind, path, expected))

    def _value(self, value: Any, number: int, path: tuple[Step, ...]) -> None:
        if type(value) is dict or type(value) is list:
            known = (id(value), number)
            if known in self._walked:
                return
            self._walked.add(known)
            here = part(number)
            wanted = here.get("type")
            if type(value) is dict and wanted == "object":
                self._mapping(value, here, path)
            elif type(value) is list and wanted == "array":
                self._list(value, here, path)
            elif here:
                self._tell(TYPE, path, type_of(here))
        else:
            self._scalar(value, part(number), path)

    def _mapping(self, value: dict[str, Any], here: Part, path: tuple[Step, ...]) -> None:
        fields, others = here.get("properties", {}), here.get("additionalProperties")
        for name, item in value.items():
            number = fields.get(name, others)
            if number is None:
                if placeholder(name) is None:
                    self._tell(UNKNOWN_FIELD, (*path, name))
            elif item is not None and type(item) is not _plain(number):
                self._value(item, number, (*path, name))
        required = here.get("required")
        if required:
            self._required(value, here, path)
        if "x-kubernetes-validations" in here:
            from raypolicy.schema.validations import broken  # few manifests have such a field

            for kind, at, expected in broken(here["x-kubernetes-validations"], value):
                self._tell(kind, path + at, expected)

    def _required(self, value: dict[str, Any], here: Part, path: tuple[Step, ...]) -> None:
        for name in here["required"]:
            if value.get(name) is not None:
                continue
            field = part(here["properties"][name]) if name in here["properties"] else {}
            if "default" in field or (name in value and field.get("nullable")):
                continue
            if not any(placeholder(each) for each in value):
                self._tell(REQUIRED, (*path, name), type_of(field))

    def _list(self, value: list[Any], here: Part, path: tuple[Step, ...]) -> None:
        number = here["items"]
        for index, item in enumerate(value):
            if item is not None:
                if type(item) is not _plain(number):
                    self._value(item, number, (*path, index))
            elif not part(number).keys() & {"default", "nullable"}:
                self._tell(TYPE, (*path, index), type_of(part(number)))
        if len(value) < here.get("minItems", 0):
            self._tell(SHORT, path, here["minItems"])
        if len(value) > 1 and here.get("x-kubernetes-list-type") in ("map", "set"):
            self._unique(value, here, path)

    def _unique(self, value: list[Any], here: Part, path: tuple[Step, ...]) -> None:
        """Items that have the same keys as one before; every one but the first is told."""
        names = here.get("x-kubernetes-list-map-keys")
        fields = part(here["items"]).get("properties", {})
        seen: dict[tuple[Any, ...], int] = {}
        for index, item in enumerate(value):
            key: tuple[Any, ...] = (item,)
            if names is not None:
                given = item if type(item) is dict else {}
                key = tuple(
                    part(fields[name]).get("default") if given.get(name) is None else given[name]
                    for name in names
                )
            if any(type(each) in (dict, list) or _varies(each) for each in key):
                continue
            first = seen.setdefault((*key, *map(type, key)), index)
            if first != index:
                self._tell(DUPLICATE, (*path, index), (*path, first))

    def _scalar(self, value: Any, here: Part, path: tuple[Step, ...]) -> None:
        if _is_amount(value, here):
            return
        if _SCALARS.get(here.get("type", "")) is not type(value):
            if not here or _open(value):
                return
            if not _fits(value, here):
                self._tell(TYPE, path, type_of(here))
                return
        if type(value) is str:
            self._text(value, here, path)
        elif type(value) is not bool:
            self._number(value, here, path)

    def _text(self, value: str, here: Part, path: tuple[Step, ...]) -> None:
        fault: tuple[str, Any] | None = None
        if value not in here.get("enum", (value,)):
            fault = (ENUM, here["enum"])
        elif len(value) < here.get("minLength", 0):
            fault = (SHORT, here["minLength"])
        elif len(value) > here.get("maxLength", len(value)):
            fault = (LONG, here["maxLength"])
        elif "pattern" in here and not has_form(value, here["pattern"]):
            fault = (FORM, here["pattern"])
        elif here.get("format") == "date-time" and not is_time(value):
            fault = (FORM, "date-time")
        elif "x-kubernetes-validations" in here:
            from raypolicy.schema.validations import broken

            rules = broken(here["x-kubernetes-validations"], value)
            fault = next(((kind, expected) for kind, _, expected in rules), None)
        if fault is None or (placeholder(value) if fault[0] == ENUM else _open(value)):
            return
        self._tell(fault[0], path, fault[1])

    def _number(self, value: float, here: Part, path: tuple[Step, ...]) -> None:
        least, most = _RANGES.get(here.get("format", ""), (None, None))
        least, most = here.get("minimum", least), here.get("maximum", most)
        if least is not None and value < least:
            self._tell(LOW, path, least)
        elif most is not None and value > most:
            self._tell(HIGH, path, most)


@lru_cache(1024)
def _plain(number: int) -> type | None:
    """The type of which a part of a schema takes any value, as most do; None where it asks more."""
    here = part(number)
    return _SCALARS.get(here.get("type", "")) if here.keys() <= _PLAIN else None


def _is_amount(value: object, here: Part) -> bool:
    """Whether it is an amount where one is asked for, which is all that such a part asks."""
    return (
        type(value) is str
        and "x-kubernetes-int-or-string" in here
        and ("pattern" not in here or has_form(value, here["pattern"]))
    )


def _dropped(fault: Fault) -> bool:
    """Whether it is in the status, which is dropped once its unknown fields have been told."""
    return fault.path[:1] == ("status",)


def type_of(here: Part) -> str:
    """What type a part of a schema asks for, in the words of JSON Schema."""
    if here.get("x-kubernetes-int-or-string"):
        return "integer or string"
    return str(here.get("type", "value"))


def _fits(value: object, here: Part) -> bool:
    """Whether a scalar, which is not of the type's own Python type, is of that type to JSON."""
    wanted = here.get("type")
    either = here.get("x-kubernetes-int-or-string")
    if type(value) is str:
        return bool(either)
    whole = type(value) is int or (
        type(value) is float and value.is_integer() and abs(value) <= _LARGEST
    )
    if wanted == "integer" or either:
        return whole
    return wanted == "number" and type(value) in (int, float)


def _varies(value: object) -> bool:
    """Whether a value could become two: what something else fills in, but for one name in capital
    letters, which is the same text wherever it is put.
    """
    return _open(value) and (type(value) is not str or placeholder(value) is not None)


def _open(value: object) -> bool:
    """Whether nobody can say what a value will be: a placeholder, a name in capital letters such as
    CPU_REQUEST that something replaces, or what a patch has wiped.
    """
    if type(value) is str:
        capitals = "_" in value and re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", value)
        return bool(capitals) or placeholder(value) is not None
    return type(value) not in (int, float, bool, type(None), dict, list)
