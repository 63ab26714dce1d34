"""A rule file → its prepared form, every mistake at its place. Not here: running rules (`rule`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from raypolicy.clause import OPERATORS, ORDERED, TESTS, TYPES, typed
from raypolicy.errors import UsageError
from raypolicy.facts.target import Target
from raypolicy.model import ROOTS
from raypolicy.paths import WRITTEN, Names, Path, PathError, did_you_mean
from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile, Span
from raypolicy.tree import Node

SEVERITIES: Final = ("error", "warning", "note")
PROFILES: Final = ("default", "pedantic")
REFUSERS: Final = ("api-server", "webhook", "operator", "pod-creation")
KEYS: Final = (
    "summary severity why help see profile refused_by security given when require at message fix "
    "settings examples"
).split()
EXAMPLE_KEYS: Final = ("pass", "fail", "fixed", "target")
_REQUIRED: Final = ("summary", "severity", "why", "given", "message", "examples")
_ITEM: Final = re.compile(r"(?:'[^']*'|[^',])+")
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_NAME: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class RuleError(UsageError):
    """A rule file that can't be used: what was expected, and where."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span

    def __str__(self) -> str:
        line, column = self.span.first
        return f"{self.span.source.name}:{line}:{column}: error: {self.message}"


def prepare(source: SourceFile) -> dict[str, Any]:
    """The rule in a file as plain data, paths checked against the model. Raises RuleError."""
    documents = read_yaml(source)
    nowhere = Span(source, 0, 0)
    if not documents:
        raise RuleError("an empty file; a rule is expected", nowhere)
    root = documents[0]
    if root.defect:
        at = root.start + root.defect.offset
        raise RuleError(f"not YAML: {root.defect.message}", Span(source, at, at))
    if len(documents) > 1:
        raise RuleError("one rule a file", documents[1].root.span)
    if root.duplicates:
        duplicate = root.duplicates[0]
        raise RuleError(f"{duplicate.key!r} is written twice", root.span(*duplicate.second))
    return _Reader(PurePath(source.name), root.root).plan()


