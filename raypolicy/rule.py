"""A rule at work on bound names: test, make findings. Not here: binding them (`ruleset`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from raypolicy.clause import compile_clauses, of_target, words_of
from raypolicy.facts.view import View
from raypolicy.findings import Finding, Fix, Related, RuleInfo, Severity
from raypolicy.kleene import FALSE, HOLDS, Evaluate, Outcome
from raypolicy.paths import Scope, Walk, compile_one, node_of
from raypolicy.source import Span
from raypolicy.tree import INJECTED, Node, placeless
from raypolicy.wording import label, text_of

if TYPE_CHECKING:
    from raypolicy.rulefix import FixStep

_AS_ORIGIN: Final = {INJECTED: "would count otherwise"}


class Rule:
    """A rule, ready to run. Made from its prepared form, which `rulefile` checks and writes.

    With `all_releases` it is asked for those too that its `releases` leave out; without `fixes` its
    findings have none.
    """

    def __init__(
        self,
        plan: Mapping[str, Any],
        settings: Mapping[str, Any],
        severity: Severity | None = None,
        *,
        all_releases: bool = False,
        fixes: bool = True,
    ) -> None:
        self.severity = severity or Severity[plan["severity"].upper()]
        self.given: Sequence[Any] = plan["given"]
        self.needs = tuple(map(frozenset, plan["needs"]))
        self._plan = plan
        self._fixes = fixes
        self._releases = None if all_releases else plan["releases"]
        self._settings = placeless({**plan["settings"], **settings})

    def __repr__(self) -> str:
        return f"Rule({self.info.id!r})"

    def without_fixes(self) -> Rule:
        """The same rule, whose findings have none."""
        rule = copy(self)
        rule._fixes = False
        return rule

    # Compiled when first needed: a run of one file needs few rules, and mostly makes no finding.

    @cached_property
    def info(self) -> RuleInfo:
        return info_of(self._plan)

    @cached_property
    def _when(self) -> Evaluate | None:
        """What it asks of the names that are bound, the target's own apart."""
        asked = [clause for clause in self._asked if not of_target(clause)]
        return compile_clauses(asked, quiet=True) if asked else None

    @cached_property
    def _for_target(self) -> Evaluate | None:
        """What it asks of the target alone."""
        asked = [clause for clause in self._asked if of_target(clause)]
        if self._releases:
            asked.append(self._releases)
        return compile_clauses(asked, quiet=True) if asked else None

    @property
    def _asked(self) -> list[Any]:
        when = self._plan["when"] or []
        return when if isinstance(when, list) else [when]

    def concerns(self, scope: Scope) -> bool:
        """Whether it could find anything for the target in the scope."""
        if not self._plan["asks_target"]:
            return True
        return self._for_target is None or self._for_target(scope, []) is HOLDS

    @cached_property
    def _require(self) -> Evaluate | None:
        return compile_clauses(self._plan["require"]) if self._plan["require"] else None

    @cached_property
    def _at(self) -> Walk | None:
        return compile_one(*self._plan["at"]) if self._plan["at"] else None

    @cached_property
    def _message(self) -> list[str | Walk]:
        return [
            part if isinstance(part, str) else compile_one(*part) for part in self._plan["message"]
        ]

    @cached_property
    def _fix(self) -> list[FixStep]:
        from raypolicy.rulefix import steps_of

        return steps_of(self._plan["fix"])

    def judge(self, scopes: Iterable[Scope], unknown: list[Node[Any]]) -> Iterator[Finding]:
        """The findings for the names bound in each scope; unknown places are put on the list.

        It has to concern the target of the scopes.
        """
        when, require, settings = self._when, self._require, self._settings
        for scope in scopes:
            scope.settings = settings
            if when is not None and when(scope, unknown) is not HOLDS:
                continue
            if require is None:
                yield self._finding(scope, None)
                continue
            outcome = require(scope, unknown)
            if outcome.truth is FALSE:
                yield self._finding(scope, outcome)

    def _finding(self, scope: Scope, outcome: Outcome | None) -> Finding:
        bound = [getattr(scope, name) for name, _ in self.given]
        last = bound[-1]
        compared = [] if outcome is None else _compared(outcome)
        if self._at is not None:
            node, words = self._at(scope), words_of(self._plan["at"])
        elif compared:
            (node, words), *compared = compared
        else:
            node, words = node_of(last), ""
        if not node.placed:
            node = node_of(last)
        span = place(node)
        related = {place(n): _AS_ORIGIN.get(n.how, n.how) for n in node.origins if n.placed}
        related.update((place(n), label(w, n)) for n, w in compared if n.placed)
        related.pop(span, None)
        return Finding(
            self.info,
            self.severity,
            "".join(p if isinstance(p, str) else text_of(p(scope)) for p in self._message),
            span,
            label(words, node),
            tuple(Related(*each) for each in related.items()),
            _title(bound),
            self._make_fix(scope),
            () if node.document.outer is not None or _is_partial(node) else node.path,
        )

    def _make_fix(self, scope: Scope) -> Fix | None:
        if not self._fixes or not self._plan["fix"]:
            return None
        from raypolicy.rulefix import make_fix

        return make_fix(self._fix, scope, safe=bool(self._plan["safe"]))


def info_of(plan: Mapping[str, Any]) -> RuleInfo:
    """What reports say of a prepared rule."""
    return RuleInfo(
        id=plan["id"],
        topic=plan["topic"],
        summary=plan["summary"],
        severity=Severity[plan["severity"].upper()],
        help=plan["help"],
        profile=plan["profile"],
        refused_by=plan["refused_by"],
        security=plan["security"],
        fixable=bool(plan["fix"]),
        why=plan.get("why", ""),
        see=tuple(plan.get("see", ())),
    )


def place(node: Node[Any]) -> Span:
    """The place of a node on one line: of something longer, the key or the first line."""
    span = node.span
    last = span.source.position(max(span.start, span.end - 1))
    if last.line == span.first.line:
        return span
    span = node.key_span
    _, end = span.source.bounds(span.first.line)
    return Span(span.source, span.start, min(span.end, max(end, span.start)))


def _is_partial(node: Node[Any]) -> bool:
    """Whether its place is a part of a text, not the whole value or its key."""
    entry, window = node.entry, node.window
    return window is not None and (entry is None or window != tuple(entry[:2]))


def _compared(outcome: Outcome) -> list[tuple[Node[Any], str]]:
    pairs = zip((outcome.left, outcome.right), outcome.words, strict=True)
    return [(node, words) for node, words in pairs if node is not None]


def _title(bound: list[Any]) -> str:
    for each in reversed(bound):
        if isinstance(each, View) and each.owner.resource.kind:
            return each.owner.resource.title
    return ""
