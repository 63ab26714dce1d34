"""Which resources are applied together. Not here: where their texts come from (`inputs`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from raypolicy.document import Document
from raypolicy.inputs.files import (
    CannotRead,
    RawFile,
    decode,
    speaks_of_ray,
    text_speaks_of_ray,
    unreadable,
)
from raypolicy.inputs.walk import SUFFIXES
from raypolicy.mentions import Mentions, may_speak_of_ray
from raypolicy.reader import Chunk, read_chunk, split
from raypolicy.source import SourceFile
from raypolicy.tree import Node, root_of

if TYPE_CHECKING:
    from raypolicy.inputs.batches import Batch
    from raypolicy.inputs.overlays import Overlay
    from raypolicy.inputs.rendered import Rendered

RAY_KINDS: Final = frozenset({"RayCluster", "RayJob", "RayService", "RayCronJob"})
RAY_VERSIONS: Final = frozenset({"ray.io/v1", "ray.io/v1alpha1"})
SMALL_FILE: Final = 256 * 1024
"""Characters up to which every document of a file that speaks of Ray is read, so that a broken one
beside Ray's own is said too."""

# Kept as text, to be compiled when first needed.
_HELM: Final = r"\{\{-?\s*(?:[.$\"(]|if|range|with|include|define|end|template|toYaml|block|/\*)"


class Resource(NamedTuple):
    """A Kubernetes object, wherever in a document it stands."""

    kind: str
    api_version: str
    namespace: str
    name: str
    node: Node[Any]

    @property
    def is_ray(self) -> bool:
        return self.kind in RAY_KINDS and self.api_version in RAY_VERSIONS

    @property
    def is_unknown_ray(self) -> bool:
        """Whether it is of Ray's API group, but of a kind or version that nobody knows."""
        return self.api_version.startswith("ray.io/") and not self.is_ray

    @property
    def source(self) -> str:
        """The name of the file it is written in."""
        return self.node.document.source.name

    @property
    def title(self) -> str:
        """What people call it: `RayCluster ml/dev`."""
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {name}".strip()


class Bundle(NamedTuple):
    """Resources that are applied together.

    `documents` are those that were parsed, readable or not; `resources` are the objects in them,
    with lists and wrappers opened; `plain` are texts that don't speak of Ray, not parsed yet;
    `left_out` are (file, reason), the reason in the words of the coverage line. `rendered` is where
    its text comes from, if a renderer has printed it; `overlay` the kustomization it is. `context`
    are files that are not audited, but may hold what others refer to.
    """

    name: str
    documents: tuple[Document, ...]
    resources: tuple[Resource, ...]
    plain: tuple[RawFile | Chunk, ...]
    left_out: tuple[tuple[str, str], ...]
    rendered: Rendered | None = None
    overlay: Overlay | None = None
    context: tuple[RawFile, ...] = ()

    @property
    def ray(self) -> Iterator[Resource]:
        return (resource for resource in self.resources if resource.is_ray)

    @property
    def unread(self) -> Iterator[str]:
        """What could not be read, a line each: where and why."""
        for document in self.documents:
            if document.defect is not None:
                message, offset = document.defect
                place = document.span(offset, offset + 1)
                line, column = place.first
                yield f"{place.source.name}:{line}:{column}: cannot be read: {message}"

    @property
    def size(self) -> int:
        """Characters, more or less, of all its texts and of its context."""
        texts = {id(document.source): len(document.source.text) for document in self.documents}
        for text in (*self.plain, *self.context):
            if isinstance(text, Chunk):
                texts[id(text.source)] = len(text.source.text)
            else:
                texts[id(text)] = len(text.data)
        return sum(texts.values())

    def says(self, *words: str) -> bool:
        """Whether any of the words stands in a text that is parsed since it speaks of Ray."""
        sources = {id(document.source): document.source.text for document in self.documents}
        return any(word in text for text in sources.values() for word in words)

    def has_any(self, *words: str) -> bool:
        """Whether any of the words stands in any text of it, or of its context."""
        if self.says(*words):
            return True
        sources: dict[int, str] = {}
        encoded = [word.encode() for word in words]
        for text in (*self.plain, *self.context):
            if isinstance(text, RawFile):
                if any(word in text.data for word in encoded):
                    return True
            else:
                sources[id(text.source)] = text.source.text
        return any(word in text for text in sources.values() for word in words)


def bundle_of(batch: Batch) -> Bundle:
    """What a batch of files holds."""
    bundle = make_bundle(batch.name, batch.files, batch.troubles)
    overlay = batch.overlay
    if overlay is not None:
        from raypolicy.wiped import forget, wiped_items

        forget(bundle.documents, wiped_items(overlay.closure))
        bundle = bundle._replace(
            documents=(*bundle.documents, *overlay.closure.unreadable),
            left_out=(*bundle.left_out, *overlay.left_out()),
        )
    return bundle._replace(rendered=batch.rendered, overlay=overlay, context=batch.context)


