"""The files of a git revision, work tree and index left alone. Not here: asking git (`git`)."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from raypolicy.errors import UsageError
from raypolicy.inputs.files import CannotRead, RawFile
from raypolicy.inputs.git import Blobs, ask_git
from raypolicy.inputs.trees import Found, Tree, paths_below
from raypolicy.inputs.walk import ARCHIVES, FoundFile, could_be_manifest, grouped

_LINK, _MODULE = "120000", "160000"
_LFS: Final = b"version https://git-lfs.github.com/spec/"


class _Entry(NamedTuple):
    mode: str
    oid: str


def find_at(rev: str, paths: Iterable[str], exclude: tuple[str, ...] = ()) -> Found:
    """The files that paths mean in a revision, named as seen from the working directory.

    Paths in the tree are those from the root of the repository. Raises UsageError where there is
    no such revision or path, or git can't say.
    """
    prefix = os.fsdecode(ask_git("rev-parse", "--show-prefix").removesuffix(b"\n"))
    tree = _tree_of(rev)
    entries = dict(_listed(ask_git("ls-tree", "-r", "-z", "--full-tree", tree)))
    directories = _directories(entries)
    found: dict[str, FoundFile] = {}
    below = paths_below(sorted(entries))
    for given in paths:
        path = _in_tree(given, prefix)
        if path in directories:
            for each in below(path):
                if could_be_manifest(each) or entries[each].mode == _MODULE:
                    found.setdefault(each, FoundFile(_shown(each, prefix), each, named=False))
        elif path in entries and path.lower().endswith(ARCHIVES):
            raise UsageError(f"--rev: an archive in a revision is not opened: {given}")
        elif path in entries:
            found[path] = FoundFile(_shown(path, prefix), path, named=True)
        else:
            raise UsageError(f"no such file or directory in {rev}: {given}")
    by_directory = grouped(found.values(), exclude)
    order = [entries[file.path] for files in by_directory.values() for file in files]
    blobs = Blobs(tree, [entry.oid for entry in order if entry.mode not in (_LINK, _MODULE)])

    def read(path: str) -> RawFile | CannotRead | None:
        entry = entries.get(path)
        return None if entry is None else _read(_shown(path, prefix), entry, blobs.read)

    whole = Tree(read, directories.__contains__, lambda path: True, below)
    return Found(by_directory, [], whole, blobs.close)


def _read(name: str, entry: _Entry, blob: Callable[[str], bytes | str]) -> RawFile | CannotRead:
    if entry.mode == _LINK:
        return CannotRead(name, "symbolic link", harmless=True)
    if entry.mode == _MODULE:
        return CannotRead(name, "submodule", harmless=True)
    data = blob(entry.oid)
    if isinstance(data, str):
        return CannotRead(name, data)
    if data.startswith(_LFS) and len(data) < 1024:
        return CannotRead(name, "git LFS pointer", harmless=True)
    return RawFile(name, None, data)


def _tree_of(rev: str) -> str:
    """The object name of a revision's tree."""
    if rev.startswith("-") or "\0" in rev or "\n" in rev:
        raise UsageError(f"--rev: not a revision: {rev!r}")
    try:
        named = ask_git("rev-parse", "--verify", "--quiet", rev).decode().strip()
    except UsageError:
        named = ""
    if not re.fullmatch("[0-9a-f]{40,64}", named):
        raise UsageError(f"--rev: no such revision here: {rev}")
    try:
        return ask_git("rev-parse", "--verify", "--quiet", f"{named}^{{tree}}").decode().strip()
    except UsageError:
        raise UsageError(f"--rev: neither a commit nor a tree, or not here: {rev}") from None


def _listed(listing: bytes) -> Iterator[tuple[str, _Entry]]:
    for line in os.fsdecode(listing).split("\0"):
        head, _, path = line.partition("\t")
        if path:
            mode, _, oid = head.split(" ")
            yield path, _Entry(mode, oid)


def _directories(paths: Iterable[str]) -> set[str]:
    found = {""}
    for path in paths:
        while (path := path.rpartition("/")[0]) not in found:
            found.add(path)
    return found


def _in_tree(given: str, prefix: str) -> str:
    """A path as the user gives it → as it is from the root of the repository."""
    here = os.getcwd()
    root = os.path.normpath(os.path.join(here, "../" * prefix.count("/")))
    path = os.path.relpath(os.path.join(here, given), root).replace(os.sep, "/")
    if path.startswith("../") and os.path.isabs(given):  # behind a symbolic link, maybe
        path = os.path.relpath(os.path.realpath(given), root).replace(os.sep, "/")
    if path == ".." or path.startswith("../"):
        raise UsageError(f"--rev: not in the repository: {given}")
    return "" if path == "." else path


def _shown(path: str, prefix: str) -> str:
    if path.startswith(prefix):
        return path[len(prefix) :]
    return posixpath.relpath(f"/{path}", f"/{prefix}")
