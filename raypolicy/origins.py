"""Places in what a renderer printed → places in the files that people edit. Not here: rendering.

A value is looked for at its own path in the file that its document was read from; where it is
another there, among the patches and kustomizations, for the one place that has set it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.document import Document
from raypolicy.findings import Finding, Related, Rendering
from raypolicy.inputs.files import RawFile, decode
from raypolicy.inputs.rendered import Rendered
from raypolicy.inputs.walk import SUFFIXES
from raypolicy.reader import embedded, read_yaml
from raypolicy.scalarplaces import places
from raypolicy.source import Edit, SourceFile, Span
from raypolicy.tree import Key, Node, root_of

_PLAIN: Final = r"[\w./:@-]+|\"[^\"\\\n]*\"|'[^'\n]*'"
"""A value that is written the same in every style of YAML."""


class Place(NamedTuple):
    """Where something in a rendered text is written; `exact` if just this is written there, else it
    is the nearest place that could be found, and `line` the line of the rendered text.
    """

    span: Span
    exact: bool
    line: int


class Origins:
    """The places of one rendered text."""

    def __init__(self, rendered: Rendered, documents: tuple[Document, ...]) -> None:
        self._rendered = rendered
        self._documents = sorted(documents, key=lambda document: document.start)
        self._read: dict[str, tuple[Document, ...]] = {}
        self._found: dict[tuple[Span, tuple[Key, ...]], Place] = {}

    def place(self, span: Span, keys: tuple[Key, ...] = ()) -> Place:
        """Where a span of the rendered text, or of a source already, is written; `keys` lead to
        what is meant, which may be missing.
        """
        if (span, keys) not in self._found:
            self._found[span, keys] = self._place(span, keys)
        return self._found[span, keys]

    def edit(self, span: Span, text: str) -> Span | None:
        """Where an edit of the rendered text can be made in a source as it is; None if it can't."""
        place = self.place(span)
        same = place.exact and place.span.text == span.text and span.start < span.end
        return place.span if same and re.fullmatch(_PLAIN, text) else None

    def documents_with(self, word: str) -> Iterator[Document]:
        """The documents of the manifests among its sources in which a word stands."""
        for path, file in self._rendered.sources.items():
            if word.encode() in file.data and path.lower().endswith(SUFFIXES):
                yield from self._documents_of(path)

    def _place(self, span: Span, keys: tuple[Key, ...]) -> Place:
        line = span.first.line
        at = bisect_right([document.start for document in self._documents], span.start) - 1
        if at < 0 or span.source is not self._documents[at].source:
            return Place(span, True, line)
        document = self._documents[at]
        node, key = _node_at(document, span.start - document.start, span.end - document.start)
        if key and keys:  # it may be an item of a list, which is told at its first key
            node = _written(root_of(document).get(*keys))
        origin = self._rendered.origin_at(span.start)
        own = self._counterpart(node, origin.path)
        if own is not None:
            if key and own.written:
                return Place(own.key_span, True, line)
            found = _within(node, own, span)
            if found is not None:
                return Place(found, True, line)
        elsewhere = list(self._set_elsewhere(node)) if not key else []
        if len(elsewhere) == 1:
            return Place(elsewhere[0], True, line)
        return Place(self._nearest(node, own, origin.generated_in), False, line)

    def _counterpart(self, node: Node[Any], path: str) -> Node[Any] | None:
        """The place of the same path in the file that the document was read from."""
        root = root_of(node.document)
        kind, name = root.get("kind").value, str(root.get("metadata", "name").value)
        alike = [
            each
            for each in map(root_of, self._documents_of(path))
            if each.get("kind").value == kind
            and str(each.get("metadata", "name").value) in name
            and each.get("metadata", "name").known is not None
        ]
        if not alike:
            return None
        exact = [each for each in alike if each.get("metadata", "name").value == name]
        best = exact or alike
        return best[0].get(*node.path) if len(best) == 1 else None

    def _set_elsewhere(self, node: Node[Any]) -> Iterator[Span]:
        """Places in patches and kustomizations that have set a value: of the same path, or of the
        same key and value.
        """
        value = node.value
        if type(value) not in (str, int, float, bool) or not node.path:
            return
        path = node.path
        for name in self._rendered.changing:
            for document in self._documents_of(name):
                yield from _setting(root_of(document), path, value)

    def _nearest(self, node: Node[Any], own: Node[Any] | None, generated_in: str) -> Span:
        """The key of the nearest thing above that is written in the document's file; else the start
        of the kustomization."""
        if own is not None:
            return _written(own).key_span
        for document in self._documents_of(generated_in):
            return _generator(root_of(document), root_of(node.document)).key_span
        for document in self._documents_of(self._rendered.described):
            return root_of(document).key_span
        return root_of(node.document).key_span

    def _documents_of(self, path: str) -> tuple[Document, ...]:
        if path not in self._read:
            file = self._rendered.sources.get(path)
            source = decode(file) if isinstance(file, RawFile) else None
            read = read_yaml(source) if isinstance(source, SourceFile) else []
            self._read[path] = tuple(each for each in read if each.defect is None)
        return self._read[path]


