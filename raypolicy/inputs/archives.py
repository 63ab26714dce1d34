"""The files of an archive, read without unpacking it. Not here: tar and zip themselves
(`tarmembers`, `zipmembers`).

Files are named `ARCHIVE!/PATH`, as Java names what is in a jar.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from raypolicy.inputs.files import CannotRead, RawFile
from raypolicy.inputs.members import MOST_BYTES, DamagedError, Member
from raypolicy.inputs.trees import Found, of_files
from raypolicy.inputs.walk import FoundFile, could_be_manifest, grouped, shown
from raypolicy.source import INSIDE

MOST_MEMBERS: Final = 100_000
SMALL: Final = 16 * 1024 * 1024
"""Bytes up to which a file that is no manifest is kept: a chart or kustomization may need it."""
ITSELF: Final = ""
"""The path in an archive under which stands what is wrong with all of it."""


def find_in(path: str, exclude: tuple[str, ...] = ()) -> Found:
    """The manifests in an archive.

    What can't be read of it is a file of its own, with the reason: links and whatever else is no
    plain file, names that lead elsewhere, the rest of an archive that is cut off or too large.
    """
    name = shown(path)
    try:
        with open(path, "rb") as file:
            files = contents(name, file)
    except OSError as error:
        files = {ITSELF: CannotRead(name, str(error.strerror))}
    return _found(path, files, exclude)


def contents(name: str, file: BinaryIO) -> dict[str, RawFile | CannotRead]:
    """The files in an archive by their path in it, and what is wrong with all of it."""
    files: dict[str, RawFile | CannotRead] = {}
    left = MOST_BYTES
    try:
        for count, member in enumerate(_members(file)):
            if count == MOST_MEMBERS:
                raise DamagedError(f"more than {MOST_MEMBERS:,} files; the rest was not read")
            path, inside = _path(member.name), f"{name}{INSIDE}{member.name}"
            manifest = could_be_manifest(member.name)
            if path is None or member.refused:
                if manifest:
                    reason = member.refused or "a name that leads out of the archive"
                    files[path or inside] = CannotRead(inside, reason, harmless=True)
            elif not manifest and member.size > SMALL:
                files[path] = CannotRead(f"{name}{INSIDE}{path}", "too large", harmless=True)
            elif member.size > left:
                raise DamagedError(
                    f"more than {MOST_BYTES // 1024 // 1024} MB; the rest was not read"
                )
            else:
                data, inside = member.read(), f"{name}{INSIDE}{path}"
                if isinstance(data, str):
                    files[path] = CannotRead(inside, data)
                    continue
                left -= len(data)
                files[path] = RawFile(inside, None, data)
    except DamagedError as error:
        files[ITSELF] = CannotRead(name, str(error))
    return files


def _found(path: str, files: dict[str, RawFile | CannotRead], exclude: tuple[str, ...]) -> Found:
    root = f"{os.path.abspath(path)}{INSIDE}".rstrip("/")
    by_path = {f"{root}/{inside}" if inside else root: file for inside, file in files.items()}
    listed = [
        FoundFile(file.name, where, named=False)
        for where, file in by_path.items()
        if where == root or could_be_manifest(where)
    ]
    return Found(grouped(listed, exclude), [], of_files(root, by_path))


def _path(name: str) -> str | None:
    """The path of a member below the archive; None where its name leads out of it."""
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        return None
    if ".." in re.split(r"[/\\]", name):
        return None
    return posixpath.normpath(name)


def _members(file: BinaryIO) -> Iterator[Member]:
    start = file.read(4)
    file.seek(0)
    if start.startswith((b"PK\3\4", b"PK\5\6")):
        from raypolicy.inputs.zipmembers import zip_members

        return zip_members(file)
    from raypolicy.inputs.tarmembers import tar_members

    return tar_members(file, start)
