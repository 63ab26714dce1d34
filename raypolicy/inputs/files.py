"""Bytes of files → source texts, and whether they could speak of Ray. Not here: finding files."""

from __future__ import annotations

import os
import re
import stat
from typing import Final, NamedTuple

from raypolicy.document import Defect, Document
from raypolicy.source import SourceFile

_ESCAPED: Final = r"\\[xuU/]|\"[^\"\r\n]*\\\r?\n"
_UTF16: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_BOM: Final = b"\xef\xbb\xbf"


class RawFile(NamedTuple):
    """A file as it was read; `name` is what people call it."""

    name: str
    path: str | None
    data: bytes


class CannotRead(NamedTuple):
    """A file or directory that wasn't read, and why; `harmless` where it wasn't meant to be."""

    name: str
    reason: str
    harmless: bool = False


def read_file(name: str, path: str, *, follow: bool) -> RawFile | CannotRead | None:
    """The bytes of a file; None where it is gone. A symbolic link is followed only if asked for."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        linked = not follow and os.path.islink(path)
        return CannotRead(name, "symbolic link" if linked else str(error.strerror), harmless=linked)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            # A pipe that is named may be `<(kubectl get …)`; one that lies about is none of ours.
            if not follow or not stat.S_ISFIFO(status.st_mode):
                return CannotRead(name, "not a plain file", harmless=not follow)
            os.set_blocking(descriptor, True)
        data = os.read(descriptor, status.st_size + 1)
        while data and (more := os.read(descriptor, 1 << 20)):
            data += more
        return RawFile(name, path, data)
    except OSError as error:
        return CannotRead(name, str(error.strerror))
    finally:
        os.close(descriptor)


def speaks_of_ray(data: bytes) -> bool:
    """Whether bytes could hold an object of Ray's API group, escapes, tags and UTF-16 considered.

    A plain search first: 10,000 files cost twice the bare reading.
    """
    return (
        b"ray.io/" in data
        or (b"\\" in data and re.search(_ESCAPED.encode(), data) is not None)
        or b"!binary" in data
        or b":binary" in data
        or b"r\0a\0y\0.\0i" in data
    )


def text_speaks_of_ray(text: str) -> bool:
    """The same of a text, such as one document of a stream."""
    return (
        "ray.io/" in text
        or ("\\" in text and re.search(_ESCAPED, text) is not None)
        or "!binary" in text
        or ":binary" in text
    )


def decode(raw: RawFile) -> SourceFile | Document:
    """The text of a file; a Document with a defect at its place where there is none to be had."""
    data, encoding = raw.data, "utf-8"
    if data.startswith(_BOM):
        data, encoding = data[3:], "utf-8-sig"
    wide = _UTF16.get(data[:2]) or ("utf-16-le" if b"r\0a\0y\0.\0i" in data else None)
    if wide is not None:
        text = data.decode(wide, "replace").lstrip("\ufeff")
        return _broken(raw, text, "the file is UTF-16; Kubernetes' tools read UTF-8", 0)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        at = len(data[: error.start].decode("utf-8", "replace"))
        return _broken(raw, text, f"byte 0x{data[error.start]:02x} is not UTF-8", at)
    nul = text.find("\0")
    if nul >= 0:
        return _broken(raw, text, "a NUL character; the file is not YAML", nul)
    return SourceFile(raw.name, text, path=raw.path, encoding=encoding)


def unreadable(problem: CannotRead) -> Document:
    """A file that couldn't be read as a document with a defect."""
    return _broken(RawFile(problem.name, None, b""), "", problem.reason, 0)


def _broken(raw: RawFile, text: str, message: str, offset: int) -> Document:
    document = Document(SourceFile(raw.name, text), 0, 0, len(text))
    document.defect = Defect(message, offset)
    return document
