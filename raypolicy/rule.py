"""A rule at work: bind `given`, test, yield findings. Not here: reading rule files (`rulefile`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from raypolicy.clause import Outcome, Truth, compile_clauses, node_of, operand, words_of
from raypolicy.facts.view import View
from raypolicy.findings import Finding, Fix, Related, RuleInfo, Severity
from raypolicy.model import Model
from raypolicy.paths import Scope, Walk, compile_many, compile_one
from raypolicy.source import Span
from raypolicy.tree import ABSENT, Node, Unknown, placeless

if TYPE_CHECKING:
    from raypolicy.edits import Change

MAX_SCOPES: Final = 100_000
"""Combinations that one rule's `given` may take in one bundle; the rest are left out, and said."""

_LONGEST_VALUE: Final = 80


class TooManyScopesError(Exception):
    """A rule's `given` has more combinations in a bundle than are tried."""


class _Scope(dict[str, Any]):
    """The bound names; a root of the model is looked up when a path begins with it."""

    def __init__(self, model: Model, settings: Node[Any]) -> None:
        super().__init__(target=model.target, today=model.today, settings=settings)
        self.model = model

    def __missing__(self, name: str) -> Any:
        return self.model.root(name)


class Loop(NamedTuple):
    """A name of `given` and the places it takes in turn."""

    name: str
    places: Callable[[Scope], Iterable[Any]]


class FixStep(NamedTuple):
    """One edit of a rule's fix: where, and what with."""

    op: Any
    place: Walk
    value: Callable[[Scope], Any]


class Rule:
    """A rule, ready to run. Made from its prepared form, which `rulefile` checks and writes."""

    def __init__(
        self, plan: Mapping[str, Any], settings: Mapping[str, Any], severity: Severity | None = None
    ) -> None:
        self.info = info_of(plan)
        self.severity = severity or self.info.severity
        self._settings = placeless({**plan["settings"], **settings})
        self._loops = [_loop(name, path) for name, path in plan["given"]]
        self._when = compile_clauses(plan["when"]) if plan["when"] else None
        self._require = compile_clauses(plan["require"]) if plan["require"] else None
        self._at = _path(plan["at"]) if plan["at"] else None
        self._at_words = words_of(plan["at"]) if plan["at"] else ""
        self._message = [p if isinstance(p, str) else _path(p) for p in plan["message"]]
        self._fix = [_fix_step(step) for step in plan["fix"]]
        self._safe = bool(plan["safe"])

    def __repr__(self) -> str:
        return f"Rule({self.info.id!r})"

    def run(self, model: Model, unknown: list[Node[Any]]) -> Iterator[Finding]:
        """All findings of this rule in a bundle; unknown places it met are put on the list.

        Raises TooManyScopesError after MAX_SCOPES combinations.
        """
        scope = _Scope(model, self._settings)
        for count, _ in enumerate(_bind(self._loops, scope)):
            if count >= MAX_SCOPES:
                raise TooManyScopesError
            if self._when is not None and self._when(scope, unknown).truth is not Truth.TRUE:
                continue
            if self._require is None:
                yield self._finding(scope, None)
                continue
            outcome = self._require(scope, unknown)
            if outcome.truth is Truth.FALSE:
                yield self._finding(scope, outcome)

    def _finding(self, scope: _Scope, outcome: Outcome | None) -> Finding:
        last = scope[self._loops[-1].name]
        compared = [] if outcome is None else _compared(outcome)
        if self._at is not None:
            node, words = node_of(self._at(scope)), self._at_words
        elif compared:
            (node, words), *compared = compared
        else:
            node, words = node_of(last), ""
        if not node.placed:
            node = node_of(last)
        span = place(node)
        related = {place(n): label(w, n) for n, w in compared if n.placed}
        related.update((place(n), n.how) for n in node.origins if n.placed)
        related.pop(span, None)
        return Finding(
            self.info,
            self.severity,
            "".join(p if isinstance(p, str) else text_of(node_of(p(scope))) for p in self._message),
            span,
            label(words, node),
            tuple(Related(*each) for each in related.items()),
            _title(scope),
            self._make_fix(scope),
        )

    def _make_fix(self, scope: Scope) -> Fix | None:
        if not self._fix:
            return None
        from raypolicy.edits import Change, edits_for

        changes = [
            Change(step.op, node_of(step.place(scope)), step.value(scope)) for step in self._fix
        ]
        edits = edits_for(changes)
        if edits is None:
            return None
        title = ", ".join(_describe(change) for change in changes)
        return Fix(title, self._safe, edits)


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
    line = span.first.line
    end = span.source.starts[line - 1] + len(span.source.line(line))
    return Span(span.source, span.start, min(span.end, max(end, span.start)))


def text_of(node: Node[Any]) -> str:
    """A value as messages show it."""
    value = node.value
    if value is ABSENT:
        return "(none)"
    if type(value) is Unknown:
        return "(unknown)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        text = ", ".join(str(each) for each in value)
    else:
        text = str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def label(words: str, node: Node[Any]) -> str:
    """A few words for a place: `Python 3.10`, `memory limit 4Gi`, `no gcs port`."""
    if node.value is ABSENT:
        return f"no {words}" if words else ""
    if not words or type(node.value) is Unknown or isinstance(node.value, dict):
        return words
    return f"{words} {text_of(node)}"


def _compared(outcome: Outcome) -> list[tuple[Node[Any], str]]:
    pairs = zip((outcome.left, outcome.right), outcome.words, strict=True)
    return [(node, words) for node, words in pairs if node is not None]


def _title(scope: _Scope) -> str:
    for bound in reversed(scope.values()):
        if isinstance(bound, View) and bound.owner.resource.kind:
            return bound.owner.resource.title
    return ""


def _bind(loops: list[Loop], scope: _Scope) -> Iterator[None]:
    """Walk all combinations of `given`, the names bound in the scope."""
    if not loops:
        yield
        return
    (name, places), rest = loops[0], loops[1:]
    for found in places(scope):
        node = node_of(found)
        stands = isinstance(found, View) and found.stands_alone
        if (node.value is ABSENT or type(node.value) is Unknown) and not stands:
            continue
        scope[name] = found
        yield from _bind(rest, scope)


def _loop(name: str, path: Any) -> Loop:
    start, steps = path
    made = tuple((kind, step) for kind, step in steps)
    if any(kind == "each" for kind, _ in made):
        return Loop(name, compile_many(start, made))
    one = compile_one(start, made)
    return Loop(name, lambda scope: (one(scope),))


def _path(path: Any) -> Walk:
    start, steps = path
    return compile_one(start, tuple((kind, name) for kind, name in steps))


def _fix_step(plan: Mapping[str, Any]) -> FixStep:
    if plan["op"] == "insert":
        return FixStep("insert", _path(plan["path"]), lambda scope: plan["value"])
    if plan["op"] == "remove":
        return FixStep("remove", _path(plan["path"]), lambda scope: None)
    source = operand(plan["to"])
    return FixStep(plan["op"], _path(plan["path"]), lambda scope: _scalar(node_of(source(scope))))


def _scalar(node: Node[Any]) -> Any:
    """What a fix writes: plain data as it is, typed values as their text."""
    value = node.value
    return value if isinstance(value, str | int | float) else str(value)


def _describe(change: Change) -> str:
    key = change.node.key
    match change.op:
        case "set":
            return f"set {key} to {text_of(placeless(change.value))}"
        case "rename":
            return f"rename {key} to {change.value}"
        case "remove":
            return f"remove {key}"
    return f"add {key}"
