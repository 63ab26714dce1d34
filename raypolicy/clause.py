"""One comparison, three-valued, compiled. Not here: paths (`paths`), lists of them (`kleene`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from raypolicy.kleene import (
    DOUBTFUL,
    FALSE,
    HOLDS,
    NOT_ASKED,
    Evaluate,
    Outcome,
    all_of,
    any_of,
)
from raypolicy.paths import Scope, Walk, compile_many, compile_one, node_of
from raypolicy.tree import ABSENT, Node, Unknown, placeless
from raypolicy.values import Quantity, Version, placeholder

ORDERED: Final[dict[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
EQUAL: Final[dict[str, Callable[[Any, Any], bool]]] = {"==": eq, "!=": ne}
OPERATORS: Final = (*EQUAL, *ORDERED, "in", "not in", "matches")
TESTS: Final = ("exists", "missing")
TYPES: Final[dict[str, Any]] = {"Version": Version, "Quantity": Quantity}
"""Types of facts that have a text form, by the name that prepared rules use."""
EXAMPLES: Final = {"Version": "'2.9'", "Quantity": "'8Gi'"}

_NUMBERS: Final = (int, float)
_TO_BE_LOOKED_AT: Final = (str, Unknown, type(ABSENT))
"""Types that have values which can't be compared, if only with their like."""
MISMATCH: Final = Unknown("values of different types are not compared")


def compile_clauses(plan: Any) -> Evaluate:
    """A prepared clause, list of clauses (all of them) or {"any": […]} as a function."""
    if isinstance(plan, list):
        return all_of([compile_clauses(each) for each in plan])
    if "any" in plan:
        return any_of([compile_clauses(each) for each in plan["any"]])
    return _clause(plan)


def _clause(plan: Any) -> Evaluate:
    left = _walk(plan["left"])
    name = plan["op"]
    right = plan.get("right", {})
    words = (words_of(plan["left"]), words_of(right["path"]) if "path" in right else "")
    if name in TESTS:
        return _test(left, name == "exists", words)
    if name in ("in", "not in"):
        found = _in(left, _members(right), name == "in", words)
        return _in_texts(left, right, found, words) if name == "in" else found
    if name == "matches":
        return _compare(left, operand(right), fnmatchcase, words, only=str)
    holds = {**EQUAL, **ORDERED}[name]
    compared = _compare(left, operand(right), holds, words)
    return compared if "path" in right else _compare_quickly(left, right, holds, words, compared)


def words_of(path: Any) -> str:
    """The name a prepared path ends in, as words; `python_version` is Python, `ray_version` Ray."""
    start, steps = path
    names = [name for kind, name in steps if kind in ("fact", "field")]
    name = str(names[-1]) if names else str(start)
    if name.endswith("_version"):
        return name.removesuffix("_version").replace("_", " ").capitalize()
    return name.replace("_", " ")


def _steps(path: Any) -> tuple[str, tuple[Any, ...]]:
    start, steps = path
    return start, tuple((kind, name) for kind, name in steps)


def _walk(path: Any) -> Walk:
    return compile_one(*_steps(path))


def operand(plan: Any) -> Walk:
    if "path" in plan:
        walk, of = _walk(plan["path"]), TYPES.get(plan.get("type"))
        if of is None:
            return walk
        return lambda scope: node_of(walk(scope)).map(of.parse, "the setting has no such value")
    literal = placeless(typed(plan["literal"], plan.get("type")))
    return lambda scope: literal


def _members(plan: Any) -> Callable[[Scope], Iterable[Any] | None]:
    """The right side of `in`: what a list that is walked leads to, or the items of a value."""
    if plan.get("many"):
        return compile_many(*_steps(plan["path"]))
    listed = operand(plan)
    if "path" in plan:
        return lambda scope: _listed(listed(scope))
    literals = tuple(_listed(listed(None)) or ())
    return lambda scope: literals


def typed(literal: Any, type_name: str | None) -> Any:
    """A literal of a rule file as a value of the fact's type; ValueError if it has none."""
    if isinstance(literal, list):
        return [typed(each, type_name) for each in literal]
    if type_name not in TYPES:
        return literal
    readable = isinstance(literal, str) or type_name == "Quantity"
    value = TYPES[type_name].parse(literal) if readable else None
    if value is None:
        raise ValueError(f"{literal!r} is not a {type_name}, such as {EXAMPLES[type_name]}")
    return value


