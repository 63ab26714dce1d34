"""What is in a zip file, within limits. Not here: which of it is of use (`archives`)."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from raypolicy.inputs.members import DamagedError, Member

_MOST_LISTED: Final = 16 * 1024 * 1024
"""Bytes of a list of members: a hostile one takes fifty times as much memory once it is read."""
_UNIX: Final = 3
_ERRORS: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


class _Guarded:
    """A file of which nobody reads too much at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable
        self.close = file.close

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(_MOST_LISTED + 1 if size < 0 else min(size, _MOST_LISTED + 1))
        if len(data) > _MOST_LISTED:
            raise DamagedError("its list of files is too long")
        return data


def zip_members(file: BinaryIO) -> Iterator[Member]:
    """The members of a zip file, directories left out. Raises DamagedError."""
    try:
        archive = zipfile.ZipFile(_Guarded(file))
    except _ERRORS as error:
        raise DamagedError(f"a damaged zip file: {error}") from None
    for info in archive.infolist():
        if not info.is_dir():
            yield Member(
                info.filename, info.file_size, _refusal(info), partial(_read, archive, info)
            )


def _refusal(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    if kind == stat.S_IFLNK:
        return "symbolic link"
    if kind not in (0, stat.S_IFREG):
        return "not a plain file"
    return "encrypted" if info.flag_bits & 1 else ""


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | str:
    try:
        with archive.open(info) as member:
            return member.read(info.file_size + 1)
    except RuntimeError:  # of zipfile: a way of packing that it, or this Python, does not have
        return "packed in a way that is not known here"
    except _ERRORS as error:
        return f"damaged: {error}"
