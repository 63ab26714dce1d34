"""Paths of rules: parsed, checked against the model, compiled. Not here: comparisons (`clause`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeAlias, get_origin

from raypolicy.expect import did_you_mean
from raypolicy.facts.view import View, words
from raypolicy.tree import ABSENT, Node, placeless

Step: TypeAlias = tuple[str, Any]
"""("fact", name), ("field", name), ("index", number), ("each", None), or at the end of a path that
leads to a view ("node", "node"): the place it stands for."""
Scope: TypeAlias = Any
"""An object whose attributes are the names that paths begin with."""
_ATTRIBUTES: Final = ("fact", "node")
WRITTEN: Final = "written"
"""The type of what is written in the manifest and has no view: anything may follow."""


class PathError(ValueError):
    """A path that can't be; `offset` is the place in its text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Path(NamedTuple):
    """A checked path: where it starts, its steps, and what it leads to.

    `leads_to` is a View class, the type of a fact's value, or WRITTEN; `many` says that it walks
    lists; `editable` that it ends at a place that is written in the manifest itself.
    """

    text: str
    start: str
    steps: tuple[Step, ...]
    leads_to: Any
    many: bool
    editable: bool


def parse(text: str) -> list[Step]:
    """The names, indices and `[*]` of a path, by jsonpath-ng's grammar.

    Raises PathError for what isn't a path, and for the parts of JSONPath that rules don't have.
    """
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.parser import parse as parse_jsonpath

    if ".*" in text or any(sign in text for sign in "$|&`"):
        raise PathError(f"rules have only names, [n], [*] and ['quoted key'] in paths: {text!r}")
    try:
        parsed = parse_jsonpath(text)
    except JSONPathError as error:
        raise PathError(f"not a path: {text!r} ({error})", _offset(str(error), text)) from None
    steps: list[Step] = []
    _flatten(parsed, steps, text)
    return steps


def _offset(message: str, text: str) -> int:
    """The place that jsonpath-ng's message names: `at 1:4`, `line 1, col 4` or the end."""
    found = re.search(r"1(?::|, col )(\d+)", message)
    return int(found[1]) if found else len(text)


def _flatten(parsed: Any, steps: list[Step], text: str) -> None:
    kind = type(parsed).__name__
    if kind == "Child":
        _flatten(parsed.left, steps, text)
        _flatten(parsed.right, steps, text)
    elif kind == "Fields" and len(parsed.fields) == 1 and parsed.fields != ("*",):
        steps.append(("field", parsed.fields[0]))
    elif kind == "Index" and len(getattr(parsed, "indices", (0,))) == 1:
        index = parsed.indices[0]
        if index < 0:
            raise PathError(f"an index counts from the start: {text!r}")
        steps.append(("index", index))
    elif kind == "Wildcard":
        steps.append(("each", None))
    else:
        raise PathError(f"rules have only names, [n], [*] and ['quoted key'] in paths: {text!r}")


class Names(NamedTuple):
    """The names a path may begin with, and what each leads to; `lists` lead to many of it."""

    views: Mapping[str, Any]
    lists: Mapping[str, Any] = {}

    def check(self, text: str) -> Path:
        """The path checked step by step against the model. Raises PathError."""
        steps = parse(text)
        kind, first = steps[0]
        known = {**self.lists, **self.views}
        if kind != "field" or first not in known:
            raise PathError(f"no name {first!r} here{did_you_mean(str(first), known)}", 0)
        at: Any = known[first]
        checked: list[Step] = []
        many, listed, offset = False, first in self.lists, len(first)
        editable = at is WRITTEN or (isinstance(at, type) and issubclass(at, View))
        for kind, name in steps[1:]:
            if kind == "field":
                offset = max(offset, text.find(name, offset))
                if listed:
                    raise PathError(
                        f"{text!r} has a list before {name!r}; walk it with [*] in given", offset
                    )
                step, at, listed, editable = _field(at, name, offset)
                checked.append(step)
            else:
                if not listed and at is not WRITTEN:
                    raise PathError(f"{text!r}: only a list has items", offset)
                checked.append((kind, name))
                many = many or kind == "each"
                listed = False
        if listed:
            raise PathError(f"{text!r} is a list; write {text}[*]")
        return Path(text, str(first), tuple(checked), at, many, editable)


