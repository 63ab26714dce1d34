"""One comparison, three-valued, and lists of them. Not here: paths (`paths`), loops (`rule`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from fnmatch import fnmatchcase
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, NamedTuple, TypeAlias

from raypolicy.facts.view import View
from raypolicy.paths import Scope, Walk, compile_many, compile_one
from raypolicy.tree import ABSENT, Node, Unknown, placeless
from raypolicy.values import Quantity, Version, placeholder

ORDERED: Final[dict[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
EQUAL: Final[dict[str, Callable[[Any, Any], bool]]] = {"==": eq, "!=": ne}
OPERATORS: Final = (*EQUAL, *ORDERED, "in", "not in", "matches")
TESTS: Final = ("exists", "missing")
TYPES: Final[dict[str, Any]] = {"Version": Version, "Quantity": Quantity}
"""Types of facts that have a text form, by the name that prepared rules use."""
EXAMPLES: Final = {"Version": "'2.9'", "Quantity": "'8Gi'"}

MISMATCH: Final = Unknown("values of different types are not compared")


class Truth(Enum):
    """Three values, and a fourth that is as silent as unknown but asks for no attention."""

    TRUE = 1
    FALSE = 2
    UNKNOWN = 3
    SILENT = 4


class Outcome(NamedTuple):
    """What a clause came to, the nodes it compared, and a few words for each."""

    truth: Truth
    left: Node[Any] | None = None
    right: Node[Any] | None = None
    words: tuple[str, str] = ("", "")


Evaluate: TypeAlias = Callable[[Scope, list[Node[Any]]], Outcome]
"""A compiled clause: takes the scope and a list that unknown places are put on."""

TRUE: Final = Outcome(Truth.TRUE)


def compile_clauses(plan: Any) -> Evaluate:
    """A prepared clause, list of clauses (all of them) or {"any": […]} as a function."""
    if isinstance(plan, list):
        return _all([compile_clauses(each) for each in plan])
    if "any" in plan:
        return _any([compile_clauses(each) for each in plan["any"]])
    return _clause(plan)


def _all(clauses: list[Evaluate]) -> Evaluate:
    """Kleene's and; the outcome is that of the first false clause."""
    if len(clauses) == 1:
        return clauses[0]

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        worst = TRUE
        met: list[Node[Any]] = []
        for clause in clauses:
            outcome = clause(scope, met)
            if outcome.truth is Truth.FALSE:
                return outcome
            if outcome.truth is not Truth.TRUE and worst.truth is not Truth.UNKNOWN:
                worst = outcome
        unknown += met
        return worst

    return evaluate


def _any(clauses: list[Evaluate]) -> Evaluate:
    """Kleene's or; false with the nodes of the first clause."""

    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        best: Outcome | None = None
        met: list[Node[Any]] = []
        for clause in clauses:
            outcome = clause(scope, met)
            if outcome.truth is Truth.TRUE:
                return outcome
            if best is None or (best.truth is Truth.FALSE and outcome.truth is not Truth.FALSE):
                best = outcome
        unknown += met
        return best or TRUE

    return evaluate


def _clause(plan: Any) -> Evaluate:
    left = compile_one(*_steps(plan["left"]))
    name = plan["op"]
    right = plan.get("right", {})
    words = (words_of(plan["left"]), words_of(right["path"]) if "path" in right else "")
    if name in TESTS:
        return _test(left, name == "exists", words)
    if name in ("in", "not in") and right.get("many"):
        return _in(left, compile_many(*_steps(right["path"])), name == "in", words)
    other = operand(right)
    if name in ("in", "not in"):
        return _in(left, lambda scope: _listed(other(scope)), name == "in", words)
    if name == "matches":
        return _compare(left, other, fnmatchcase, words, only=str)
    return _compare(left, other, {**EQUAL, **ORDERED}[name], words)


