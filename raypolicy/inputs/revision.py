"""The files of a git revision, work tree and index left alone. Not here: asking git (`git`)."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from raypolicy.errors import UsageError
from raypolicy.inputs.files import CannotRead, RawFile
from raypolicy.inputs.git import Blobs, ask_git, peeled, root_and_prefix
from raypolicy.inputs.trees import Found, of_paths
from raypolicy.inputs.walk import ARCHIVES, FoundFile, could_be_manifest, grouped

_LINK, _MODULE = "120000", "160000"
_LFS: Final = b"version https://git-lfs.github.com/spec/"


class _Entry(NamedTuple):
    mode: str
    oid: str


def find_at(rev: str, paths: Iterable[str], exclude: tuple[str, ...] = ()) -> Found:
    """The files that paths mean in a revision, named as seen from the working directory.

    Paths in the tree are where files would be on the disk. Raises UsageError where there is no such
    revision or path, or git can't say.
    """
    root, prefix = root_and_prefix()
    git_tree = peeled(rev, "tree")
    listing = ask_git("ls-tree", "-r", "-z", "--full-tree", git_tree)
    entries = {f"{root}/{path}": entry for path, entry in _listed(listing)}
    found: dict[str, FoundFile] = {}

    def read(path: str) -> RawFile | CannotRead | None:
        entry = entries.get(path)
        return None if entry is None else _read(_shown(path, root, prefix), entry, blobs.read)

    tree = of_paths(root, entries, read)
    for given in paths:
        path = _in_tree(given, root)
        if tree.is_directory(path):
            for each in tree.below(path):
                if could_be_manifest(each) or entries[each].mode == _MODULE:
                    name = _shown(each, root, prefix)
                    found.setdefault(each, FoundFile(name, each, named=False))
        elif path in entries and path.lower().endswith(ARCHIVES):
            raise UsageError(f"--rev: an archive in a revision is not opened: {given}")
        elif path in entries:
            found[path] = FoundFile(_shown(path, root, prefix), path, named=True)
        else:
            raise UsageError(f"no such file or directory in {rev}: {given}")
    by_directory = grouped(found.values(), exclude)
    order = [entries[file.path] for files in by_directory.values() for file in files]
    blobs = Blobs(git_tree, [entry.oid for entry in order if entry.mode not in (_LINK, _MODULE)])
    return Found(by_directory, [], tree, blobs.close)


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


def _listed(listing: bytes) -> Iterator[tuple[str, _Entry]]:
    for line in os.fsdecode(listing).split("\0"):
        head, _, path = line.partition("\t")
        if path:
            mode, _, oid = head.split(" ")
            yield path, _Entry(mode, oid)


def _in_tree(given: str, root: str) -> str:
    """A path as the user gives it → as it is in the tree."""
    path = os.path.normpath(os.path.join(os.getcwd(), given))
    if not f"{path}/".startswith(f"{root}/"):  # behind a symbolic link, maybe
        path = os.path.realpath(path)
    if not f"{path}/".startswith(f"{root}/"):
        raise UsageError(f"--rev: not in the repository: {given}")
    return path


def _shown(path: str, root: str, prefix: str) -> str:
    path = path[len(root) + 1 :]
    if path.startswith(prefix):
        return path[len(prefix) :]
    return posixpath.relpath(f"/{path}", f"/{prefix}")
