"""What holds for a check as a listing, with origins. Not here: how it came about (`layers`).

The listing is YAML, and may be kept as a configuration in the working directory.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from raypolicy.config import Options
from raypolicy.configkeys import KEYS, Key
from raypolicy.layers import COMMAND_LINE, Layer, Setting
from raypolicy.source import Span

_PLAIN: Final = r"[A-Za-z][A-Za-z0-9_./-]*"
_WORDS: Final = frozenset("true false yes no on off y n null none".split())
_WIDEST: Final = 44
_Line: TypeAlias = tuple[str, Span | str]


def listing(layer: Layer, alone: Mapping[str, Any]) -> Iterator[str]:
    """The lines: every key and its value, with a comment that says where it is set.

    `alone` is what the command line says that has no key.
    """
    for each in layer.get("extends", ()):
        yield f"# extends {each.value}, as {_words(each.origin)} says"
    for name, value in alone.items():
        if value == Options._field_defaults[name]:
            continue
        shown = ", ".join(value) if isinstance(value, tuple) else value
        yield f"# --{name.replace('_', '-')} {shown}, as the {COMMAND_LINE} says"
    keys = {name: key for name, key in KEYS.items() if name != "extends"}
    lines = list(_table(layer, keys, ""))
    width = min(max(len(text) for text, _ in lines), _WIDEST)
    for text, origin in lines:
        yield f"{text:{width}}  # {_words(origin)}" if origin else text


def _table(value: Layer, keys: Mapping[str, Key], indent: str) -> Iterator[_Line]:
    for name, key in keys.items():
        if key.kind == "table":
            yield f"{indent}{name}:", ""
            yield from _table(value.get(name, {}), key.keys, f"{indent}  ")
        elif name in value:
            yield from _lines(name, value[name], key, indent)
        else:
            empty = {"list": "[]", "names": "{}"}.get(key.kind, key.default or "null")
            yield f"{indent}{name}: {empty}", "default"


def _lines(name: str, value: Any, key: Key, indent: str) -> Iterator[_Line]:
    """A key and what is below it."""
    shown = _scalar(name)
    if isinstance(value, Setting):
        yield f"{indent}{shown}: {_value(value, key)}", value.origin
        return
    if not value:
        yield f"{indent}{shown}: {'{}' if isinstance(value, dict) else '[]'}", ""
        return
    assert key.of is not None
    yield f"{indent}{shown}:", ""
    if isinstance(value, dict):
        for each, below in value.items():
            yield from _lines(each, below, key.of, f"{indent}  ")
        return
    for each in value:
        if isinstance(each, Setting):
            yield f"{indent}  - {_value(each, key.of)}", each.origin
            continue
        mark = "- "
        for part, below in each.items():
            for text, origin in _lines(part, below, key.of.keys[part], ""):
                yield f"{indent}  {mark}{text}", origin
                mark = "  "


def _value(setting: Setting, key: Key) -> str:
    value = setting.value
    if key.kind == "glob" and os.path.isabs(value):
        value = os.path.relpath(value)
        value = value if "/" in value else f"./{value}"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """A value as YAML, in one line."""
    plain = isinstance(value, str) and re.fullmatch(_PLAIN, value)
    if plain and value.lower() not in _WORDS:
        return str(value)
    return json.dumps(value, default=str)


def _words(origin: Span | str) -> str:
    if isinstance(origin, str):
        return origin
    return f"{origin.source.name}:{origin.first.line}"
