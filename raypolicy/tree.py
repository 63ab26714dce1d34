"""Nodes: a value and where it was written. Not here: how a text is parsed (`reader`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

from raypolicy.document import Document
from raypolicy.scalarplaces import places
from raypolicy.source import SourceFile, Span
from raypolicy.values import placeholder

Key: TypeAlias = str | int
T = TypeVar("T", covariant=True)
U = TypeVar("U")

WRITTEN: Final = "written"
DEFAULTED: Final = "defaulted"
OVERRIDDEN: Final = "overridden"
INJECTED: Final = "injected"
DERIVED: Final = "derived"


class _Absent:
    """Nothing is written and there is no default."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()


class Unknown(NamedTuple):
    """The value cannot be known from the text; `reason` completes "unknown: …"."""

    reason: str

    def __str__(self) -> str:
        return "unknown"


PLACEHOLDER: Final = Unknown("unresolved placeholder")


class Node(Generic[T]):
    """A value, or its absence, at a place in a document.

    Made when a path arrives somewhere, never changed afterwards. `value` is plain data, a typed
    value, ABSENT or Unknown. A node derived from others stands at the place of the first and keeps
    the others as `origins`; `how` says whether it is written, defaulted, overridden, injected or
    derived.
    """

    __slots__ = ("document", "how", "key", "origins", "parent", "value", "window")

    def __init__(
        self,
        value: Any,
        document: Document,
        parent: Node[Any] | None,
        key: Key,
        how: str = WRITTEN,
        origins: tuple[Node[Any], ...] = (),
        window: tuple[int, int] | None = None,
    ) -> None:
        self.value = value
        self.document = document
        self.parent = parent
        self.key = key
        self.how = how
        self.origins = origins
        self.window = window

    def __repr__(self) -> str:
        first = self.span.first
        return f"<{self.value!r} at {self.document.source.name}:{first.line}:{first.column}>"

    @property
    def absent(self) -> bool:
        return self.value is ABSENT

    @property
    def unknown(self) -> bool:
        return type(self.value) is Unknown

    @property
    def known(self) -> T | None:
        """The value, or None where it is absent or unknown."""
        value = self.value
        known: T | None = None if value is ABSENT or type(value) is Unknown else value
        return known

    # Walking

    def get(self, *keys: Key) -> Node[Any]:
        """What is written under the keys; `null` and nothing are both absent, as for Kubernetes."""
        node: Node[Any] = self
        for key in keys:
            value = node.value
            if type(value) is dict:
                child = value.get(key)
                node = Node(ABSENT if child is None else child, node.document, node, key)
            elif type(value) is list and type(key) is int:
                child = value[key] if -len(value) <= key < len(value) else None
                node = Node(ABSENT if child is None else child, node.document, node, key)
            elif value is ABSENT:
                node = Node(ABSENT, node.document, node, key)
            elif type(value) is Unknown:
                return node
            elif type(value) is str and placeholder(value):
                return node.put(PLACEHOLDER)
            else:
                return node.put(Unknown("not a mapping or list, as it should be"))
        return node

    def items(self) -> Iterator[Node[Any]]:
        """The items of a list; none of anything else. Null items are left out."""
        value = self.value
        if type(value) is list:
            for index, item in enumerate(value):
                if item is not None:
                    yield Node(item, self.document, self, index)

    def entries(self) -> Iterator[tuple[str, Node[Any]]]:
        """The entries of a mapping, nulls as absent; none of anything else."""
        value = self.value
        if type(value) is dict:
            for key, item in value.items():
                yield key, Node(ABSENT if item is None else item, self.document, self, key)

    # Deriving

    def put(self, value: Any, *origins: Node[Any], how: str = DERIVED) -> Node[Any]:
        """Another value at this place."""
        return Node(
            value, self.document, self.parent, self.key, how, self.origins + origins, self.window
        )

    def map(self, parse: Callable[[Any], U | None], otherwise: str) -> Node[U]:
        """The value parsed; None from `parse` becomes Unknown(otherwise), as do placeholders."""
        value = self.value
        if value is ABSENT or type(value) is Unknown:
            return self  # type: ignore[return-value]  # no value, so of any type
        parsed = parse(value)
        # Versions, quantities and the like are made of no text that has a placeholder.
        made_of_any = parsed is None or type(parsed) in (str, bool)
        if made_of_any and type(value) is str and placeholder(value):
            return self.put(PLACEHOLDER)
        if parsed is value:
            return self  # type: ignore[return-value]  # T is U then
        made: Any = Unknown(otherwise) if parsed is None else parsed
        return Node(made, self.document, self.parent, self.key, self.how, self.origins, self.window)

    def either(self, default: Node[Any]) -> Node[Any]:
        """This node, or the default where nothing is written."""
        return default if self.value is ABSENT else self

    def at_key(self, value: U) -> Node[U]:
        """A value at the place of this node's key rather than of its value."""
        entry = self.entry
        window = (entry[0], entry[1]) if entry is not None and len(entry) == 4 else self.window
        return Node(value, self.document, self.parent, self.key, self.how, self.origins, window)

    def part(self, start: int, end: int) -> Node[str]:
        """A part of a text value, at its own characters where they can be told apart."""
        text = self.value[start:end]
        entry, document = self.entry, self.document
        if entry is None or self.window or not start < end <= len(self.value):
            return self.put(text, how=self.how)
        at, behind = entry[-2:]
        if behind - at == len(self.value):  # plain, so it has no character that is another's
            window = (at + start, at + end)
        else:
            written = document.source.text[document.start + at : document.start + behind]
            found = places(written, self.value)
            if found is None:
                return self.put(text, how=self.how)
            window = (at + found[start][0], at + found[end - 1][1])
        return Node(text, document, self.parent, self.key, self.how, self.origins, window)

    # Places

    @property
    def path(self) -> tuple[Key, ...]:
        """Keys from the root of the document to this node."""
        keys: list[Key] = []
        node: Node[Any] | None = self
        while node is not None and node.parent is not None:
            keys.append(node.key)
            node = node.parent
        return tuple(reversed(keys))

    @property
    def entry(self) -> tuple[int, ...] | None:
        """Offsets of this node in its document as in Document.spans; None if it isn't written."""
        if self.parent is None:
            return self.document.extent
        key: Any = self.key
        parts = self.document.spans.get(id(self.parent.value))
        found: tuple[int, ...] | None = None
        if type(parts) is dict:
            found = parts.get(key)
        elif parts is not None and -len(parts) <= key < len(parts):
            found = parts[key]
        return found

    @property
    def placed(self) -> bool:
        """Whether there is a place to show at all."""
        return self.document is not NOWHERE

    @property
    def written(self) -> bool:
        """Whether this place has a text of its own (a null that is written out has one)."""
        return self.entry is not None

    @property
    def span(self) -> Span:
        """Where the value is written; for something missing, the key it would belong to."""
        if self.window is not None:
            return self.document.span(*self.window)
        entry = self.entry
        if entry is None or self.value is ABSENT:
            return self.key_span
        return self.document.span(*entry[-2:])

    @property
    def key_span(self) -> Span:
        """The key; for an item of a list its first line; for what isn't written, the ancestor's."""
        entry = self.entry
        if entry is None:
            return self.parent.key_span if self.parent is not None else self.document.span(0, 0)
        if len(entry) == 4:
            return self.document.span(*entry[:2])
        (start, end), parts = entry, self.document.spans.get(id(self._container()))
        if type(parts) is dict and parts:
            first = min(parts.values())
            start, end = (first[0], first[1]) if start <= first[0] < end else (start, end)
        span = self.document.span(start, end)
        _, line_end = span.source.bounds(span.first.line)
        return Span(span.source, span.start, max(span.start, min(span.end, line_end)))

    def _container(self) -> Any:
        """What is written at this place, whatever value this node has been given."""
        if self.parent is None:
            return self.document.value
        container = self.parent.value
        return container[self.key] if self.written else None


NOWHERE: Final = Document(SourceFile("", ""), 0, 0, 0)
"""The document of values that are written in no manifest: settings, targets, literals."""


def root_of(document: Document) -> Node[Any]:
    """The whole value of a document; absent where it has none."""
    return Node(ABSENT if document.value is None else document.value, document, None, "")


def placeless(value: Any) -> Node[Any]:
    """A value that stands nowhere in a manifest."""
    return Node(value, NOWHERE, None, "", DEFAULTED)
