"""Rules run together, each `given` walked once for those that share it. Not here: one (`rule`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from raypolicy.facts.view import View
from raypolicy.findings import Finding
from raypolicy.model import Model
from raypolicy.paths import Scope, compile_many, compile_one
from raypolicy.rule import Rule
from raypolicy.tree import ABSENT, Node, Unknown

MAX_SCOPES: Final = 100_000
"""Combinations that a `given` may take in one bundle; the rest are left out, and said."""


class Outcome(NamedTuple):
    """What rules found in a bundle, the unknown places they met, and those that were cut short."""

    findings: list[Finding]
    unknown: list[Node[Any]]
    cut_short: list[Rule]


class RuleSet:
    """Rules, ready to run over bundles."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._branches: list[_Branch] = []
        for rule in self.rules:
            _plant(rule, rule.given, self._branches)

    def run(self, model: Model) -> Outcome:
        """What all rules find in a bundle."""
        walk = _Walk(model)
        for branch in self._branches:
            walk.along(branch)
        cut_short = [rule for branch in walk.cut for rule in branch.all_rules()]
        return Outcome(walk.findings, walk.unknown, cut_short)


class _Branch:
    """A name of `given`, the places it takes, and the rules that end or go on with it."""

    __slots__ = ("branches", "name", "path", "places", "rules")

    def __init__(self, name: str, path: Any) -> None:
        self.name = name
        self.path = path
        self.places = _places(path)
        self.rules: list[Rule] = []
        self.branches: list[_Branch] = []

    def all_rules(self) -> Iterator[Rule]:
        yield from self.rules
        for branch in self.branches:
            yield from branch.all_rules()


def _plant(rule: Rule, given: Sequence[Any], branches: list[_Branch]) -> None:
    """Put a rule at the end of the branches that its `given` takes."""
    (name, path), rest = given[0], given[1:]
    branch = next((each for each in branches if (each.name, each.path) == (name, path)), None)
    if branch is None:
        branch = _Branch(name, path)
        branches.append(branch)
    if rest:
        _plant(rule, rest, branch.branches)
    else:
        branch.rules.append(rule)


def _places(path: Any) -> Callable[[Scope], Iterable[Any]]:
    start, steps = path[0], tuple((kind, step) for kind, step in path[1])
    if any(kind == "each" for kind, _ in steps):
        return compile_many(start, steps)
    one = compile_one(start, steps)
    return lambda scope: (one(scope),)


def _stands_alone(found: View | Node[Any]) -> bool:
    """Whether a name is bound to this though nothing is written there."""
    return isinstance(found, View) and found.stands_alone


class _Scope:
    """The bound names; a root of the model is looked up when a path begins with it."""

    __slots__ = ("__dict__", "__model")

    def __init__(self, model: Model) -> None:
        self.__model = model
        self.target = model.target
        self.today = model.today

    def __getattr__(self, name: str) -> Any:
        return self.__model.root(name)


class _Walk:
    """One walk of all branches over a bundle."""

    def __init__(self, model: Model) -> None:
        self.scope = _Scope(model)
        self.findings: list[Finding] = []
        self.unknown: list[Node[Any]] = []
        self.left: dict[_Branch, int] = {}
        self.cut: list[_Branch] = []

    def along(self, branch: _Branch) -> None:
        """Judge every combination that the names up to this branch's take."""
        scope, unknown = self.scope, self.unknown
        names = scope.__dict__
        left = self.left.get(branch, MAX_SCOPES)
        for found in branch.places(scope):
            value = (found if type(found) is Node else found.node).value
            if (value is ABSENT or type(value) is Unknown) and not _stands_alone(found):
                continue
            if left == 0:
                self.cut += [] if branch in self.cut else [branch]
                break
            left -= 1
            names[branch.name] = found
            for rule in branch.rules:
                finding = rule.judge(scope, unknown)
                if finding is not None:
                    self.findings.append(finding)
            for further in branch.branches:
                self.along(further)
        self.left[branch] = left
