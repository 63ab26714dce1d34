"""Documents: what was read, and how well."""

from __future__ import annotations

from raypolicy.document import Document
from raypolicy.document import DuplicateKey as Duplicate
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node, root_of


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
        return _node(self._document, defect.message, (defect.offset, defect.offset + 1))

    @fact
    def duplicate_keys(self) -> tuple[DuplicateKey, ...]:
        """Keys that are written twice in one mapping."""
        document = self._document
        return tuple(DuplicateKey(document, each, self.owner) for each in document.duplicates)


def _node(document: Document, value: str, window: tuple[int, int]) -> Node[str]:
    return Node(value, document, None, "", window=window)
