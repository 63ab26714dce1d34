"""Paths that a user named → the trees that hold what they mean. Not here: what is in a tree.

A tree is the disk, a git revision, or an archive; the latter two are imported when met.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Final

from raypolicy.inputs.trees import Found, on_disk
from raypolicy.inputs.walk import ARCHIVES, SUFFIXES, find, repository

CHART: Final = "Chart.yaml"
_MAGIC: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"PK\3\4", b"PK\5\6")
_TAR: Final = (257, b"ustar")


def sources(paths: Iterable[str], exclude: tuple[str, ...], rev: str | None) -> Iterator[Found]:
    """The files meant by paths: what lies on the disk together, and each archive by itself."""
    if rev is not None:
        from raypolicy.inputs.revision import find_at

        yield from _closing(find_at(rev, paths, exclude))
        return
    plain: list[str] = []
    archives: dict[str, str] = {}
    for path in paths:
        if is_archive(path):
            archives.setdefault(os.path.abspath(path), path)
        else:
            plain.append(path)
    if plain:
        directories, problems = find(plain, exclude)
        yield Found(directories, problems, on_disk(_roots(plain)))
    for path in archives.values():
        from raypolicy.inputs.archives import find_in

        yield from _closing(find_in(path, exclude))


def _roots(paths: Iterable[str]) -> Iterator[str]:
    """Directories in which a kustomization may name files: the git work trees of what the user
    named; elsewhere the directories named, and the working directory if they lie in it.
    """
    for path in paths:
        folder = os.path.abspath(path if os.path.isdir(path) else os.path.dirname(path))
        root = repository(folder)
        yield folder if root is None else root
        if root is None and folder.startswith(os.getcwd()):
            yield os.getcwd()


def is_archive(path: str) -> bool:
    """Whether a file that a user named is an archive: by its ending, else by how it begins."""
    name = path.lower()
    if name.endswith(SUFFIXES) or not os.path.isfile(path):
        return False
    if name.endswith(ARCHIVES):
        return True
    try:
        with open(path, "rb") as file:
            start = file.read(_TAR[0] + len(_TAR[1]))
    except OSError:
        return False
    return start.startswith(_MAGIC) or start[_TAR[0] :] == _TAR[1]


def _closing(found: Found) -> Iterator[Found]:
    try:
        yield found
    finally:
        found.close()