def make_bundle(
    name: str, files: Iterable[RawFile | SourceFile], troubles: Iterable[CannotRead] = ()
) -> Bundle:
    """Read files document by document; what could not be read is a document with a defect."""
    documents = [unreadable(trouble) for trouble in troubles if not trouble.harmless]
    resources: list[Resource] = []
    plain: list[RawFile | Chunk] = []
    left_out = [(trouble.name, trouble.reason) for trouble in troubles if trouble.harmless]
    for file in files:
        if isinstance(file, RawFile) and not speaks_of_ray(file.data):
            plain.append(file)
            continue
        source = decode(file) if isinstance(file, RawFile) else file
        read = [source] if isinstance(source, Document) else list(_read(source, plain))
        unfit = {document.index: _unfit(file.name, document) for document in read}
        left_out += ((file.name, reason) for reason in dict.fromkeys(unfit.values()) if reason)
        for document in read:
            if unfit[document.index] is None:
                documents.append(document)
                resources += resources_of(root_of(document))
    left_out += ((r.source, f"{r.api_version} {r.kind}") for r in resources if r.is_unknown_ray)
    return Bundle(name, tuple(documents), tuple(resources), tuple(plain), tuple(left_out))


def _read(source: SourceFile, plain: list[RawFile | Chunk]) -> Iterator[Document]:
    """The documents of a source; in a large one those that could speak of Ray, the others kept."""
    count = 0
    everything = len(source.text) <= SMALL_FILE
    for chunk in split(source):
        if everything or text_speaks_of_ray(chunk.text):
            for document in read_chunk(chunk, count):
                count += 1
                yield document
        else:
            plain.append(chunk)


def _unfit(name: str, document: Document) -> str | None:
    """Why a document is not meant to be read as YAML: a template, or another kind of text."""
    if document.defect is None:
        return None
    if re.compile(_HELM).search(document.source.text, document.start, document.end):
        return "Helm template"
    line = document.span(document.defect.offset, document.defect.offset).first.line
    near = "".join(document.source.line(n) for n in (line - 1, line) if n > 0)
    if "{{" in near or "${" in near or "%{" in near:
        return "template"
    return None if name.endswith(SUFFIXES) or "." not in name.rpartition("/")[2] else "not YAML"


def read_plain(texts: Iterable[RawFile | Chunk]) -> Iterator[Resource]:
    """The objects of texts that don't speak of Ray's API.

    What can't be read in them is not Ray's matter.
    """
    for text in texts:
        for chunk in (text,) if isinstance(text, Chunk) else plain_chunks(text):
            yield from objects_in(chunk)


def read_mentioning(texts: Iterable[RawFile | Chunk]) -> Iterator[Resource]:
    """The same of the documents that speak of Ray at all."""
    source: SourceFile | None = None
    for text in texts:
        if isinstance(text, RawFile) and not may_speak_of_ray(text.data):
            continue
        for chunk in (text,) if isinstance(text, Chunk) else plain_chunks(text):
            if chunk.source is not source:
                source, mentions = chunk.source, Mentions(chunk.source.text)
            if mentions.within(chunk.start, chunk.end):
                yield from objects_in(chunk)


def plain_chunks(file: RawFile) -> Iterable[Chunk]:
    """The documents of a file that is not parsed yet; none where it is no text."""
    source = decode(file)
    return () if isinstance(source, Document) else split(source)


def objects_in(chunk: Chunk) -> Iterator[Resource]:
    """The objects in a text that is not parsed yet."""
    for document in read_chunk(chunk):
        yield from resources_of(root_of(document))


def resources_of(node: Node[Any]) -> Iterator[Resource]:
    """The objects in a document: itself, the items of a List, what an AppWrapper wraps."""
    stack = [node]
    while stack:
        node = stack.pop()
        kind, api_version = node.get("kind").value, node.get("apiVersion").value
        if type(kind) is not str or type(api_version) is not str or "$patch" in node.value:
            continue
        metadata = node.get("metadata")
        name = metadata.get("name").either(metadata.get("generateName")).value
        namespace = metadata.get("namespace").value
        yield Resource(kind, api_version, _text(namespace), _text(name), node)
        if kind.endswith("List"):
            stack += reversed(list(node.get("items").items()))
        elif kind == "AppWrapper":
            wrapped = [item.get("template") for item in node.get("spec", "components").items()]
            wrapped += [
                item.get("generictemplate")
                for item in node.get("spec", "resources", "GenericItems").items()
            ]
            stack += reversed(wrapped)


def _text(value: object) -> str:
    return value if type(value) is str else ""
