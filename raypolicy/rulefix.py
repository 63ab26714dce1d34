"""The fix of a rule for what it has found. Not here: text edits (`edits`), files (`fix`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from raypolicy.clause import operand
from raypolicy.edits import Change, edits_for
from raypolicy.edits.writing import resolve_or_none
from raypolicy.findings import Fix
from raypolicy.paths import Scope, Walk, compile_one
from raypolicy.tree import Node, placeless
from raypolicy.wording import text_of


class FixStep(NamedTuple):
    """One edit of a rule's fix: where, and what with."""

    op: Any
    place: Walk
    value: Callable[[Scope], Any]


def steps_of(plans: Iterable[Mapping[str, Any]]) -> list[FixStep]:
    """The steps of a prepared fix, ready to be made."""
    return [_fix_step(plan) for plan in plans]


def make_fix(steps: Iterable[FixStep], scope: Scope, *, safe: bool) -> Fix | None:
    """The fix for the names bound in the scope; None where it cannot be made or changes nothing.
    What is not there need not be removed.
    """
    changes = [Change(step.op, step.place(scope), step.value(scope)) for step in steps]
    changes = [each for each in changes if each.op != "remove" or not each.node.absent]
    known = all(change.value is not None for change in changes if change.op != "remove")
    edits = edits_for(changes) if known else None
    if not edits:
        return None
    title = ", ".join(_describe(change) for change in changes if not _is_so(change))
    return Fix(title, safe, edits)


def _fix_step(plan: Mapping[str, Any]) -> FixStep:
    if plan["op"] == "insert" and "value" in plan:
        return FixStep("insert", compile_one(*plan["path"]), lambda scope: plan["value"])
    if plan["op"] == "remove":
        return FixStep("remove", compile_one(*plan["path"]), lambda scope: None)
    source = operand(plan["to"])
    return FixStep(plan["op"], compile_one(*plan["path"]), lambda scope: _scalar(source(scope)))


def _scalar(node: Node[Any]) -> Any:
    """What a fix writes: plain data as it is, typed values as their text; None if not known."""
    value = node.known
    return value if value is None or isinstance(value, str | int | float | dict) else str(value)


def _is_so(change: Change) -> bool:
    """Whether the place says that already: a fix sets all that belongs together."""
    value = change.node.value
    return change.op == "set" and type(value) is type(change.value) and bool(value == change.value)


def _describe(change: Change) -> str:
    node, key = change.node, change.node.key
    if isinstance(key, int) and node.parent is not None:
        key = f"item {key} of {node.parent.key}"
    match change.op:
        case "set":
            return f"set {key} to {_as_written(change.value)}"
        case "rename":
            return f"rename {key} to {change.value}"
        case "remove":
            return f"remove {key}"
    return f"add {key}"


def _as_written(value: Any) -> str:
    """A value as messages show it; a text that would be something else without quotes has them."""
    text = text_of(placeless(value))
    return f'"{text}"' if isinstance(value, str) and resolve_or_none(value) != value else text
