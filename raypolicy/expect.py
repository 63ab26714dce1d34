"""Values that a user's YAML must have, every mistake at its place. Not here: what they are for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from raypolicy.errors import PlacedError
from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile, Span
from raypolicy.tree import Node, root_of


def wrong(node: Node[Any], message: str, *, key_of: bool = False, part: int = 0) -> PlacedError:
    """The error to raise: at the value, at its key, or at a character of a text."""
    span = node.key_span if key_of else node.span
    if part and isinstance(node.value, str) and part < len(node.value):
        span = node.part(part, part + 1).span
    return PlacedError(message, span)


def mapping(source: SourceFile, thing: str, shape: str) -> Node[Any]:
    """The one mapping in a source, such as a rule. Raises PlacedError for anything else."""
    documents = read_yaml(source)
    if not documents:
        raise PlacedError(f"an empty file; a {thing} is expected", Span(source, 0, 0))
    document = documents[0]
    if document.defect:
        at = document.defect.offset
        raise PlacedError(f"not YAML: {document.defect.message}", document.span(at, at))
    if len(documents) > 1:
        raise PlacedError(f"one {thing} a file", root_of(documents[1]).span)
    if document.duplicates:
        duplicate = document.duplicates[0]
        raise PlacedError(f"{duplicate.key!r} is written twice", document.span(*duplicate.second))
    if type(document.value) is not dict:
        raise wrong(root_of(document), f"a mapping is expected: {shape}")
    return root_of(document)


def keys(node: Node[Any], known: Iterable[str]) -> None:
    """Refuse a key that isn't known."""
    if type(node.value) is not dict:
        raise wrong(node, f"a mapping is expected, with {', '.join(known)}")
    for key, value in node.entries():
        if key not in known:
            message = f"unknown key {key!r}{did_you_mean(key, known)}"
            raise wrong(value, message, key_of=True)


def text(node: Node[Any]) -> str:
    """A text without line breaks at its end; empty where nothing is written."""
    if node.absent:
        return ""
    if not isinstance(node.value, str):
        raise wrong(node, "a text is expected")
    return node.value.rstrip("\n")


def items(node: Node[Any]) -> list[Node[Any]]:
    """The items of a list; none where nothing is written."""
    if not node.absent and type(node.value) is not list:
        raise wrong(node, "a list is expected")
    return list(node.items())


def one_of(node: Node[Any], known: tuple[str, ...], default: Any = ...) -> Any:
    """One of the known words, or the default where nothing is written."""
    if node.absent and default is not ...:
        return default
    if node.value not in known:
        given = str(node.value).lower() if isinstance(node.value, bool) else repr(node.value)
        raise wrong(node, f"{' | '.join(known)} is expected, not {given}")
    return node.value


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """`; did you mean 'x'?`; where none is near the names there are, or what is said otherwise."""
    names = sorted(known)
    near = nearest(name, names)
    if near is not None:
        return f"; did you mean {near!r}?"
    if otherwise:
        return f"; {otherwise}"
    return f"; there are {', '.join(names)}" if names else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The name that is most like another, if any is."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, sorted(known), 1, 0.6)), None)
