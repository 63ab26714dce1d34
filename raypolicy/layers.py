"""Settings with their origins, in layers: defaults, files, the command line. Not here: reading.

A layer has the shape of a configuration file: mappings, tuples, and a Setting for each value.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from raypolicy.config import Override
from raypolicy.configkeys import KEYS, Key, path_of, paths
from raypolicy.source import Span

COMMAND_LINE: Final = "command line"
Layer: TypeAlias = dict[str, Any]


class Setting(NamedTuple):
    """A value, and where it was set: a place in a file, or words for it."""

    value: Any
    origin: Span | str


def merged(far: Layer, near: Layer, keys: Mapping[str, Key] = KEYS) -> Layer:
    """Two layers as one: the nearer has the last word on single values, lists add up."""
    return {**far, **{name: _joined(far.get(name), near[name], keys[name]) for name in near}}


def of_command_line(said: Mapping[str, Any]) -> tuple[Layer, dict[str, Any]]:
    """What options say, by the names of Options, as a layer; and what of it no file could say."""
    layer: Layer = {}
    alone: dict[str, Any] = {}
    for name, value in said.items():
        way = path_of(name)
        if way[0] not in KEYS:
            alone[name] = value
            continue
        made = _settings(value, is_path=name == "rules")
        for part in reversed(way):
            made = {part: made}
        layer = merged(layer, made)
    return layer, alone


def _settings(value: Any, *, is_path: bool) -> Any:
    if not isinstance(value, tuple):
        return Setting(value, COMMAND_LINE)
    shaped = map(os.path.normpath, value) if is_path else value
    return tuple(Setting(each, COMMAND_LINE) for each in shaped)


def values(layer: Layer) -> dict[str, Any]:
    """What a layer sets, by the names of Options."""
    found: dict[str, Any] = {}
    for name, way, _ in paths():
        value: Any = layer
        for part in way:
            value = value.get(part, {})
        if value != {}:
            found[name] = plain(value)
    if "overrides" in found:
        found["overrides"] = tuple(Override(**each) for each in found["overrides"])
    return found


def plain(value: Any) -> Any:
    """A layer, or a part of one, without its origins."""
    if isinstance(value, Setting):
        return value.value
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return tuple(map(plain, value))


def origins(layer: Layer) -> dict[tuple[str, ...], Span]:
    """Where values were written, by the way to them: `("ignore", "moving-tag")`, `("settings",
    "many-small-pods", "pods")`; overrides are not told apart.
    """
    return {way: origin for way, origin in _origins(layer, ()) if isinstance(origin, Span)}


def _origins(value: Any, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Span | str]]:
    if isinstance(value, Setting):
        yield way, value.origin
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _origins(each, (*way, name))
    else:
        for each in value:
            own = (str(each.value),) if isinstance(each, Setting) else ()
            yield from _origins(each, (*way, *own))


def _joined(far: Any, near: Any, key: Key) -> Any:
    if far is None or key.replaces or key.kind not in ("list", "names", "table"):
        return near
    if key.kind == "table":
        return merged(far, near, key.keys)
    if key.kind == "names":
        assert key.of is not None
        return merged(far, near, dict.fromkeys(near, key.of))
    once: dict[str, Any] = {}
    for each in (*far, *near):
        once.setdefault(repr(plain(each)), each)
    return tuple(once.values())
