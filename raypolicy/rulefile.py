"""A rule file → its prepared form, every mistake at its place. Not here: running rules (`rule`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from raypolicy import expect
from raypolicy.clause import of_target
from raypolicy.expect import items, one_of, text, wrong
from raypolicy.needs import needs
from raypolicy.rulelanguage import Language, steps_to
from raypolicy.source import SourceFile
from raypolicy.tree import Node

SEVERITIES: Final = ("error", "warning", "note")
PROFILES: Final = ("default", "pedantic")
REFUSERS: Final = ("api-server", "webhook", "operator", "pod-creation")
KEYS: Final = (
    "summary severity why help see profile refused_by security releases given when require at "
    "message fix settings examples"
).split()
EXAMPLE_KEYS: Final = "pass fail fixed target gates kubernetes mandatory require".split()
REQUIRED: Final = ("summary", "severity", "why", "given", "message", "examples")
_NAME: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def prepare(source: SourceFile) -> dict[str, Any]:
    """The rule in a file as plain data, paths checked against the model. Raises PlacedError."""
    path = PurePath(source.name)
    root = expect.mapping(source, "rule", "summary, severity, why, given, …")
    expect.keys(root, KEYS)
    for key in REQUIRED:
        if root.get(key).absent:
            raise wrong(root, f"{key!r} is missing", key_of=True)
    if not set(path.stem) <= _NAME:
        raise wrong(root, "the file name is the id: lower-case words joined by hyphens")
    if root.get("when").absent and root.get("require").absent:
        raise wrong(root, "'when' or 'require' is missing", key_of=True)
    settings = _settings(root.get("settings"))
    language = Language(settings)
    releases = language.clauses(root.get("releases"))
    given = language.given(root.get("given"))
    at = root.get("at")
    fix = [language.fix(node) for node in _one_or_many(root.get("fix"))]
    plan = {
        "id": path.stem,
        "topic": path.parent.name,
        "file": source.name,
        "summary": text(root.get("summary")),
        "severity": one_of(root.get("severity"), SEVERITIES),
        "why": text(root.get("why")),
        "help": text(root.get("help")),
        "see": [text(node) for node in items(root.get("see"))],
        "profile": one_of(root.get("profile"), PROFILES, "default"),
        "refused_by": one_of(root.get("refused_by"), REFUSERS, None),
        "security": _security(root.get("security")),
        "releases": releases,
        "given": given,
        "when": language.clauses(root.get("when")),
        "require": language.clauses(root.get("require")),
        "at": None if at.absent else steps_to(language.one(at)),
        "message": language.message(root.get("message")),
        "fix": fix,
        "safe": bool(fix) and all(step["safe"] for step in fix),
        "settings": settings,
        "examples": _examples(root.get("examples")),
    }
    when = plan["when"] or []
    asked = when if isinstance(when, list) else [when]
    return {
        **plan,
        "needs": needs(plan, language.names),
        "asks_target": bool(releases) or any(map(of_target, asked)),
    }


def _settings(node: Node[Any]) -> dict[str, Any]:
    if not node.absent and type(node.value) is not dict:
        raise wrong(node, "names and their defaults are expected")
    return dict(node.value) if node.known else {}


def _security(node: Node[Any]) -> float | None:
    if node.absent:
        return None
    number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    if not number or not 0.1 <= node.value <= 10.0:
        raise wrong(node, "a number from 0.1 to 10.0 is expected")
    return float(node.value)


def _one_or_many(node: Node[Any]) -> Iterator[Node[Any]]:
    if type(node.value) is list:
        yield from node.items()
    elif not node.absent:
        yield node


def _examples(node: Node[Any]) -> list[dict[str, Any]]:
    found = []
    for each in items(node):
        expect.keys(each, EXAMPLE_KEYS)
        sides = [side for side in ("pass", "fail") if not each.get(side).absent]
        if len(sides) != 1:
            raise wrong(each, "pass or fail is expected, with a manifest below it")
        texts = {key: text(value) for key, value in each.entries()}
        found.append(texts | {"line": each.get(sides[0]).span.first.line})
    return found
