"""Files by their path, wherever they lie: on disk, in a git revision, in an archive."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

from raypolicy.inputs.files import CannotRead, RawFile, read_file
from raypolicy.inputs.walk import FoundFile, NoAccess, shown


class Tree(NamedTuple):
    """Where files are read from. Paths have `/` and no `.` or `..` in them.

    `read` gives the file at a path, None where there is none; a symbolic link is not followed.
    `within` says whether a path may be looked at: what a manifest names outside of it is not.
    """

    read: Callable[[str], RawFile | CannotRead | None]
    is_directory: Callable[[str], bool]
    within: Callable[[str], bool]


class Found(NamedTuple):
    """The files that a user means, by directory; the directories that could not be listed; and the
    tree that all of them lie in."""

    directories: dict[str, list[FoundFile]]
    problems: list[NoAccess]
    tree: Tree


def on_disk(roots: Iterable[str]) -> Tree:
    """The files below some directories of this machine; paths are absolute."""
    tops = tuple({os.path.realpath(root) for root in roots})

    def within(path: str) -> bool:
        real = os.path.realpath(path)
        return any(real == top or real.startswith(top.rstrip(os.sep) + os.sep) for top in tops)

    def read(path: str) -> RawFile | CannotRead | None:
        return read_file(shown(path), path, follow=False)

    return Tree(read, os.path.isdir, within)
