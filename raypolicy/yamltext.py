"""A part as YAML for people: lines, each with what is to be said of it. Not here: what that is
(`preview`), where parts come from (`made`).

Whatever the values are, the text reads back as them, and no line of it steers a terminal or a
runner of checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from raypolicy.formats.style import UNSAFE, printable
from raypolicy.made.parts import Part
from raypolicy.tree import Node, Unknown

_PLAIN: Final = (
    r"[A-Za-z/_][A-Za-z0-9/_.:@+-]*(?: [A-Za-z0-9/_.@+-]+)*|[0-9]+(?:m|k|[KMGTPE]i|[KMGT])"
)
_RESERVED: Final = frozenset("true false yes no on off y n null".split())
_WIDEST: Final = 64
"""Columns within which comments stand below one another."""

Said = Callable[[Node[Any]], str]
"""What is to be said of a scalar, on one line; empty for nothing."""


def document(part: Part, said: Said) -> Iterator[str]:
    """The lines of a part that is a mapping, comments below one another where lines are short."""
    lines = list(_mapping(part, said))
    short = [len(text) for text, comment in lines if comment and len(text) <= _WIDEST]
    column = max(short, default=0)
    for text, comment in lines:
        yield f"{text:{column}}  # {printable(comment)}" if comment else text


def scalar(value: object) -> str:
    """A scalar on one line, in quotes where it would be read as anything else without."""
    if type(value) is Unknown:
        return '"?"'
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    text = str(value)
    return text if _is_plain(text) else _quoted(text)


def _mapping(part: dict[str, Part], said: Said) -> Iterator[tuple[str, str]]:
    for key, each in part.items():
        head = f"{scalar(key)}:"
        if isinstance(each, Node):
            yield from _leaf(head, each, said)
        elif not each:
            yield f"{head} {'{}' if type(each) is dict else '[]'}", ""
        else:
            yield head, ""
            inner = _mapping(each, said) if type(each) is dict else _list(each, said)
            indent = "  " if type(each) is dict else ""
            for text, comment in inner:
                yield f"{indent}{text}", comment


def _list(part: list[Part], said: Said) -> Iterator[tuple[str, str]]:
    for each in part:
        if isinstance(each, Node):
            yield from _leaf("-", each, said)
        elif not each:
            yield f"- {'{}' if type(each) is dict else '[]'}", ""
        else:
            inner = _mapping(each, said) if type(each) is dict else _list(each, said)
            for index, (text, comment) in enumerate(inner):
                yield f"{'  ' if index else '- '}{text}", comment


def _leaf(head: str, node: Node[Any], said: Said) -> Iterator[tuple[str, str]]:
    value = node.value
    if type(value) is not str or not _is_block(value):
        yield f"{head} {scalar(value)}", said(node)
        return
    yield f"{head} {'|' if value.endswith(chr(10)) else '|-'}", said(node)
    for line in value.removesuffix("\n").split("\n"):
        yield f"  {line}" if line else "", ""


def _is_plain(text: str) -> bool:
    if text.lower() in _RESERVED or text.endswith(":") or ": " in text:
        return False
    return re.fullmatch(_PLAIN, text) is not None


def _is_block(text: str) -> bool:
    """Whether it is best shown as it is, on lines of its own."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and lines[-1] != ""
        and lines[0] != ""
        and not lines[0].startswith(" ")
        and all(_is_harmless(line) for line in lines)
    )


def _is_harmless(line: str) -> bool:
    return printable(line) == line and not line.lstrip().startswith("::")


def _quoted(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{re.sub(UNSAFE, lambda match: _escape(match[0]), safe)}"'


def _escape(char: str) -> str:
    if char in "\n\t":
        return r"\n" if char == "\n" else r"\t"
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return {"inf": ".inf", "-inf": "-.inf"}.get(str(value), ".nan")
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e") if "e" in text else f"{text}.0"