def words_of(path: Any) -> str:
    """The name a prepared path ends in, as words; `python_version` is Python, `ray_version` Ray."""
    start, steps = path
    names = [name for kind, name in steps if kind in ("fact", "field")]
    name = str(names[-1]) if names else str(start)
    if name.endswith("_version"):
        return name.removesuffix("_version").capitalize()
    return name.replace("_", " ")


def _steps(path: Any) -> tuple[str, tuple[Any, ...]]:
    start, steps = path
    return start, tuple((kind, name) for kind, name in steps)


def operand(plan: Any) -> Walk:
    if "path" in plan:
        return compile_one(*_steps(plan["path"]))
    literal = placeless(typed(plan["literal"], plan.get("type")))
    return lambda scope: literal


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


def node_of(found: Any) -> Node[Any]:
    """The node of whatever a path led to."""
    return found.node if isinstance(found, View) else found


def unclear(node: Node[Any]) -> bool:
    """Whether a comparison with this node can't be decided: unknown, or a placeholder."""
    value = node.value
    if type(value) is str:
        return placeholder(value) is not None
    return type(value) is Unknown


def _test(left: Walk, wanted: bool, words: tuple[str, str]) -> Evaluate:
    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = node_of(left(scope))
        if type(node.value) is Unknown:
            unknown.append(node)
            return Outcome(Truth.UNKNOWN, node)
        exists = node.value is not ABSENT
        return Outcome(Truth.TRUE if exists is wanted else Truth.FALSE, node, None, words)

    return evaluate


def _compare(
    left: Walk,
    right: Walk,
    holds: Callable[[Any, Any], bool],
    words: tuple[str, str],
    only: type | None = None,
) -> Evaluate:
    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        one, other = node_of(left(scope)), node_of(right(scope))
        if one.value is ABSENT or other.value is ABSENT:
            return Outcome(Truth.SILENT, one, other)
        if unclear(one) or unclear(other):
            unknown.append(one if unclear(one) else other)
            return Outcome(Truth.UNKNOWN, one, other)
        if not alike(one.value, other.value, only):
            unknown.append(one.put(MISMATCH))
            return Outcome(Truth.UNKNOWN, one, other)
        true = holds(one.value, other.value)
        return Outcome(Truth.TRUE if true else Truth.FALSE, one, other, words)

    return evaluate


def alike(one: Any, other: Any, only: type | None = None) -> bool:
    """Whether two values may be compared: of one type, or both numbers; a boolean is no number."""
    kind, other_kind = type(one), type(other)
    if only is not None and kind is not only:
        return False
    numbers = (int, float)
    return kind is other_kind or (kind in numbers and other_kind in numbers)


def _in(
    left: Walk,
    candidates: Callable[[Scope], Iterable[Any] | None],
    wanted: bool,
    words: tuple[str, str],
) -> Evaluate:
    def evaluate(scope: Scope, unknown: list[Node[Any]]) -> Outcome:
        node = node_of(left(scope))
        if node.value is ABSENT:
            return Outcome(Truth.SILENT, node)
        listed = candidates(scope)
        if unclear(node) or listed is None:
            unknown.append(node)
            return Outcome(Truth.UNKNOWN, node)
        doubtful, last = None, None
        for each in listed:
            last = node_of(each)
            if last.value is ABSENT:
                continue
            if unclear(last):
                doubtful = last
            elif alike(node.value, last.value) and node.value == last.value:
                return Outcome(Truth.TRUE if wanted else Truth.FALSE, node, last, words)
        if doubtful is not None:
            unknown.append(doubtful)
            return Outcome(Truth.UNKNOWN, node)
        return Outcome(Truth.FALSE if wanted else Truth.TRUE, node, None, words)

    return evaluate


def _listed(found: Any) -> Iterator[Any] | None:
    """The members of a list that is one value; None where it is unknown."""
    node = node_of(found)
    if node.value is ABSENT:
        return iter(())
    if type(node.value) is Unknown or not isinstance(node.value, list | tuple):
        return None
    if isinstance(node.value, list) and node.placed:
        return node.items()
    return (placeless(value) for value in node.value)