def unclear(value: Any) -> bool:
    """Whether a comparison with this value can't be decided: unknown, or a placeholder."""
    if type(value) is str:
        return placeholder(value) is not None
    return type(value) is Unknown


def _test(left: Walk, wanted: bool, words: tuple[str, str]) -> Evaluate:
    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = left(scope)
        value = node.value
        if type(value) is Unknown:
            unknown.append(node)
            return DOUBTFUL
        return HOLDS if (value is not ABSENT) is wanted else Outcome(FALSE, node, None, words)

    return evaluate


def _compare(
    left: Walk,
    right: Walk,
    holds: Callable[[Any, Any], bool],
    words: tuple[str, str],
    only: type | None = None,
) -> Evaluate:
    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        one, other = left(scope), right(scope)
        value, wanted = one.value, other.value
        if type(value) is not type(wanted) or type(value) in _TO_BE_LOOKED_AT or only:
            if value is ABSENT or wanted is ABSENT:
                return NOT_ASKED
            if unclear(value) or unclear(wanted):
                unknown.append(one if unclear(value) else other)
                return DOUBTFUL
            if not alike(value, wanted, only):
                unknown.append(one.put(MISMATCH))
                return DOUBTFUL
        return HOLDS if holds(value, wanted) else Outcome(FALSE, one, other, words)

    return evaluate


def _compare_quickly(
    left: Walk,
    right: Any,
    holds: Callable[[Any, Any], bool],
    words: tuple[str, str],
    otherwise: Evaluate,
) -> Evaluate:
    """The comparison with a literal, for values of its type; most clauses are one."""
    literal = operand(right)(None)
    wanted, kind = literal.value, type(literal.value)
    if unclear(wanted):
        return otherwise

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = left(scope)
        value = node.value
        if type(value) is not kind or (kind is str and placeholder(value)):
            return otherwise(scope, unknown)
        return HOLDS if holds(value, wanted) else Outcome(FALSE, node, literal, words)

    return evaluate


def alike(one: Any, other: Any, only: type | None = None) -> bool:
    """Whether two values may be compared: of one type, or both numbers; a boolean is no number."""
    kind, other_kind = type(one), type(other)
    if only is not None and kind is not only:
        return False
    return kind is other_kind or (kind in _NUMBERS and other_kind in _NUMBERS)


def _in(
    left: Walk,
    candidates: Callable[[Scope], Iterable[Any] | None],
    wanted: bool,
    words: tuple[str, str],
) -> Evaluate:
    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = left(scope)
        value = node.value
        if value is ABSENT:
            return NOT_ASKED
        listed = candidates(scope)
        if unclear(value) or listed is None:
            unknown.append(node)
            return DOUBTFUL
        doubtful = None
        mismatch = False
        for each in listed:
            member = node_of(each)
            if member.value is ABSENT:
                continue
            same_type = alike(value, member.value)
            mismatch = mismatch or not same_type
            if same_type and value == member.value:
                return HOLDS if wanted else Outcome(FALSE, node, member, words)
            if unclear(member.value):
                doubtful = member
        if doubtful is not None:
            unknown.append(doubtful)
            return DOUBTFUL
        if mismatch:
            unknown.append(node.put(MISMATCH))
            return DOUBTFUL
        return Outcome(FALSE, node, None, words) if wanted else HOLDS

    return evaluate


def _in_texts(left: Walk, right: Any, otherwise: Evaluate, words: tuple[str, str]) -> Evaluate:
    """Whether a text is in a list of literals."""
    members = right.get("literal", [None])
    if not all(type(member) is str and not unclear(member) for member in members):
        return otherwise

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = left(scope)
        value = node.value
        if type(value) is not str or placeholder(value):
            return otherwise(scope, unknown)
        return HOLDS if value in members else Outcome(FALSE, node, None, words)

    return evaluate


def _listed(node: Node[Any]) -> Iterable[Node[Any]] | None:
    """The members of a list that is one value; None where it is unknown."""
    value = node.value
    if value is ABSENT:
        return ()
    if type(value) is Unknown or not isinstance(value, list | tuple):
        return None
    if isinstance(value, list) and node.placed:
        return node.items()
    return map(placeless, value)