class _Reader:
    """Reads one rule; `names` grows with `given`."""

    def __init__(self, path: PurePath, root: Node[Any]) -> None:
        self.path = path
        self.root = root
        self.settings: dict[str, Any] = {}
        self.names: dict[str, Any] = {"target": Target, "today": str}

    def plan(self) -> dict[str, Any]:
        root = self.root
        if type(root.value) is not dict:
            raise self.error(root, "a mapping is expected: summary, severity, why, given, …")
        self.check_keys(root, KEYS)
        for key in _REQUIRED:
            if root.get(key).absent:
                raise self.error(root, f"{key!r} is missing", key_of=True)
        if not set(self.path.stem) <= _NAME:
            raise self.error(root, "the file name is the id: lower-case words joined by hyphens")
        settings = root.get("settings")
        if not settings.absent and type(settings.value) is not dict:
            raise self.error(settings, "names and their defaults are expected")
        self.settings = {key: self.plain(node) for key, node in settings.entries()}
        if root.get("when").absent and root.get("require").absent:
            raise self.error(root, "'when' or 'require' is missing", key_of=True)
        given = self.given(root.get("given"))
        at = root.get("at")
        fix = [self.fix(node) for node in _one_or_many(root.get("fix"))]
        return {
            "id": self.path.stem,
            "topic": self.path.parent.name,
            "summary": self.text(root.get("summary")),
            "severity": self.choice(root.get("severity"), SEVERITIES),
            "why": self.text(root.get("why")),
            "help": self.text(root.get("help")),
            "see": [self.text(node) for node in self.listed(root.get("see"))],
            "profile": self.choice(root.get("profile"), PROFILES, "default"),
            "refused_by": self.choice(root.get("refused_by"), REFUSERS, None),
            "security": self.security(root.get("security")),
            "given": given,
            "when": self.clauses(root.get("when")),
            "require": self.clauses(root.get("require")),
            "at": None if at.absent else self.path_of(self.one(at)),
            "message": self.message(root.get("message")),
            "fix": [step for step in fix if step["op"]],
            "safe": any(step["safe"] for step in fix),
            "settings": self.settings,
            "examples": self.examples(root.get("examples")),
        }

    # Errors and plain values

    def error(
        self, node: Node[Any], message: str, key_of: bool = False, part: int = 0
    ) -> RuleError:
        span = node.key_span if key_of else node.span
        if part and isinstance(node.value, str) and part < len(node.value):
            span = node.part(part, part + 1).span
        return RuleError(message, span)

    def check_keys(self, node: Node[Any], known: tuple[str, ...] | list[str]) -> None:
        for key, value in node.entries():
            if key not in known:
                raise self.error(
                    value, f"unknown key {key!r}{did_you_mean(key, known)}", key_of=True
                )

    def text(self, node: Node[Any]) -> str:
        if node.absent:
            return ""
        if not isinstance(node.value, str):
            raise self.error(node, "a text is expected")
        return node.value.rstrip("\n")

    def listed(self, node: Node[Any]) -> list[Node[Any]]:
        if not node.absent and type(node.value) is not list:
            raise self.error(node, "a list is expected")
        return list(node.items())

    def choice(self, node: Node[Any], known: tuple[str, ...], default: Any = ...) -> Any:
        if node.absent and default is not ...:
            return default
        if node.value not in known:
            raise self.error(node, f"{' | '.join(known)} is expected, not {node.value!r}")
        return node.value

    def security(self, node: Node[Any]) -> float | None:
        if node.absent:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise self.error(node, "a number from 0.1 to 10.0 is expected")
        if not 0.1 <= node.value <= 10.0:
            raise self.error(node, "a number from 0.1 to 10.0 is expected")
        return float(node.value)

    def plain(self, node: Node[Any]) -> Any:
        return None if node.absent else node.value

    # Paths

    def given(self, node: Node[Any]) -> list[Any]:
        if type(node.value) is not dict or not node.value:
            raise self.error(node, "names and the paths they take are expected")
        bound: list[Any] = []
        for name, value in node.entries():
            if name in self.names or name in ROOTS or name == "settings":
                raise self.error(value, f"the name {name!r} is taken", key_of=True)
            path = self.check(value, lists=True)
            bound.append([name, self.path_of(path)])
            self.names[name] = path.leads_to
        return bound

    def check(
        self, node: Node[Any], text: str | None = None, offset: int = 0, *, lists: bool = False
    ) -> Path:
        """A checked path, its mistakes at their characters; the text begins at `offset`."""
        written = self.text(node) if text is None else text
        if written.startswith("settings."):
            name = written.removeprefix("settings.")
            if name not in self.settings:
                raise self.error(
                    node, f"no setting {name!r}{did_you_mean(name, self.settings)}", part=offset
                )
            return Path(written, "settings", (("field", name),), WRITTEN, False, False)
        try:
            return Names(self.names, ROOTS if lists else {}).check(written)
        except PathError as error:
            raise self.error(node, error.message, part=offset + error.offset) from None

    def one(self, node: Node[Any], text: str | None = None, offset: int = 0) -> Path:
        path = self.check(node, text, offset)
        if path.many:
            raise self.error(
                node,
                f"{path.text!r} walks a list; only given may, and the right of in",
                part=offset,
            )
        return path

    def path_of(self, path: Path) -> list[Any]:
        return [path.start, [list(step) for step in path.steps]]

    # Clauses

    def clauses(self, node: Node[Any]) -> Any:
        if node.absent:
            return None
        if type(node.value) is list and node.value:
            return [self.clauses(each) for each in node.items()]
        if type(node.value) is dict:
            self.check_keys(node, ("any",))
            listed = node.get("any")
            if type(listed.value) is not list or not listed.value:
                raise self.error(listed, "a list of clauses is expected under any")
            return {"any": [self.clauses(each) for each in listed.items()]}
        return self.clause(node)

    def clause(self, node: Node[Any]) -> dict[str, Any]:
        if not isinstance(node.value, str):
            raise self.error(node, "a clause or a list of clauses is expected")
        text = self.text(node)
        words = text.split()
        if len(words) == 2 and words[1] in TESTS:
            return {"left": self.path_of(self.one(node, words[0])), "op": words[1]}
        left, operator, right = _cut(text)
        if not operator:
            expected = f"PATH {' | '.join(OPERATORS)} OPERAND, or PATH exists | missing"
            raise self.error(node, f"{expected} is expected, not {text!r}")
        path = self.one(node, left)
        operand = self.operand(node, right, path, operator)
        literal = operand.get("literal")
        if operator in ORDERED and path.leads_to in (WRITTEN, str) and isinstance(literal, str):
            raise self.error(node, "text has no order; a fact of another type is needed")
        if operator in ("in", "not in") and "literal" in operand and not isinstance(literal, list):
            raise self.error(node, "a list is expected to the right of in")
        return {"left": self.path_of(path), "op": operator, "right": operand}

    def operand(self, node: Node[Any], text: str, left: Path | None, op: str) -> dict[str, Any]:
        """The right side: a literal takes the type of the fact on the left."""
        known, literal = _literal(text)
        offset = self.text(node).rfind(text)
        if known:
            type_name = left.leads_to.__name__ if left and left.leads_to in TYPES.values() else None
            try:
                typed(literal, type_name)
            except ValueError as error:
                raise self.error(node, str(error), part=offset) from None
            return {"literal": literal, "type": type_name}
        start = text.split(".")[0].split("[")[0]
        if start not in (*self.names, "settings"):
            raise self.error(
                node,
                f"{text!r} is neither a path nor a literal; quote it, or begin with a bound name"
                f"{did_you_mean(start, self.names)}",
                part=offset,
            )
        path = self.check(node, text, offset)
        if path.many and op not in ("in", "not in"):
            raise self.error(
                node, f"{text!r} walks a list; only given may, and the right of in", part=offset
            )
        return {"path": self.path_of(path), "many": path.many}

    # Messages, fixes, examples

    def message(self, node: Node[Any]) -> list[Any]:
        text = self.text(node)
        parts: list[Any] = []
        at = 0
        while at < len(text):
            opened = text.find("{", at)
            if opened < 0:
                parts.append(text[at:])
                break
            closed = text.find("}", opened)
            if closed < 0:
                raise self.error(node, "a { without }", part=opened)
            if opened > at:
                parts.append(text[at:opened])
            parts.append(self.path_of(self.one(node, text[opened + 1 : closed], opened + 1)))
            at = closed + 1
        return parts

    def fix(self, node: Node[Any]) -> dict[str, Any]:
        if type(node.value) is not dict:
            raise self.error(node, "one of set, rename, remove, insert is expected, with its path")
        self.check_keys(node, ("set", "rename", "remove", "insert", "to", "value", "safe"))
        safe = node.get("safe")
        if not safe.absent and not isinstance(safe.value, bool):
            raise self.error(safe, "true or false is expected")
        ops = [op for op in ("set", "rename", "remove", "insert") if not node.get(op).absent]
        if len(ops) != 1:
            raise self.error(node, "one of set, rename, remove, insert is expected", key_of=True)
        op = ops[0]
        target = node.get(op)
        path = self.one(target)
        if not path.editable:
            raise self.error(
                target, f"{path.text!r} is derived and has no text that a fix could change"
            )
        step: dict[str, Any] = {"op": op, "path": self.path_of(path), "safe": safe.value is True}
        if op in ("set", "rename"):
            if node.get("to").absent:
                raise self.error(target, f"{op} needs a 'to'", key_of=True)
            step["to"] = self.to(node.get("to"))
        if op == "insert":
            if node.get("value").absent:
                raise self.error(target, "insert needs a 'value'", key_of=True)
            step["value"] = self.plain(node.get("value"))
        return step

    def to(self, node: Node[Any]) -> dict[str, Any]:
        if not isinstance(node.value, str):
            return {"literal": self.plain(node), "type": None}
        return self.operand(node, node.value, None, "==")

    def examples(self, node: Node[Any]) -> list[dict[str, Any]]:
        found = []
        for each in self.listed(node):
            self.check_keys(each, EXAMPLE_KEYS)
            sides = [side for side in ("pass", "fail") if not each.get(side).absent]
            if len(sides) != 1:
                raise self.error(each, "pass or fail is expected, with a manifest below it")
            found.append(
                {key: self.text(value) for key, value in each.entries()}
                | {"line": each.get(sides[0]).span.first.line}
            )
        return found


def _one_or_many(node: Node[Any]) -> Iterator[Node[Any]]:
    if type(node.value) is list:
        yield from node.items()
    elif not node.absent:
        yield node


def _cut(text: str) -> tuple[str, str, str]:
    """A clause at its operator: the first that stands between blanks outside quotes."""
    words = text.split(" ")
    for at in range(1, len(words)):
        for size in (2, 1):
            operator = " ".join(words[at : at + size])
            if operator in OPERATORS and at + size < len(words):
                return " ".join(words[:at]).strip(), operator, " ".join(words[at + size :]).strip()
    return text, "", ""


def _literal(text: str) -> tuple[bool, Any]:
    """Whether a text is a literal, and which: number, true, false, 'text' or a list of them."""
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return True, text[1:-1].replace("''", "'")
    if text.startswith("[") and text.endswith("]"):
        items = [_literal(part.strip()) for part in _ITEM.findall(text[1:-1]) if part.strip()]
        return all(known for known, _ in items), [value for _, value in items]
    if text in ("true", "false"):
        return True, text == "true"
    if _NUMBER.fullmatch(text):
        return True, float(text) if "." in text else int(text)
    return False, None
