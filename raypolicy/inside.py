"""A text value that is YAML itself, such as serveConfigV2, as a tree with places in the manifest.

It is read as all else is, with the same bounds. Not here: what stands in it (`facts`), how its
places are found (`document`), how it is changed (`edits.within`).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from raypolicy.reader import Chunk, embedded, read_yaml, split
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, PLACEHOLDER, Node, Unknown, root_of
from raypolicy.values import placeholder

_KINDS: Final = {
    list: "a list",
    str: "a text",
    bool: "a boolean",
    int: "a number",
    float: "a number",
}


class Inside(NamedTuple):
    """What a text says: the root of its first document, and why that can't be read, if so.

    `root` is absent where the text says nothing, unknown where it can't be read, where it is
    templated and where there is no text. `fault` is a message at its place, or absent.
    """

    root: Node[Any]
    fault: Node[str]


def inside(text: Node[Any]) -> Inside:
    """The YAML in a text value. A template that is none is no fault."""
    sound = text.put(ABSENT)
    if type(text.value) is not str:
        known = text.absent or text.unknown
        return Inside(text if known else text.put(Unknown("no text")), sound)
    if not _first(text.value).text.strip():
        return Inside(sound, sound)
    if "%YAML " in text.value or "%TAG " in text.value:
        unknown = text.put(Unknown("it may have directives"))
        return Inside(unknown, unknown)
    documents = embedded(text)
    document = documents[0] if documents else None
    if document is None or document.start >= _first(text.value).end:
        return Inside(sound, sound)
    root = root_of(document)
    templated = placeholder(text.value) is not None
    if document.defect is None:
        other = templated and type(document.value) is not dict
        return Inside(root.put(PLACEHOLDER) if other else root, sound)
    if templated:
        unknown = text.put(PLACEHOLDER)
        return Inside(unknown, unknown)
    at = document.defect.offset
    place: Node[Any] = Node(ABSENT, document, None, "", window=(at, at + 1))
    return Inside(text.put(Unknown("it can't be read")), place.put(document.defect.message))


def no_mapping(text: Node[Any]) -> Node[str]:
    """Why a text is no mapping, where it has to be one; absent where it is one or says nothing."""
    root, fault = inside(text)
    if not fault.absent and not fault.unknown and _is_spoilt(text):
        return text.put("it is written with `>`, which joins its lines, instead of `|`")
    if not fault.absent or root.absent or type(root.value) is dict:
        return fault
    if root.unknown:
        return text.put(root.value)
    return text.put(f"it is {_KINDS.get(type(root.value), 'something else')}")


def _is_spoilt(text: Node[Any]) -> bool:
    """Whether a text is folded, and its lines as they are written are a mapping."""
    written = text.span.text if text.written else ""
    if not written.startswith(">"):
        return False
    from textwrap import dedent

    lines = SourceFile("", dedent(written.partition("\n")[2]))
    return any(type(each.value) is dict for each in read_yaml(lines)[:1])


def _first(text: str) -> Chunk:
    """The first document; what is before a separator may be empty, and is a document even so."""
    return next(iter(split(SourceFile("", text))), Chunk(SourceFile("", ""), 0, 0))
