"""Which keys a document must have for a rule to find anything in it. Not here: looking (`ruleset`).

Most rules speak of something that few manifests have. A rule is not asked where a key is missing
without which all of its clauses would be silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, get_origin

from raypolicy.facts.view import View, words
from raypolicy.paths import WRITTEN
from raypolicy.roots import ROOTS

Needs: TypeAlias = set[frozenset[str]]
"""Sets of keys; of each of them a document must have at least one."""


def needs(plan: Mapping[str, Any], names: Mapping[str, Any]) -> list[list[str]]:
    """What a prepared rule needs, given what its names lead to.

    Nothing if it walks more than one list of the model: then more than one document matters.
    """
    given = plan["given"]
    if sum(path[0] in ROOTS for _, path in given) != 1:
        return []
    found: Needs = set()
    for _, path in given:
        found |= _path(path, {**ROOTS, **names})
    found |= _hold(plan["when"], names)
    found |= _fail(plan["require"], names)
    return sorted(sorted(keys) for keys in found)


def _path(path: Any, names: Mapping[str, Any], usual: tuple[object, ...] = ()) -> Needs:
    """Keys without which a path leads to nothing, or to a value that is `usual`; names behind what
    may lie elsewhere are left out.
    """
    start, steps = path
    at: Any = names.get(start)
    found: Needs = set()
    if start in ROOTS and ROOTS[start].only_in:
        found.add(ROOTS[start].only_in)
    for kind, name in steps:
        if not _here(at):
            break
        if kind == "field":
            found.add(frozenset({name}))
            at = WRITTEN
        elif kind == "fact":
            word = words(at)[name]
            if word.keys and (word.otherwise is None or word.otherwise in usual):
                found.add(word.keys)
            at = word.type if word.kind in ("view", "views") else None
    return found


def _here(at: Any) -> bool:
    """Whether what comes next is written in the same document."""
    if at is WRITTEN or get_origin(at) is dict:
        return True
    return isinstance(at, type) and issubclass(at, View) and not at.apart


def _hold(clauses: Any, names: Mapping[str, Any]) -> Needs:
    """Keys without which clauses cannot hold."""
    if clauses is None:
        return set()
    if isinstance(clauses, list):
        return set().union(*(_hold(each, names) for each in clauses))
    if "any" in clauses:
        return _one_of([_hold(each, names) for each in clauses["any"]])
    return set() if clauses["op"] == "missing" else _compared(clauses, names, "!=", "==")


def _fail(clauses: Any, names: Mapping[str, Any]) -> Needs:
    """Keys without which clauses cannot be false."""
    if clauses is None:
        return set()
    if isinstance(clauses, list):
        return _one_of([_fail(each, names) for each in clauses])
    if "any" in clauses:
        return set().union(*(_fail(each, names) for each in clauses["any"]))
    return set() if clauses["op"] == "exists" else _compared(clauses, names, "==", "!=")


def _compared(clause: Any, names: Mapping[str, Any], same: str, other: str) -> Needs:
    """A comparison is silent unless both sides are there.

    With the operator `same` a fact may not have the literal beside it, with `other` no other value.
    """
    right = clause.get("right", {})
    usual: tuple[object, ...] = ()
    if "literal" in right:
        literal = right["literal"]
        others = {True: False, False: True}.get(literal) if isinstance(literal, bool) else None
        usual = {same: (literal,), other: (others,)}.get(clause["op"], ())
    found = _path(clause["left"], names, usual)
    if "path" in right and not right.get("many") and clause["op"] not in ("in", "not in"):
        found |= _path(right["path"], names)
    return found


def _one_of(alternatives: list[Needs]) -> Needs:
    """What is needed if any alternative will do: one key of any of them, as far as all need one."""
    if not all(alternatives):
        return set()
    return {frozenset().union(*(min(each, key=sorted) for each in alternatives))}
