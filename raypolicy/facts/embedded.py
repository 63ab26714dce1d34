"""YAML inside a text value, such as runtimeEnvYAML. Not here: what stands in it."""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import View, fact
from raypolicy.reader import Chunk, embedded, split
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, PLACEHOLDER, Node
from raypolicy.values import placeholder

_KINDS = {list: "a list", str: "a text", bool: "a boolean", int: "a number", float: "a number"}


class EmbeddedText(View):
    """A text that the operator reads as YAML; its node is the text."""

    @fact
    def fault(self) -> Node[str]:
        """Why it is no mapping to the operator; absent where it is one, or nothing at all. Only its
        first document counts."""
        node = self.node
        if type(node.value) is not str or not _first(node.value).text.strip():
            return node if node.unknown else node.put(ABSENT)
        documents = embedded(node)
        document = documents[0] if documents else None
        if document is None or document.start >= _first(node.value).end:
            return node.put(ABSENT)
        if document.defect is None and type(document.value) is dict:
            return node.put(ABSENT)
        if placeholder(node.value):
            return node.put(PLACEHOLDER)
        if document.defect is None:
            return node.put(f"it is {_KINDS.get(type(document.value), 'something else')}")
        at = document.defect.offset
        place: Node[Any] = Node(document.value, document, None, "", window=(at, at + 1))
        return place.put(document.defect.message)


def _first(text: str) -> Chunk:
    """The first document; what is before a separator may be empty, and is a document even so."""
    return next(iter(split(SourceFile("", text))), Chunk(SourceFile("", ""), 0, 0))
