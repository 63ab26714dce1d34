"""A prepared clause, compiled. Not here: its paths (`paths`), what it compares (`comparison`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from raypolicy import comparison
from raypolicy.comparison import Fails, fails_silently, fails_with, listed
from raypolicy.kleene import Evaluate, all_of, any_of
from raypolicy.paths import Scope, Walk, compile_many, compile_one, node_of
from raypolicy.tree import placeless
from raypolicy.values import Quantity, Version

ORDERED: Final[dict[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
EQUAL: Final[dict[str, Callable[[Any, Any], bool]]] = {"==": eq, "!=": ne}
COMPARISONS: Final = {**EQUAL, **ORDERED}
OPERATORS: Final = (*EQUAL, *ORDERED, "in", "not in", "matches")
TESTS: Final = ("exists", "missing")
TYPES: Final[dict[str, Any]] = {"Version": Version, "Quantity": Quantity}
"""Types of facts that have a text form, by the name that prepared rules use."""
EXAMPLES: Final = {"Version": "'2.9'", "Quantity": "'8Gi'"}


def compile_clauses(plan: Any, *, quiet: bool = False) -> Evaluate:
    """A prepared clause, list of clauses (all of them) or {"any": […]} as a function.

    A `quiet` one does not tell what it compared.
    """
    if isinstance(plan, list):
        return all_of([compile_clauses(each, quiet=quiet) for each in plan])
    if "any" in plan:
        return any_of([compile_clauses(each, quiet=quiet) for each in plan["any"]])
    right = plan.get("right", {})
    fails: Fails = fails_silently
    if not quiet:
        fails = fails_with(
            (words_of(plan["left"]), words_of(right["path"]) if "path" in right else "")
        )
    return _clause(compile_one(*plan["left"]), plan["op"], right, fails)


def _clause(left: Walk, name: str, right: Any, fails: Fails) -> Evaluate:
    if name in TESTS:
        return comparison.test(left, name == "exists", fails)
    if name in ("in", "not in"):
        found = comparison.contained(left, _members(right), name == "in", fails)
        if name == "not in" or "path" in right:
            return found
        return comparison.contained_text(left, right["literal"], fails, found)
    if name == "matches":
        return comparison.compare(left, operand(right), fnmatchcase, fails, only=str)
    other, holds = operand(right), COMPARISONS[name]
    compared = comparison.compare(left, other, holds, fails)
    if "path" in right:
        return compared
    return comparison.compare_literal(left, other(None), holds, fails, compared)


def of_target(clause: Any) -> bool:
    """Whether a clause speaks of nothing but the target."""
    right = clause.get("right", {})
    return "left" in clause and clause["left"][0] == "target" and "path" not in right


def words_of(path: Any) -> str:
    """The name a prepared path ends in, as words; `python_version` is Python, `ray_version` Ray."""
    start, steps = path
    names = [name for kind, name in steps if kind in ("fact", "field")]
    name = str(names[-1]) if names else str(start)
    if name.endswith("_version"):
        return name.removesuffix("_version").replace("_", " ").capitalize()
    return name.replace("_", " ")


def operand(plan: Any) -> Walk:
    if "path" in plan:
        walk, of = compile_one(*plan["path"]), TYPES.get(plan.get("type"))
        if of is None:
            return walk
        return lambda scope: node_of(walk(scope)).map(of.parse, "the setting has no such value")
    literal = placeless(typed(plan["literal"], plan.get("type")))
    return lambda scope: literal


def _members(plan: Any) -> Callable[[Scope], Iterable[Any] | None]:
    """The right side of `in`: what a list that is walked leads to, or the items of a value."""
    if plan.get("many"):
        return compile_many(*plan["path"])
    one = operand(plan)
    if "path" in plan:
        return lambda scope: listed(one(scope))
    literals = tuple(listed(one(None)) or ())
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
