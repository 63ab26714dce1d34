"""Rules run together, each `given` walked once for those that share it. Not here: one (`rule`).

Of a resource only those are asked that could find anything in it, by the keys that it has, and for
this target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, Final, NamedTuple

from raypolicy.branches import Branch, planted
from raypolicy.document import Document
from raypolicy.effective.origin import MANAGER, managed_elsewhere
from raypolicy.facts.view import Owner, View
from raypolicy.findings import Finding
from raypolicy.model import Model
from raypolicy.rule import Rule
from raypolicy.tree import ABSENT, Node, Unknown

MAX_SCOPES: Final = 100_000
"""Combinations that a `given` may take in one bundle; the rest are left out, and said."""
_AT_ONCE: Final = 64
"""Places of a root that are judged together."""


class Outcome(NamedTuple):
    """What rules found in a bundle, the unknown places they met, and those that were cut short."""

    findings: list[Finding]
    unknown: list[Node[Any]]
    cut_short: list[Rule]


class RuleSet:
    """Rules, ready to run over bundles."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._branches = planted(self.rules)
        self._fitting: dict[Any, dict[tuple[int, frozenset[str], bool], Branch]] = {}
        self._concerned: dict[Any, frozenset[Rule]] = {}
        """The rules that could find anything for a target."""
        keys = (key for rule in self.rules for keys in rule.needs for key in keys)
        self._keys = frozenset((MANAGER, *keys))

    @cached_property
    def without_fixes(self) -> RuleSet:
        """The same rules, whose findings have none."""
        return RuleSet(rule.without_fixes() for rule in self.rules)

    def run(self, model: Model, only: str = "") -> Outcome:
        """What all rules find in a bundle; or those that start at one root of the model."""
        return self.run_together([model], only)[0]

    def run_together(self, models: Sequence[Model], only: str = "") -> list[Outcome]:
        """What they find in each of some bundles, for which one after another takes longer."""
        judged = [_Judged(model) for model in models]
        alike: dict[frozenset[Rule], list[_Judged]] = {}
        for each in judged:
            alike.setdefault(self._concerned_by(each), []).append(each)
        for concerned, some in alike.items():
            walk = _Walk(self._keys, concerned, self._fitting.setdefault(concerned, {}))
            for branch in self._branches:
                if not only or branch.path[0] == only:
                    walk.from_root(branch, some)
        return [each.outcome for each in judged]

    def _concerned_by(self, judged: _Judged) -> frozenset[Rule]:
        owner = judged.scope.target.owner
        aim = (owner.release, owner.gates)
        if aim not in self._concerned:
            some = frozenset(rule for rule in self.rules if rule.concerns(judged.scope))
            self._concerned[aim] = some
        return self._concerned[aim]


def _stands_alone(found: View | Node[Any]) -> bool:
    """Whether a name is bound to this though nothing is written there."""
    return isinstance(found, View) and found.stands_alone


class _Scope:
    """The bound names; a root of the model is looked up when a path begins with it."""

    __slots__ = ("__dict__", "__model")

    def __init__(self, model: Model, names: Mapping[str, Any]) -> None:
        self.__model = model
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        return self.__model.root(name)

    def binding(self, name: str, found: Any) -> _Scope:
        """The same with one more name."""
        scope = _Scope(self.__model, self.__dict__)
        scope.__dict__[name] = found
        return scope


class _Judged:
    """A bundle while it is judged: what was found, and how many combinations are left to take."""

    def __init__(self, model: Model) -> None:
        self.scope = _Scope(model, {"target": model.target, "today": model.today})
        self.findings: list[Finding] = []
        self.unknown: list[Node[Any]] = []
        self.left: dict[int, int] = {}
        self.cut: dict[int, Branch] = {}

    def bound(self, branch: Branch, scopes: Iterable[_Scope]) -> Iterator[_Scope]:
        """A scope for each place that the branch's name takes, unless there are too many."""
        for scope in scopes:
            places = branch.places(scope)
            if not places:  # mostly there are none
                continue
            left = self.left.get(branch.counted, MAX_SCOPES)
            for found in places:
                node = found if type(found) is Node else found.node
                value = node.value
                if (value is ABSENT or type(value) is Unknown) and not _stands_alone(found):
                    continue
                if left == 0:
                    self.cut[id(branch)] = branch
                    break
                left -= 1
                yield scope.binding(branch.name, found)
            self.left[branch.counted] = left

    @property
    def outcome(self) -> Outcome:
        cut_short = (rule for branch in self.cut.values() for rule in branch.all_rules())
        return Outcome(self.findings, self.unknown, [*dict.fromkeys(cut_short)])


class _Walk:
    """One walk of all branches over bundles that the same rules concern.

    Each rule is asked for many places in turn before the next: a processor remembers the way.
    """

    def __init__(
        self,
        keys: frozenset[str],
        concerned: frozenset[Rule],
        fitting: dict[tuple[int, frozenset[str], bool], Branch],
    ) -> None:
        self.keys = keys
        self.concerned = concerned
        self.fitting = fitting
        self.present: dict[Document, frozenset[str]] = {}

    def from_root(self, branch: Branch, bundles: Iterable[_Judged]) -> None:
        """Judge every combination that begins with a place of this branch."""
        starts = ((each, scope) for each in bundles for scope in each.bound(branch, [each.scope]))
        while some := list(islice(starts, _AT_ONCE)):
            fitting: dict[Branch, dict[_Judged, list[_Scope]]] = {}
            for judged, scope in some:
                here = self.fit(branch, scope.__dict__[branch.name])
                fitting.setdefault(here, {}).setdefault(judged, []).append(scope)
            for here, groups in fitting.items():
                self.judge(here, [*groups.items()])

    def judge(self, branch: Branch, groups: Sequence[tuple[_Judged, list[_Scope]]]) -> None:
        """Judge every combination of the names that are bound with those that come after."""
        for rule in branch.rules:
            for judged, scopes in groups:
                judged.findings += rule.judge(scopes, judged.unknown)
        for further in branch.branches:
            bound = ((judged, [*judged.bound(further, scopes)]) for judged, scopes in groups)
            deeper = [(judged, scopes) for judged, scopes in bound if scopes]
            if deeper:
                self.judge(further, deeper)

    def fit(self, branch: Branch, found: View | Node[Any]) -> Branch:
        """The branch with the rules that could find anything in the document of a root's item."""
        document = found.node.document if isinstance(found, View) else found.document
        if document.outer is not None:
            document = document.outer.document
        if document not in self.present:
            self.present[document] = self.keys.intersection(document.keys())
        present = self.present[document]
        left = MANAGER in present and isinstance(found, View) and _is_left(found.owner)
        wanted = (branch.counted, present, left)
        if wanted not in self.fitting:
            self.fitting[wanted] = branch.fit(present, self.concerned, left=left)
        return self.fitting[wanted]


def _is_left(owner: Owner) -> bool:
    return managed_elsewhere(owner.resource.node, owner.release)
