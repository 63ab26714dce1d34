"""Documents: what was read, and how well."""

from __future__ import annotations

from typing import Final

from raypolicy.document import Defect, Document
from raypolicy.document import DuplicateKey as Duplicate
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node, root_of

_QUOTE: Final = "a value that begins with {} has to be in quotes"


class DuplicateKey(View):
    """A key that is written twice in one mapping; its node is the second of them."""

    def __init__(self, document: Document, duplicate: Duplicate, owner: Owner) -> None:
        super().__init__(_node(document, duplicate.key, duplicate.second), owner)
        self._first = _node(document, duplicate.key, duplicate.first)

    @fact
    def name(self) -> Node[str]:
        """The key."""
        return self.node

    @fact
    def first(self) -> Node[str]:
        """The key where it was written first."""
        return self._first


class DocumentView(View):
    """A document of a file that speaks of Ray."""

    stands_alone = True

    def __init__(self, document: Document, owner: Owner) -> None:
        super().__init__(root_of(document), owner)
        self._document = document

    @fact
    def defect(self) -> Node[str]:
        """Why it cannot be read, where it cannot."""
        defect = self._document.defect
        if defect is None:
            return self.node.put(ABSENT)
        unquoted = _unquoted(self._document, defect)
        said = defect.message if unquoted is None else _QUOTE.format(unquoted)
        return _node(self._document, said, (defect.offset, defect.offset + 1))

    @fact
    def duplicate_keys(self) -> tuple[DuplicateKey, ...]:
        """Keys that are written twice in one mapping."""
        document = self._document
        return tuple(DuplicateKey(document, each, self.owner) for each in document.duplicates)


def _unquoted(document: Document, defect: Defect) -> str | None:
    """The sign that no plain text may begin with, where one begins a value and is the defect."""
    text, at = document.source.text, document.start + defect.offset
    alias = "scanning an alias" in defect.message
    sign, at = ("*", at - 1) if alias else ("@", at)  # behind the sign of an alias
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return sign if text[at : at + 1] == sign and before.endswith((": ", "- ")) else None


def _node(document: Document, value: str, window: tuple[int, int]) -> Node[str]:
    return Node(value, document, None, "", window=window)
