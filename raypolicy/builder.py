"""Parser events → plain values with the places of their parts. Not here: the parser (`reader`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from raypolicy.document import Document, DuplicateKey
from raypolicy.scalars import NotJson, key_text, resolve, resolve_key, resolve_tagged

MAX_DEPTH: Final = 200
"""Deeper nesting is refused: libyaml's cost for flow collections grows with the square of it."""
MAX_VALUES: Final = 1_000_000
"""Values of one document with its aliases and merges expanded; kubectl refuses fewer."""

_NO_KEY: Final = object()
"""Instead of a key: the next event begins one."""
_MERGE: Final = object()
_TEXT_STARTS: Final = frozenset("abcdeghijklmpqrsuvwxzABCDEGHIJKLMPQRSUVWXZ")
"""First letters of plain scalars that can't be anything but text."""
_PROPERTIES = r"(?:(?:!<[^>]*>|[&!][^\s,\[\]{}]*)(?:[ \t]|(?:#[^\r\n]*)?\r?\n)*)+"
_MERGE_TAG: Final = "tag:yaml.org,2002:merge"
_resolve = lru_cache(maxsize=16384)(resolve)
_resolve_key = lru_cache(maxsize=16384)(resolve_key)


class UnreadableError(Exception):
    """The document has no value; `offset` is the place in it."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Builder:
    """Builds one document. The loop is flat, so nesting cannot overflow the stack."""

    __slots__ = ("anchors", "document", "merged", "next_event", "open", "text")

    def __init__(self, next_event: Callable[[], Any], text: str, document: Document) -> None:
        self.next_event = next_event
        self.text = text
        self.document = document
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open: dict[int, str] = {}
        self.merged: dict[int, set[str]] = {}

    def fill(self) -> bool:
        """Read the next document into `document`; False at the end of the stream.

        Raises UnreadableError, and whatever the parser raises.
        """
        next_event = self.next_event
        spans = self.document.spans
        # The container being filled, its places, its pending key with place, the number of values
        # below it, where it began, whether it is in flow style, and its anchor.
        stack: list[tuple[Any, ...]] = []
        container: Any = None
        places: Any = None
        key: Any = None
        key_start = key_end = size = began = last = 0
        flow = False
        anchor: str | None = None

        while True:
            event = next_event()
            kind = type(event).__name__
            if kind == "ScalarEvent":
                start = event.start_mark.index
                last = end = event.end_mark.index
                value = event.value
                plain = event.implicit[0] and event.tag is None and event.anchor is None
                if plain and value[:1] in _TEXT_STARTS:
                    if key is _NO_KEY:
                        key, key_start, key_end = value, start, end
                        continue
                elif key is _NO_KEY:
                    key, key_start, key_end = self.key(event, start, end)
                    continue
                elif plain:
                    try:
                        value = _resolve(value)
                    except NotJson:
                        raise self.not_json(value, start) from None
                elif not event.implicit[1] or event.anchor is not None or event.style in ("|", ">"):
                    value, start, last = self.scalar(event, start, end)
                    end = last
                size += 1
            elif kind == "MappingStartEvent" or kind == "SequenceStartEvent":
                if container is not None:
                    if key is _NO_KEY:
                        raise UnreadableError("a mapping or list as a key", event.start_mark.index)
                    stack.append(
                        (container, places, key, key_start, key_end, size, began, flow, anchor)
                    )
                    if len(stack) > MAX_DEPTH:
                        raise UnreadableError(
                            f"nested more than {MAX_DEPTH} deep", event.start_mark.index
                        )
                if kind == "MappingStartEvent":
                    container, places, key = {}, {}, _NO_KEY
                else:
                    container, places, key = [], [], None
                spans[id(container)] = places
                if self.merged:  # the id may be that of a mapping that was replaced
                    self.merged.pop(id(container), None)
                size = 1
                flow = event.flow_style
                began = event.start_mark.index
                anchor = event.anchor
                if anchor is not None or event.tag is not None:
                    began = self.behind_properties(began, event)
                if anchor is not None:
                    self.anchors[anchor] = (container, 0)
                    self.open[id(container)] = anchor
                continue
            elif kind == "MappingEndEvent" or kind == "SequenceEndEvent":
                if flow:
                    last = event.end_mark.index
                value, start, end = container, began, last if last > began else began
                if anchor is not None:
                    if self.anchors[anchor][0] is value:  # it was not defined anew inside
                        self.anchors[anchor] = (value, size)
                    del self.open[id(value)]
                if not stack:
                    self.document.value, self.document.extent = value, (start, end)
                    container = None
                    continue
                below = size
                container, places, key, key_start, key_end, size, began, flow, anchor = stack.pop()
                size += below
                if size > MAX_VALUES and self.anchors:
                    raise UnreadableError("aliases expand without bound", start)
            elif kind == "AliasEvent":
                start, last = event.start_mark.index, event.end_mark.index
                end = last
                value, below = self.alias(event)
                if key is _NO_KEY:
                    key, key_start, key_end = self.alias_key(value, start), start, end
                    continue
                size += below + 1
                if size > MAX_VALUES:
                    raise UnreadableError("aliases expand without bound", start)
            elif kind == "DocumentEndEvent":
                return True
            elif kind == "StreamEndEvent":
                return False
            else:
                continue

            if type(container) is dict:
                if key is _MERGE:
                    size += self.merge(container, places, value, key_start)
                    if size > MAX_VALUES:
                        raise UnreadableError("merge keys expand without bound", key_start)
                else:
                    if key in places:
                        self.repeated(container, places, key, (key_start, key_end))
                    container[key] = value
                    places[key] = (key_start, key_end, start, end)
                key = _NO_KEY
            elif container is not None:
                container.append(value)
                places.append((start, end))
            else:
                self.document.value, self.document.extent = value, (start, end)

    def scalar(self, event: Any, start: int, end: int) -> tuple[Any, int, int]:
        """A scalar with a tag or an anchor, or in block style: value, start, end."""
        start = min(self.behind_properties(start, event), end)
        if event.style in ("|", ">"):
            written = self.text[start:end]
            end = start + len(written.rstrip(" \t\r\n") if written[-1:] in "\r\n" else written)
        try:
            if event.tag is not None:
                value = resolve_tagged(event.tag, event.value)
            else:
                value = _resolve(event.value) if event.implicit[0] else event.value
        except NotJson:
            raise self.not_json(event.value, start) from None
        except ValueError as error:
            raise UnreadableError(str(error), start) from None
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1 + len(event.value) // 64)
        return value, start, max(start, end)

    def behind_properties(self, start: int, event: Any) -> int:
        """Where the value itself begins, behind its anchor and tag."""
        if event.anchor is None and event.tag is None:
            return start
        match = re.compile(_PROPERTIES).match(self.text, start)
        return match.end() if match else start

    def key(self, event: Any, start: int, end: int) -> tuple[Any, int, int]:
        """A scalar as a key, which JSON has as text only: key, start, end."""
        text, tag = event.value, event.tag
        if tag is not None or event.anchor is not None:
            start = self.behind_properties(start, event)
            if event.anchor is not None:
                self.scalar(event, start, end)
        plain = event.implicit[0] and tag is None
        if text == "<<" and (plain or tag in ("!", _MERGE_TAG)):
            return _MERGE, start, end
        if not plain and tag is None:
            return text, start, end
        try:
            return _resolve_key(text, tag), start, end
        except ValueError as error:
            raise UnreadableError(str(error), start) from None

    def alias_key(self, value: Any, start: int) -> str:
        try:
            return value if isinstance(value, str) else key_text(value)
        except (TypeError, ValueError):
            raise UnreadableError("a key that JSON has no form for", start) from None

    def alias(self, event: Any) -> tuple[Any, int]:
        try:
            value, size = self.anchors[event.anchor]
        except KeyError:
            raise UnreadableError(
                f"no anchor is called {event.anchor!r}", event.start_mark.index
            ) from None
        if id(value) in self.open:
            raise UnreadableError(
                f"the anchor {event.anchor!r} contains itself", event.start_mark.index
            )
        return value, size

    def merge(self, container: Any, places: Any, value: Any, start: int) -> int:
        """Take over the keys of the mapping or mappings under `<<`; how many there were.

        As in go-yaml v2, they replace what is written before them and are replaced by what is
        written after; of several mappings the first wins.
        """
        count = 0
        for source in reversed(value) if type(value) is list else (value,):
            if type(source) is not dict:
                raise UnreadableError("a merge key takes a mapping or a list of them", start)
            container.update(source)
            places.update(self.document.spans[id(source)])
            self.merged.setdefault(id(container), set()).update(source)
            count += len(source)
        return count

    def repeated(self, container: Any, places: Any, key: str, second: tuple[int, int]) -> None:
        """Note a key that was written twice; one that only replaces a merged key is no mistake."""
        merged = self.merged.get(id(container))
        if merged and key in merged:
            merged.discard(key)
            return
        first = places[key]
        self.document.duplicates.append(DuplicateKey(key, (first[0], first[1]), second))

    def not_json(self, text: str, start: int) -> UnreadableError:
        return UnreadableError(f"{text} has no form in JSON, so Kubernetes refuses it", start)
