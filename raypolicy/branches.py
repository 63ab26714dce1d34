"""Rules by what their `given` binds, on one branch as far as that is the same. Not here: walking
along the branches (`ruleset`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from raypolicy.paths import Scope, compile_many, compile_one
from raypolicy.rule import Rule

_OPERATORS: Final = ("operator", "pod-creation")


class Branch:
    """A name of `given`, the places it takes, and the rules that end or go on with it."""

    __slots__ = ("branches", "counted", "name", "path", "places", "rules")

    def __init__(self, name: str, path: Any, origin: Branch | None = None) -> None:
        self.name = name
        self.path = path
        self.places: Callable[[Scope], Iterable[Any]] = origin.places if origin else _places(path)
        self.rules: list[Rule] = []
        self.branches: list[Branch] = []
        self.counted: int = id(self) if origin is None else origin.counted
        """Under what the combinations are counted that it has taken."""

    def fit(self, keys: frozenset[str], concerned: frozenset[Rule], *, left: bool) -> Branch:
        """The same with those rules only that could find anything in a document with these keys;
        what the operator would refuse is not asked where it is `left` to another.
        """
        fitting = Branch(self.name, self.path, self)
        asked = (rule for rule in self.rules if rule in concerned)
        fitting.rules = [
            rule
            for rule in asked
            if all(map(keys.intersection, rule.needs))
            if not left or rule.info.refused_by not in _OPERATORS
        ]
        narrowed = (branch.fit(keys, concerned, left=left) for branch in self.branches)
        fitting.branches = [each for each in narrowed if each.rules or each.branches]
        return fitting

    def all_rules(self) -> Iterator[Rule]:
        yield from self.rules
        for branch in self.branches:
            yield from branch.all_rules()


def planted(rules: Iterable[Rule]) -> list[Branch]:
    """Each rule at the end of the branches that its `given` takes."""
    roots: list[Branch] = []
    known: dict[tuple[int, str, Any], Branch] = {}
    for rule in rules:
        branch, branches = None, roots
        for name, path in rule.given:
            key = (id(branch), name, path)
            branch = known.get(key)
            if branch is None:
                branch = known[key] = Branch(name, path)
                branches.append(branch)
            branches = branch.branches
        if branch is not None:
            branch.rules.append(rule)
    return roots


def _places(path: Any) -> Callable[[Scope], Iterable[Any]]:
    start, steps = path
    if any(kind == "each" for kind, _ in steps):
        return compile_many(start, steps)
    one = compile_one(start, steps)
    return lambda scope: (one(scope),)