def _field(at: Any, name: str, offset: int) -> tuple[Step, Any, bool, bool]:
    """A name behind a dot: the step, what it leads to, whether that is a list, and is written."""
    if at is WRITTEN or get_origin(at) is dict:
        return ("field", name), WRITTEN, False, True
    if not (isinstance(at, type) and issubclass(at, View)):
        raise PathError(f"a {getattr(at, '__name__', at)} has no parts, so no {name!r}", offset)
    known = words(at)
    if name in known:
        word = known[name]
        return ("fact", name), word.type, word.kind.endswith("s"), word.written
    if at.open or name in at.fields:
        return ("field", name), WRITTEN, False, True
    meant = did_you_mean(name, [*known, *at.fields])
    article = "an" if at.__name__[0] in "AEIOU" else "a"
    raise PathError(f"{article} {at.__name__} has no {name!r}{meant}", offset)


Walk: TypeAlias = Callable[[Scope], Node[Any]]


def node_of(found: Any) -> Node[Any]:
    """The node of whatever a path led to: a View or a Node."""
    return found if type(found) is Node else found.node


@cache
def compile_one(start: str, steps: tuple[Step, ...]) -> Callable[[Scope], Any]:
    """A singular path as a function from a scope to the View or Node it leads to.

    Mostly it is facts only, or facts and then fields.
    """
    count = next((i for i, (kind, _) in enumerate(steps) if kind not in _ATTRIBUTES), len(steps))
    get = attrgetter(".".join((start, *(name for _, name in steps[:count]))))
    rest = steps[count:]
    if not rest:
        return get
    if any(kind != "field" for kind, _ in rest):
        return lambda scope: _walk(get(scope), rest)
    first, *others = (name for _, name in rest)

    def walk(scope: Scope) -> Node[Any]:
        here = get(scope)
        node = here.get(first) if type(here) is Node else here.field(first)
        return node.get(*others) if others else node

    return walk


def _walk(here: Any, steps: tuple[Step, ...]) -> Any:
    for kind, name in steps:
        if kind in _ATTRIBUTES:
            if type(here) is Node:
                return here  # an index led beyond a list
            here = getattr(here, name)
        elif type(here) is tuple:
            here = here[name] if name < len(here) else placeless(ABSENT)
        elif isinstance(here, View):
            here = here.field(name)
        else:
            here = here.get(name)
    return here


def compile_many(start: str, steps: tuple[Step, ...]) -> Callable[[Scope], Iterable[Any]]:
    """A path with `[*]` as a function from a scope to the Views or Nodes it leads to.

    Where a fact lists no view it is an empty tuple.
    """
    parts: list[tuple[Step, ...]] = []
    part: list[Step] = []
    for step in steps:
        if step[0] == "each":
            parts.append(tuple(part))
            part = []
        else:
            part.append(step)
    tail = tuple(part)
    first = compile_one(start, parts[0]) if parts else compile_one(start, tail)
    if len(parts) == 1 and not tail:

        def members(scope: Scope) -> Iterable[Any]:
            listed = first(scope)
            return listed if type(listed) is tuple else _items(listed)

        return members

    def walk(scope: Scope) -> Iterable[Any]:
        found: Iterable[Any] = _items(first(scope)) if parts else (first(scope),)
        for steps in parts[1:]:
            found = _deeper(found, steps)
        return (_walk(item, tail) for item in found) if tail and parts else found

    return walk


def _deeper(found: Iterable[Any], steps: tuple[Step, ...]) -> Iterator[Any]:
    for item in found:
        yield from _items(_walk(item, steps))


def _items(listed: Any) -> Iterable[Any]:
    if type(listed) is tuple:
        return listed
    return listed.items() if type(listed.value) is list else (n for _, n in listed.entries())
