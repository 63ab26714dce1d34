"""How two objects differ, field by field. Not here: where the objects come from (`made`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from raypolicy.tree import ABSENT


class Change(NamedTuple):
    """A field that differs. `path` reads `spec.containers[ray-head].env[RAY_PORT].value`; a side
    that has nothing there is ABSENT.
    """

    path: str
    before: Any
    after: Any


def changes(before: Any, after: Any, path: str = "") -> Iterator[Change]:
    """The fields that differ between plain data, the smallest that say it: a mapping that only one
    side has is one change. Items of lists are told by their names, where all have one.
    """
    if type(before) is dict and type(after) is dict:
        yield from _entries(before, after, f"{path}." if path else "")
    elif type(before) is list and type(after) is list:
        old, new = _named(before), _named(after)
        if old is None or new is None:
            old, new = _numbered(before), _numbered(after)
        for key in {**old, **new}:
            yield from changes(old.get(key, ABSENT), new.get(key, ABSENT), f"{path}[{key}]")
    elif before != after or type(before) is not type(after):
        yield Change(path, before, after)


def renamed(value: Any, old: str, new: str) -> Any:
    """Plain data with another name wherever a text has the old one, so that a new name is one
    change and not one for each place that repeats it.
    """
    if type(value) is dict:
        return {key: renamed(each, old, new) for key, each in value.items()}
    if type(value) is list:
        return [renamed(each, old, new) for each in value]
    return value.replace(old, new) if type(value) is str else value


def _entries(before: dict[Any, Any], after: dict[Any, Any], prefix: str) -> Iterator[Change]:
    for key in {**before, **after}:
        shown = (
            f"{prefix[:-1]}['{key}']" if "." in str(key) or "/" in str(key) else f"{prefix}{key}"
        )
        yield from changes(before.get(key, ABSENT), after.get(key, ABSENT), shown)


def _numbered(items: list[Any]) -> dict[Any, Any]:
    return dict(enumerate(items))


def _named(items: list[Any]) -> dict[Any, Any] | None:
    """Items by their names; None unless each has one of its own."""
    named = {each["name"]: each for each in items if type(each) is dict and "name" in each}
    return named if len(named) == len(items) else None