def _written(node: Node[Any]) -> Node[Any]:
    """The node, or the nearest above it that is written."""
    while node.parent is not None and not node.written:
        node = node.parent
    return node


def _node_at(document: Document, start: int, end: int) -> tuple[Node[Any], bool]:
    """The innermost node whose text holds these offsets, and whether they are those of its key."""
    node = root_of(document)
    while True:
        parts = document.spans.get(id(node.value))
        entries = parts.items() if type(parts) is dict else enumerate(parts or ())
        for key, found in entries:
            if len(found) == 4 and found[0] <= start and end <= found[1]:
                return node.get(key), True
            if found[-2] <= start and end <= found[-1]:
                node = node.get(key)
                break
        else:
            return node, False


def _generator(kustomization: Node[Any], made: Node[Any]) -> Node[Any]:
    """The name under which a kustomization generates a ConfigMap or Secret; else its start."""
    kind, name = str(made.get("kind").value), str(made.get("metadata", "name").value)
    for item in kustomization.get(f"{kind[:1].lower()}{kind[1:]}Generator").items():
        written = item.get("name")
        if isinstance(written.known, str) and written.known in name:
            return written
    return kustomization


def _within(node: Node[Any], own: Node[Any], span: Span) -> Span | None:
    """The part of a source's value that a part of the same rendered value stands for."""
    if own.value != node.value or type(own.value) is not type(node.value) or not own.written:
        return None
    whole = node.span
    if span == whole or not isinstance(node.value, str):
        return own.span if span == whole else own.key_span
    found = places(whole.text, node.value)
    if found is None:
        return own.span
    starts = [start for start, _ in found]
    first = max(0, bisect_right(starts, span.start - whole.start) - 1)
    last = max(first, bisect_right(starts, max(span.start, span.end - 1) - whole.start) - 1)
    return own.part(first, last + 1).span


def _setting(node: Node[Any], path: tuple[Key, ...], value: Any) -> Iterator[Span]:
    """Where a patch or a kustomization says a value: an operation on that path, the same key with
    that value, a part of an image; patches written inside a kustomization are read as well.
    """
    pending = [node]
    while pending:
        node = pending.pop()
        target = node.get("path").known if type(node.value) is dict else None
        if isinstance(target, str) and target.startswith("/"):
            pointer = _pointer(target)
            found = node.get("value", *path[len(pointer) :])
            if _leads_to(pointer, path) and found.value == value and found.written:
                yield found.span
        elif _says(node, path[-1], value):
            yield node.span
        elif isinstance(node.known, str) and "\n" in node.known and _is_patch(node):
            pending += map(root_of, embedded(node))
        else:
            pending += (child for _, child in node.entries())
            pending += node.items()


def _says(node: Node[Any], key: Key, value: Any) -> bool:
    """Whether a key of a patch has a value, or is the part of an image that makes it."""
    if node.value == value and type(node.value) is type(value):
        return node.key == key and node.written
    of_image = key == "image" and node.key in ("newTag", "newName", "digest")
    return of_image and isinstance(node.known, str) and node.known in str(value)


def _is_patch(node: Node[Any]) -> bool:
    return node.key == "patch" or "patchesStrategicMerge" in node.path


def _pointer(text: str) -> tuple[str, ...]:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))


def _leads_to(pointer: tuple[str, ...], path: tuple[Key, ...]) -> bool:
    """Whether a JSON pointer leads to the place or to something that holds it; `-` is any item."""
    return len(pointer) <= len(path) and all(
        one in ("-", str(other)) for one, other in zip(pointer, path, strict=False)
    )


def at_origin(finding: Finding, origins: Origins, name: str) -> Finding:
    """A finding in a rendered text as one at the places that people edit; `name` is what was
    rendered. A safe fix is kept where its edits can be made there as they are; another may speak of
    what only this rendering has, such as a name with a prefix.
    """
    place = origins.place(finding.span, finding.keys)
    rendering = Rendering(name, None if place.exact else place.line)
    fix = finding.fix
    if fix is not None:
        edits = [(origins.edit(edit.span, edit.text), edit.text) for edit in fix.edits]
        made = tuple(Edit(span, text) for span, text in edits if span is not None)
        fix = fix._replace(edits=made) if fix.safe and len(made) == len(edits) else None
    related = tuple(
        Related(origins.place(other.span).span, other.label) for other in finding.related
    )
    return finding._replace(span=place.span, related=related, fix=fix, rendered=(rendering,))
