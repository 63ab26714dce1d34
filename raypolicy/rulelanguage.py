"""Paths, clauses, messages and fixes of a rule, checked. Not here: its other keys (`rulefile`)."""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

from raypolicy import expect
from raypolicy.clause import OPERATORS, ORDERED, TESTS, TYPES, typed
from raypolicy.expect import did_you_mean, text, wrong
from raypolicy.facts.target import Target
from raypolicy.facts.view import View
from raypolicy.paths import WRITTEN, Names, Path, PathError, Step
from raypolicy.roots import ROOTS
from raypolicy.tree import Node

Steps: TypeAlias = tuple[str, tuple[Step, ...]]
"""Where a path starts, and its steps."""
_ACCEPTED: Final[dict[Any, tuple[type, ...]]] = {
    str: (str,),
    bool: (bool,),
    int: (int, float),
    float: (int, float),
}
"""Types of literals that a fact of a type can be compared with."""
_ITEM: Final = re.compile(r"(?:'[^']*'|[^',])+")
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_JOINED: Final = re.compile(r" (?:and|or|&&|\|\|) ")
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")


class Language:
    """The names that one rule may use, and what it says with them; `given` adds to the names."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.names: dict[str, Any] = {"target": Target, "today": str}

    # Paths

    def given(self, node: Node[Any]) -> list[Any]:
        if type(node.value) is not dict or not node.value:
            raise wrong(node, "names and the paths they take are expected")
        bound: list[Any] = []
        for name, value in node.entries():
            if name in self.names or name in ROOTS or name == "settings":
                raise wrong(value, f"the name {name!r} is taken", key_of=True)
            path = self.check(value, lists=True)
            if path.start == "settings":
                raise wrong(value, "given walks the model, not the settings")
            bound.append([name, steps_of(path)])
            self.names[name] = path.leads_to
        return bound

    def check(
        self, node: Node[Any], part: str | None = None, offset: int = 0, *, lists: bool = False
    ) -> Path:
        """A checked path, its mistakes at their characters; the text begins at `offset`."""
        written = text(node) if part is None else part
        if written.startswith("settings."):
            name = written.removeprefix("settings.")
            if name not in self.settings:
                raise wrong(
                    node, f"no setting {name!r}{did_you_mean(name, self.settings)}", part=offset
                )
            return Path(written, "settings", (("field", name),), WRITTEN, False, False)
        try:
            return Names(self.names, ROOTS if lists else {}).check(written)
        except PathError as error:
            raise wrong(node, error.message, part=offset + error.offset) from None

    def one(self, node: Node[Any], part: str | None = None, offset: int = 0) -> Path:
        path = self.check(node, part, offset)
        if path.many:
            raise wrong(
                node,
                f"{path.text!r} walks a list; only given may, and the right of in",
                part=offset,
            )
        return path

    # Clauses

    def clauses(self, node: Node[Any]) -> Any:
        if node.absent:
            return None
        if type(node.value) is list and node.value:
            return [self.clauses(each) for each in node.items()]
        if type(node.value) is dict:
            expect.keys(node, ("any",))
            listed = node.get("any")
            if type(listed.value) is not list or not listed.value:
                raise wrong(listed, "a list of clauses is expected under any")
            return {"any": [self.clauses(each) for each in listed.items()]}
        return self.clause(node)

    def clause(self, node: Node[Any]) -> dict[str, Any]:
        if not isinstance(node.value, str):
            raise wrong(node, "a clause or a list of clauses is expected")
        written = text(node)
        words = written.split()
        if len(words) == 2 and words[1] in TESTS:
            return {"left": steps_to(self.one(node, words[0])), "op": words[1]}
        left, operator, right = _cut(written)
        if not operator:
            expected = f"PATH {' | '.join(OPERATORS)} OPERAND, or PATH exists | missing"
            raise wrong(node, f"{expected} is expected, not {written!r}")
        if not _TEXT.fullmatch(right) and _JOINED.search(right):
            expected = 'one comparison a clause; a list means "and", {any: [clause, …]} "or"'
            raise wrong(node, expected, part=written.find(right))
        path = self.one(node, left)
        operand = self.operand(node, right, path, operator)
        literal = operand.get("literal")
        if operator in ORDERED and path.leads_to in (WRITTEN, str) and isinstance(literal, str):
            raise wrong(node, "text has no order; a fact of another type is needed")
        if operator in ("in", "not in") and "literal" in operand and not isinstance(literal, list):
            raise wrong(node, "a list is expected to the right of in")
        if operator == "matches" and path.leads_to not in (WRITTEN, str):
            raise wrong(node, f"only text matches a glob, and {left} is none")
        accepted = _ACCEPTED.get(path.leads_to)
        values = literal if isinstance(literal, list) else [literal]
        if "literal" in operand and accepted and not all(type(v) in accepted for v in values):
            kind = path.leads_to.__name__
            raise wrong(node, f"{right} is never equal to {left}, which is of type {kind}")
        return {"left": steps_to(path), "op": operator, "right": operand}

    def operand(self, node: Node[Any], part: str, left: Path | None, op: str) -> dict[str, Any]:
        """The right side: a literal takes the type of the fact on the left."""
        known, literal = _literal(part)
        offset = text(node).rfind(part)
        if known:
            type_name = left.leads_to.__name__ if left and left.leads_to in TYPES.values() else None
            try:
                typed(literal, type_name)
            except ValueError as error:
                raise wrong(node, str(error), part=offset) from None
            return {"literal": literal, "type": type_name}
        start = part.split(".")[0].split("[")[0]
        if start not in (*self.names, "settings"):
            raise wrong(
                node,
                f"{part!r} is neither a path nor a literal; quote it, or begin with a bound name"
                f"{did_you_mean(start, self.names)}",
                part=offset,
            )
        path = self.check(node, part, offset)
        if path.many and op not in ("in", "not in"):
            raise wrong(
                node, f"{part!r} walks a list; only given may, and the right of in", part=offset
            )
        of = left.leads_to.__name__ if left and left.leads_to in TYPES.values() else None
        named = {"type": of} if path.start == "settings" and of else {}
        return {"path": steps_to(path), "many": path.many, **named}

    # Messages and fixes

    def message(self, node: Node[Any]) -> list[Any]:
        written = text(node)
        parts: list[Any] = []
        at = 0
        while at < len(written):
            opened = written.find("{", at)
            if opened < 0:
                parts.append(written[at:])
                break
            closed = written.find("}", opened)
            if closed < 0:
                raise wrong(node, "a { without }", part=opened)
            if opened > at:
                parts.append(written[at:opened])
            parts.append(steps_to(self.one(node, written[opened + 1 : closed], opened + 1)))
            at = closed + 1
        return parts

    def fix(self, node: Node[Any]) -> dict[str, Any]:
        if type(node.value) is not dict:
            raise wrong(node, "one of set, rename, remove, insert is expected, with its path")
        expect.keys(node, ("set", "rename", "remove", "insert", "to", "value", "safe"))
        safe = node.get("safe")
        if not safe.absent and not isinstance(safe.value, bool):
            raise wrong(safe, "true or false is expected")
        ops = [op for op in ("set", "rename", "remove", "insert") if not node.get(op).absent]
        if len(ops) != 1:
            raise wrong(node, "one of set, rename, remove, insert is expected", key_of=True)
        op = ops[0]
        target = node.get(op)
        path = self.one(target)
        if not path.editable:
            raise wrong(target, f"{path.text!r} is derived and has no text that a fix could change")
        step: dict[str, Any] = {"op": op, "path": steps_to(path), "safe": safe.value is True}
        if op in ("set", "rename"):
            if node.get("to").absent:
                raise wrong(target, f"{op} needs a 'to'", key_of=True)
            step["to"] = self.to(node.get("to"))
        if op == "insert" and not (node.get("to").absent or node.get("value").absent):
            raise wrong(node.get("to"), "insert takes a 'value' or a 'to', not both", key_of=True)
        if op == "insert" and not node.get("to").absent:
            step["to"] = self.to(node.get("to"))
        elif op == "insert":
            if node.get("value").absent:
                raise wrong(target, "insert needs a 'value', or a 'to'", key_of=True)
            step["value"] = _plain(node.get("value"))
        return step

    def to(self, node: Node[Any]) -> dict[str, Any]:
        if not isinstance(node.value, str):
            return {"literal": _plain(node), "type": None}
        return self.operand(node, node.value, None, "==")


def steps_of(path: Path) -> Steps:
    """A checked path in its prepared form."""
    return path.start, path.steps


def steps_to(path: Path) -> Steps:
    """The same, to the node of what it leads to."""
    leads_to_view = isinstance(path.leads_to, type) and issubclass(path.leads_to, View)
    return path.start, (*path.steps, ("node", "node")) if leads_to_view else path.steps


def _plain(node: Node[Any]) -> Any:
    return None if node.absent else node.value


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
    if _TEXT.fullmatch(text):
        return True, text[1:-1].replace("''", "'")
    if text.startswith("[") and text.endswith("]"):
        items = [_literal(part.strip()) for part in _ITEM.findall(text[1:-1]) if part.strip()]
        return all(known for known, _ in items), [value for _, value in items]
    if text in ("true", "false"):
        return True, text == "true"
    if _NUMBER.fullmatch(text):
        return True, float(text) if "." in text else int(text)
    return False, None
