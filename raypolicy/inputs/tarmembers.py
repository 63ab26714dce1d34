"""What is in a tar file, packed or not, within limits. Not here: what is of use (`archives`).

It is read from the front to the end once; a packed one is unpacked piece by piece.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any, BinaryIO, Final

from raypolicy.inputs.members import MOST_BYTES, DamagedError, Member

SECONDS: Final = 60.0
_HEADER: Final = 16 * 1024
"""Bytes of a header: reading a hostile one takes Python time that grows with their square."""
_PIECE: Final = 1 << 16
_ERRORS: Final = (
    tarfile.TarError,
    EOFError,
    OSError,
    lzma.LZMAError,
    zlib.error,
    ValueError,
    RecursionError,
)


class _Forward:
    """A stream that is read once, up to a limit; it remembers what was last read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._at = 0
        self._until = time.monotonic() + SECONDS
        self.last = b""

    def tell(self) -> int:
        return self._at

    def seek(self, place: int) -> int:
        if place < self._at:
            raise DamagedError("damaged: a size that can't be")
        while self._at < place and self.take(min(place - self._at, _PIECE)):
            continue
        return self._at

    def read(self, size: int) -> bytes:
        """For headers: tarfile asks for whatever size they claim."""
        if not 0 <= size <= _HEADER:
            raise DamagedError("damaged: a header that is too long")
        self.last = self.take(size)
        return self.last

    def take(self, size: int) -> bytes:
        if self._at + size > MOST_BYTES + _PIECE:
            megabytes = MOST_BYTES // 1024 // 1024
            raise DamagedError(f"more than {megabytes} MB; the rest was not read")
        if time.monotonic() > self._until:
            raise DamagedError(f"more than {SECONDS:g} s to unpack; the rest was not read")
        pieces: list[bytes] = []
        try:
            while size and (piece := self._stream.read(size)):
                pieces.append(piece)
                size -= len(piece)
        except _ERRORS as error:
            raise DamagedError(_words(error)) from None
        data = b"".join(pieces)
        self._at += len(data)
        return data


def tar_members(file: BinaryIO, start: bytes) -> Iterator[Member]:
    """The members of a tar file that begins like this, directories left out.

    Raises DamagedError, after the members before the damage.
    """
    stream = _Forward(_unpacked(file, start))
    try:
        archive = tarfile.TarFile(fileobj=stream)  # type: ignore[arg-type]
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]
            if not info.isdir():
                read = partial(_read, stream, info)
                yield Member(info.name, info.size, _refusal(info), read)
    except DamagedError:
        raise
    except _ERRORS as error:
        raise DamagedError(_words(error)) from None
    if len(stream.last) < tarfile.BLOCKSIZE:
        raise DamagedError("cut off: it lacks its end")
    if stream.last.strip(b"\0"):
        raise DamagedError("damaged: a header that is none")


def _unpacked(file: BinaryIO, start: bytes) -> Any:
    openers: dict[bytes, Callable[[BinaryIO], Any]] = {
        b"\x1f\x8b": lambda packed: gzip.GzipFile(fileobj=packed),
        b"BZh": bz2.BZ2File,
        b"\xfd7zX": lzma.LZMAFile,
        b"\x28\xb5\x2f\xfd": _zstandard,
    }
    return next((opener for magic, opener in openers.items() if start.startswith(magic)), _same)(
        file
    )


def _same(file: BinaryIO) -> BinaryIO:
    return file


def _zstandard(file: BinaryIO) -> Any:
    try:
        zstd = import_module("compression.zstd")
    except ImportError:
        raise DamagedError("zstd needs Python 3.14 or later; not read") from None
    return zstd.ZstdFile(file)


def _refusal(info: tarfile.TarInfo) -> str:
    if info.issym() or info.islnk():
        return "symbolic link" if info.issym() else "hard link"
    return "not a plain file" if not info.isreg() or info.issparse() else ""


def _read(stream: _Forward, info: tarfile.TarInfo) -> bytes:
    stream.seek(info.offset_data)
    pieces: list[bytes] = []
    left = info.size
    while left and (piece := stream.take(min(left, _PIECE))):
        pieces.append(piece)
        left -= len(piece)
    if left:
        raise DamagedError(f"cut off within {info.name}")
    return b"".join(pieces)


def _words(error: BaseException) -> str:
    if isinstance(error, EOFError) or "unexpected end" in str(error):
        return "cut off: the rest is missing"
    return f"damaged, or no archive: {error}"
