"""Comparing what paths lead to, three-valued. Not here: how a clause says what (`clause`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import eq
from typing import Any, Final, TypeAlias

from raypolicy.kleene import DOUBTFUL, FAILS, FALSE, HOLDS, NOT_ASKED, Evaluate, Outcome
from raypolicy.paths import Scope, Walk, node_of
from raypolicy.tree import ABSENT, Node, Unknown, placeless
from raypolicy.values import placeholder

_NUMBERS: Final = (int, float)
_TO_BE_LOOKED_AT: Final = (str, Unknown, type(ABSENT))
"""Types that have values which can't be compared, if only with their like."""
MISMATCH: Final = Unknown("values of different types are not compared")

Fails: TypeAlias = Callable[[Node[Any], Node[Any] | None], Outcome]
"""What a false comparison comes to, given the nodes it compared."""


def fails_silently(left: Node[Any], right: Node[Any] | None) -> Outcome:
    """Without telling the nodes."""
    return FAILS


def fails_with(words: tuple[str, str]) -> Fails:
    """With the nodes, and a few words for each."""
    return lambda left, right: Outcome(FALSE, left, right, words)


def unclear(value: Any) -> bool:
    """Whether a comparison with this value can't be decided: unknown, or a placeholder."""
    if type(value) is str:
        return placeholder(value) is not None
    return type(value) is Unknown


def test(left: Walk, wanted: bool, fails: Fails) -> Evaluate:
    """Whether anything is there, or nothing."""

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = left(scope)
        value = node.value
        if type(value) is Unknown:
            unknown.append(node)
            return DOUBTFUL
        return HOLDS if (value is not ABSENT) is wanted else fails(node, None)

    return evaluate


def compare(
    left: Walk,
    right: Walk,
    holds: Callable[[Any, Any], bool],
    fails: Fails,
    only: type | None = None,
) -> Evaluate:
    """One value beside another; `only` where both must be of that type."""

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
        return HOLDS if holds(value, wanted) else fails(one, other)

    return evaluate


def compare_literal(
    left: Walk,
    literal: Node[Any],
    holds: Callable[[Any, Any], bool],
    fails: Fails,
    otherwise: Evaluate,
) -> Evaluate:
    """The same with a literal, for values of its type; most clauses are such."""
    wanted, kind = literal.value, type(literal.value)
    if unclear(wanted):
        return otherwise

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = left(scope)
        value = node.value
        if type(value) is kind:
            holding = holds(value, wanted)
            if holds is eq and holding:
                return HOLDS
            if kind is not str or not placeholder(value):
                return HOLDS if holding else fails(node, literal)
        return otherwise(scope, unknown)

    return evaluate


def alike(one: Any, other: Any, only: type | None = None) -> bool:
    """Whether two values may be compared: of one type, or both numbers; a boolean is no number."""
    kind, other_kind = type(one), type(other)
    if only is not None and kind is not only:
        return False
    return kind is other_kind or (kind in _NUMBERS and other_kind in _NUMBERS)


def contained(
    left: Walk,
    candidates: Callable[[Scope], Iterable[Any] | None],
    wanted: bool,
    fails: Fails,
) -> Evaluate:
    """Whether a value is among others, or is not."""

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = left(scope)
        value = node.value
        if value is ABSENT:
            return NOT_ASKED
        members = candidates(scope)
        if unclear(value) or members is None:
            unknown.append(node)
            return DOUBTFUL
        doubtful = None
        mismatch = False
        for each in members:
            member = node_of(each)
            if member.value is ABSENT:
                continue
            same_type = alike(value, member.value)
            mismatch = mismatch or not same_type
            if same_type and value == member.value:
                return HOLDS if wanted else fails(node, member)
            if unclear(member.value):
                doubtful = member
        if doubtful is not None:
            unknown.append(doubtful)
            return DOUBTFUL
        if mismatch:
            unknown.append(node.put(MISMATCH))
            return DOUBTFUL
        return fails(node, None) if wanted else HOLDS

    return evaluate


def contained_text(left: Walk, members: list[Any], fails: Fails, otherwise: Evaluate) -> Evaluate:
    """The same for texts; no literal is a placeholder."""
    if not all(type(member) is str and not unclear(member) for member in members):
        return otherwise

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = left(scope)
        value = node.value
        if value in members:
            return HOLDS
        if type(value) is not str or placeholder(value):
            return otherwise(scope, unknown)
        return fails(node, None)

    return evaluate


def listed(node: Node[Any]) -> Iterable[Node[Any]] | None:
    """The members of a list that is one value; None where it is unknown."""
    value = node.value
    if value is ABSENT:
        return ()
    if type(value) is Unknown or not isinstance(value, list | tuple):
        return None
    if isinstance(value, list) and node.placed:
        return node.items()
    return map(placeless, value)
