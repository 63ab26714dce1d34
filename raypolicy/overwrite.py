"""A new text in the place of a file, whole or not at all. Not here: what the text is (`fix`)."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path
from typing import Final

from raypolicy.source import SourceFile
from raypolicy.whole import put

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class NotWrittenError(Exception):
    """A file was left as it is; the message names it and says why."""


def overwrite(source: SourceFile, text: str) -> None:
    """Put a text in the place of the file of a source; its encoding, owner and mode stay.

    Raises NotWrittenError for what is no plain file of its own, what may not be written, and what
    is no more as it was read.
    """
    if source.path is None:
        raise NotWrittenError(f"{source.name}: not a file that can be written")
    path = Path(source.path)
    try:
        status = path.lstat()
        obstacle = _obstacle(path, status)
        if obstacle:
            raise NotWrittenError(f"{source.name}: it is {obstacle}, left as it is")
        _put(path, status, _bytes(source, text, path.read_bytes()), source.name)
    except OSError as error:
        raise NotWrittenError(f"{source.name}: {error.strerror or error}, left as it is") from error


def _obstacle(path: Path, status: os.stat_result) -> str:
    """Why a file is not to be replaced; empty if it may be."""
    if stat.S_ISLNK(status.st_mode):
        return "a symbolic link"
    if not stat.S_ISREG(status.st_mode):
        return "no plain file"
    if status.st_nlink > 1:
        return "a hard link, one file under several names"
    # A file can be replaced in a directory that can be written, and by root, whatever its own mode.
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        return "read-only"
    return ""


def _bytes(source: SourceFile, text: str, old: bytes) -> bytes:
    """The text in the encoding of the old bytes, which must still be those that were read."""
    bom, encoding = next((pair for pair in _BOMS if old.startswith(pair[0])), (b"", ""))
    encoding = encoding or source.encoding.removesuffix("-sig")
    try:
        unchanged = old == bom + source.text.encode(encoding)
        new = bom + text.encode(encoding)
    except (UnicodeError, LookupError) as error:
        raise NotWrittenError(f"{source.name}: not to be written as {encoding}: {error}") from error
    if not unchanged:
        raise NotWrittenError(_changed(source.name))
    return new


def _changed(name: str) -> str:
    return f"{name}: it has changed since it was read, left as it is"


def _put(path: Path, status: os.stat_result, data: bytes, name: str) -> None:
    """Replace the file by one with its owner, mode and attributes, if it is still the one of the
    status.
    """
    import shutil

    def ready(temporary: str) -> None:
        made = os.stat(temporary)
        if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
            os.chown(temporary, status.st_uid, status.st_gid)
        shutil.copystat(path, temporary)
        os.utime(temporary)
        now = path.lstat()
        if (now.st_ino, now.st_mtime_ns, now.st_size) != (
            status.st_ino,
            status.st_mtime_ns,
            status.st_size,
        ):
            raise NotWrittenError(_changed(name))

    put(path, data, ready)
