"""Plain data → YAML text that reads back as the same data. Not here: where the text goes."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from raypolicy.edits.plain import NoEditError
from raypolicy.scalars import resolve

# What a plain scalar may not begin with, hold or end in; some of it only in flow style.
_INDICATOR = re.compile(r"[\s,\[\]{}#&*!|>'\"%@`]|[-?:](?:[\s,\[\]{}]|\Z)|(?:---|\.\.\.)(?:\s|\Z)")
_INSIDE = re.compile(r":(?:\s|\Z)|\s#|\s\Z")
_IN_FLOW = re.compile(r"[,\[\]{}?]|\A:")
# Texts to kubectl, but numbers, dates or more to other readers of YAML.
_ELSEWHERE = re.compile(
    r"[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9]*)?|\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?|=|<<"
)


class Flow(NamedTuple):
    """How things are written in flow style: as in JSON (all texts quoted), without blanks."""

    json: bool = False
    compact: bool = False


class Block(NamedTuple):
    """How a document indents: what is below a key, and the dashes of a list below a key."""

    step: int = 2
    dash: int = 0


def scalar(value: object, *, quote: str = "", flow: bool = False) -> str:
    """A scalar on one line; a text gets the quotes asked for, or those that it needs."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if not isinstance(value, str):
        raise NoEditError(f"a {type(value).__name__} has no form in YAML")
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return value if not quote and plain(value, flow=flow) else double(value)


def plain(text: str, *, flow: bool = False) -> bool:
    """Whether a text without quotes reads back as itself, wherever it is put."""
    return (
        text.isprintable()
        and text != ""
        and not _INDICATOR.match(text)
        and not _INSIDE.search(text)
        and not (flow and _IN_FLOW.search(text))
        and not _ELSEWHERE.fullmatch(text)
        and resolve_or_none(text) == text
    )


def resolve_or_none(text: str) -> object:
    """What a plain scalar means; None also for what is refused."""
    try:
        return resolve(text)
    except ValueError:
        return None


def double(text: str) -> str:
    """A text in double quotes, valid in JSON as well."""
    quoted = json.dumps(text, ensure_ascii=False)
    # Escapes beyond U+FFFF differ between YAML and JSON, and nothing there needs one.
    return "".join(
        char if char.isprintable() or char > "\uffff" else f"\\u{ord(char):04x}" for char in quoted
    )


def in_flow(data: Any, style: Flow) -> str:
    """Any data on one line, safe inside brackets and braces."""
    colon, comma = (":", ",") if style.compact else (": ", ", ")
    quote = '"' if style.json else ""
    if type(data) is dict:
        items = (f"{_key(key, quote)}{colon}{in_flow(value, style)}" for key, value in data.items())
        return "{" + comma.join(items) + "}"
    if type(data) is list:
        return "[" + comma.join(in_flow(item, style) for item in data) + "]"
    return scalar(data, quote=quote, flow=True)


def flow_entry(holder: Any, key: str | int, data: Any, style: Flow) -> str:
    """One entry of a mapping or item of a list in flow style."""
    if type(holder) is list:
        return in_flow(data, style)
    return in_flow({key: data}, style)[1:-1]


def in_block(data: Any, style: Block) -> list[str]:
    """A mapping or list as lines, indented from zero; anything else is one line."""
    if type(data) is dict and data:
        return [line for key, value in data.items() for line in _below(key, value, style)]
    if type(data) is list and data:
        return [line for item in data for line in _hung("- ", in_block(item, style))]
    return ["{}" if data == {} else "[]" if data == [] else scalar(data)]


def depth(text: str) -> int:
    """How deep whole new lines belong; to one place the deeper ones go first.

    A list may stand at the column of the key that holds it, so its items are a bit deeper.
    """
    lines = text.splitlines()
    if len(lines) < 2 or lines[0]:
        return 0
    inner = lines[1].lstrip(" ")
    return 2 * (len(lines[1]) - len(inner)) + inner.startswith("-")


def _below(key: Any, value: Any, style: Block) -> list[str]:
    lines = in_block(value, style)
    name = _key(key, "")
    if not (type(value) in (dict, list) and value):
        return [f"{name}: {lines[0]}"]
    indent = " " * (style.step if type(value) is dict else style.dash)
    return [f"{name}:", *(indent + line for line in lines)]


def _hung(mark: str, lines: list[str]) -> list[str]:
    return [(mark if number == 0 else " " * len(mark)) + line for number, line in enumerate(lines)]


def _key(key: Any, quote: str) -> str:
    if type(key) is not str:
        raise NoEditError("a key must be a text")
    return scalar(key, quote=quote, flow=True)
