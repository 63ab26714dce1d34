"""Values as messages and labels show them. Not here: whole messages (`rule`)."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from raypolicy.tree import ABSENT, WRITTEN, Node, Unknown

_LONGEST_VALUE: Final = 80


def text_of(node: Node[Any]) -> str:
    """A value as messages show it; an empty text by its quotes."""
    value = node.value
    if value is ABSENT:
        return "(none)"
    if type(value) is Unknown:
        return "(unknown)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        text = ", ".join(str(each)[:_LONGEST_VALUE] for each in value[:_LONGEST_VALUE])
    elif isinstance(value, dict):
        text = f"{{{', '.join(key[:_LONGEST_VALUE] for key in islice(value, 9))}}}"
    else:
        text = str(value) or ('""' if node.how == WRITTEN else "")
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def label(words: str, node: Node[Any]) -> str:
    """A few words for a place: `Python 3.10`, `memory limit 4Gi`, `no gcs port`."""
    if node.value is ABSENT:
        return f"no {words}" if words else ""
    if not words or type(node.value) is Unknown or isinstance(node.value, dict | list):
        return words
    return f"{words} {text_of(node)}"
