"""The words in which people are told what a schema asks for. Not here: what breaks it (`walk`)."""

from __future__ import annotations

from typing import Final

from raypolicy.schema.fields import Step
from raypolicy.schema.walk import DUPLICATE, HIGH, LONG, LOW, SHORT, UNKNOWN_FIELD, Fault

_TYPES: Final = {
    str: "text",
    bool: "boolean",
    int: "whole number",
    float: "number with a fraction",
    list: "list",
    dict: "mapping",
}
_WORDS: Final = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a mapping",
    "integer or string": "a whole number or a text",
}
_BOUNDS: Final = {LOW: "at least ", HIGH: "at most ", SHORT: "at least ", LONG: "at most "}


def type_word(value: object) -> str:
    """The type of a value."""
    return _TYPES.get(type(value), "value")


def expectation(fault: Fault) -> str | None:
    """What should be there instead; None where nothing should."""
    expected = fault.expected
    if fault.kind in (UNKNOWN_FIELD, DUPLICATE) or expected is None:
        return None
    if isinstance(expected, list):
        return ", ".join(map(str, expected))
    return _BOUNDS.get(fault.kind, "") + _WORDS.get(expected, str(expected))


def dotted(path: tuple[Step, ...]) -> str:
    """A path as the API server writes it, `spec.workerGroupSpecs[0].replicas`."""
    steps = (f"[{step}]" if type(step) is int else f".{step}" for step in path)
    return "".join(steps).lstrip(".")
