"""Changes to plain data, and what two pieces of plain data differ in. Not here: texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]


class NoEditError(ValueError):
    """What is asked for cannot be done, or not without doing more than that."""


class Step(NamedTuple):
    """One thing done to plain data.

    `put` a value, what is missing on the way made; `append` it to the list at the path; `drop` or
    `rename` what is there.
    """

    act: Literal["put", "append", "drop", "rename"]
    path: Path
    value: Any = None


def changed(data: Any, steps: Iterable[Step]) -> Any:
    """The data after all steps, whose paths are those of before; what they don't touch is shared.

    NoEditError where there is no such place, or where a new key is there already.
    """
    later: list[Step] = []
    for step in steps:
        if step.act == "put":
            data = _with(data, step.path, partial(_instead, step.value))
        elif step.act == "append":
            data = _with(data, step.path, partial(_appended, step.value))
        else:
            later.append(step)
    for step in sorted(later, key=_from_behind, reverse=True):
        if not step.path:
            raise NoEditError("the whole document")
        *above, key = step.path
        drop = step.act == "drop"
        make = partial(_without, key) if drop else partial(_renamed, key, step.value)
        data = _with(data, tuple(above), make)
    return data


def look_up(data: Any, path: Path) -> Any:
    """What is at the path; None where nothing is."""
    for key in path:
        if not has(data, key):
            return None
        data = data[key]
    return data


def has(data: Any, key: str | int) -> bool:
    if type(data) is dict:
        return key in data
    return type(data) is list and type(key) is int and 0 <= key < len(data)


def same(one: Any, other: Any) -> bool:
    """Whether Kubernetes sees the same in both: 1 is 1.0, and is neither true nor "1"."""
    pending = [(one, other)]
    seen: set[tuple[int, int]] = set()
    while pending:
        a, b = pending.pop()
        if a is b or (id(a), id(b)) in seen:
            continue
        seen.add((id(a), id(b)))
        if type(a) is dict and type(b) is dict and a.keys() == b.keys():
            pending += ((value, b[key]) for key, value in a.items())
        elif type(a) is list and type(b) is list and len(a) == len(b):
            pending += zip(a, b, strict=True)
        elif type(a) in (dict, list) or a != b or (type(a) is bool) != (type(b) is bool):
            return False
    return True


def difference(old: Any, new: Any, path: Path = ()) -> list[Step]:
    """Steps that lead from old to new, small ones where the two have much in common."""
    if same(old, new):
        return []
    steps: list[Step] = []
    if type(old) is dict and type(new) is dict:
        steps += [Step("drop", (*path, key)) for key in old if key not in new]
        for key, value in new.items():
            known = key in old
            where = (*path, key)
            steps += difference(old[key], value, where) if known else [Step("put", where, value)]
        return steps
    if type(old) is list and type(new) is list:
        return _list_difference(old, new, path)
    return [Step("put", path, new)]


def _list_difference(old: list[Any], new: list[Any], path: Path) -> list[Step]:
    if len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [step for i, (a, b) in pairs for step in difference(a, b, (*path, i))]
    short = min(len(old), len(new))
    head = next((i for i in range(short) if not same(old[i], new[i])), short)
    if head == len(old):
        return [Step("append", path, value) for value in new[head:]]
    tail = len(new) - head
    if head + tail < len(old) and same(old[len(old) - tail :], new[head:]):
        return [Step("drop", (*path, i)) for i in range(head, len(old) - tail)]
    return [Step("put", path, new)]


def _with(data: Any, path: Path, make: Callable[[Any], Any]) -> Any:
    """A copy of the data along the path, with what `make` makes of what is at its end."""
    if not path:
        return make(data)
    key, rest = path[0], path[1:]
    if type(key) is str:
        data = {} if data is None else data
        if type(data) is not dict:
            raise NoEditError("not a mapping")
        return {**data, key: _with(data.get(key), rest, make)}
    items, index = _list(data), int(key)
    if not 0 <= index <= len(items):
        raise NoEditError("no such item")
    item = _with(items[index] if index < len(items) else None, rest, make)
    return [*items[:index], item, *items[index + 1 :]]


def _list(data: Any) -> list[Any]:
    if data is None:
        return []
    if type(data) is not list:
        raise NoEditError("not a list")
    return data


def _instead(value: Any, _: Any) -> Any:
    return value


def _appended(value: Any, holder: Any) -> Any:
    return [*_list(holder), value]


def _without(key: str | int, holder: Any) -> Any:
    if not has(holder, key):
        raise NoEditError("nothing to remove")
    if type(holder) is list:
        return [item for index, item in enumerate(holder) if index != key]
    return {other: value for other, value in holder.items() if other != key}


def _renamed(key: str | int, new: Any, holder: Any) -> Any:
    if type(holder) is not dict or key not in holder or new in holder or type(new) is not str:
        raise NoEditError("no key to rename, or the new one is there already")
    return {new if other == key else other: value for other, value in holder.items()}


def _from_behind(step: Step) -> tuple[int, int]:
    """Sorts what must be done last first: a path holds until something above or before it goes."""
    last = step.path[-1] if step.path else -1
    return (len(step.path), last if type(last) is int else -1)
