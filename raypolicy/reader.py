"""YAML and JSON text → Documents, one by one. Not here: what values are (`builder`, `scalars`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import yaml
import yaml.parser
import yaml.reader
import yaml.scanner

from raypolicy.builder import Builder, UnreadableError
from raypolicy.document import Defect, Document, Outer
from raypolicy.scalarplaces import places
from raypolicy.source import SourceFile
from raypolicy.tree import Node

_SEPARATOR = re.compile(r"---[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")  # `^` is ten times slower
_BLANK = re.compile(r"\s*")
_NEXT_OBJECT = re.compile(r"\}\s*\{")
_SURROGATES = r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"


class PureParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's parser in Python, for where libyaml isn't there."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def parser_class() -> Any:
    """libyaml's event parser where PyYAML was built with it, else the one in Python."""
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return PureParser
    return CParser


class Chunk(NamedTuple):
    """A part of a source between two `---` lines: mostly one document, not parsed yet."""

    source: SourceFile
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]


def split(source: SourceFile) -> Iterator[Chunk]:
    """The source cut at its document separators, as kubectl cuts it.

    A `---` at the start of a line can stand in no scalar, so no parser is needed; a separator that
    is followed by more than a comment separates nothing for kubectl, and is left to the parser.
    """
    text = source.text
    if text.startswith("{") and _NEXT_OBJECT.search(text):
        ends = _json_objects(text)
        if ends:
            yield from (Chunk(source, start, end) for start, end in pairwise([0, *ends]))
            return
    start = int(text.startswith("\ufeff"))
    for match in _SEPARATOR.finditer(text):
        at = match.start()
        if at and text[at - 1] != "\n":
            continue
        if at > start:
            yield Chunk(source, start, at)
        # A byte-order mark where files were joined: libyaml reads over it without counting it.
        start = match.end() + text.startswith("\ufeff", match.end())
    if start < len(text):
        yield Chunk(source, start, len(text))


def _json_objects(text: str) -> list[int]:
    """Where each of the JSON objects in a row ends, which kubectl reads; none if one isn't JSON."""
    import json  # few files are JSON

    decode = json.JSONDecoder().raw_decode
    ends: list[int] = []
    at = 0
    try:
        while at < len(text):
            ends.append(decode(text, at)[1])
            at = _BLANK.match(text, ends[-1]).end()  # type: ignore[union-attr]  # it always does
    except (ValueError, RecursionError):
        return []
    return ends


def read_yaml(source: SourceFile, parser: Any = None) -> list[Document]:
    """All documents of a source; empty ones are left out."""
    documents: list[Document] = []
    for chunk in split(source):
        documents += read_chunk(chunk, len(documents), parser)
    return documents


def read_chunk(chunk: Chunk, index: int = 0, parser: Any = None) -> list[Document]:
    """The documents of a chunk: one, but for separators that kubectl does not cut at.

    Never raises: what can't be read is a Document with a `defect` at its place.
    """
    text = _as_kubectl_cuts(chunk.text)
    documents: list[Document] = []
    try:
        events = (parser or parser_class())(text)
        while True:
            document = Document(chunk.source, index + len(documents), chunk.start, chunk.end)
            if not Builder(events.get_event, text, document).fill():
                return documents
            if document.value is not None:
                documents.append(document)
    except yaml.YAMLError as error:
        defect = _defect(error, text)
    except UnicodeEncodeError as error:
        defect = _not_allowed(ord(text[error.start]), error.start)
    except UnreadableError as error:
        defect = Defect(error.message, error.offset)
    broken = Document(chunk.source, index + len(documents), chunk.start, chunk.end)
    broken.defect = Defect(defect.message, min(defect.offset, len(text)))
    return [*documents, broken]


def _as_kubectl_cuts(text: str) -> str:
    """The text with offsets as they are, but a line break at its end and no surrogate pairs.

    kubectl ends the last line where the file does not, which a block scalar shows. And it takes a
    text that begins with a brace for JSON, whose surrogate pairs YAML does not have: an escaped
    line break stands for nothing in YAML, so an escape of ten characters fills twelve.
    """
    if not text.endswith(("\n", "\r")):
        text += "\n"
    if "\\u" not in text or not text.lstrip().startswith("{"):
        return text
    return re.sub(_SURROGATES, lambda pair: f"\\\n\\U{ord(_pair(pair)):08x}", text)


def _pair(match: re.Match[str]) -> str:
    high, low = int(match[1], 16), int(match[2], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def embedded(node: Node[str]) -> list[Document]:
    """The YAML or JSON documents written inside a text value, at their own places.

    Where escapes leave a character no place of its own, every place is the whole value.
    """
    span = node.span
    found = places(span.text, node.value) if node.written else None
    documents = read_yaml(SourceFile(span.source.name, node.value))
    for document in documents:
        document.outer = Outer(span, document.start, found, node.document, node.path)
    return documents


def _defect(error: yaml.YAMLError, text: str) -> Defect:
    """PyYAML's error in words and an offset."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        words = [error.context, error.problem]
        message = ", ".join(word for word in words if word) or "not YAML"
        return Defect(message, mark.index if mark else 0)
    if isinstance(error, yaml.reader.ReaderError):
        at = error.position
        if error.encoding != "unicode":  # libyaml counts bytes
            at = len(text.encode("utf-8", "replace")[:at].decode("utf-8", "ignore"))
        code = error.character if isinstance(error.character, int) else ord(error.character[:1])
        return _not_allowed(code, at)
    return Defect(str(error), 0)


def _not_allowed(code: int, offset: int) -> Defect:
    return Defect(f"character U+{code:04X} is not allowed in YAML", offset)
