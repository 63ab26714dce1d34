"""Files by their path, wherever they lie: on disk, in a git revision, in an archive."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from raypolicy.inputs.files import CannotRead, RawFile, read_file
from raypolicy.inputs.walk import FoundFile, NoAccess, shown

ROOT: Final = "/tree"
"""Where the files of a tree in memory lie."""


class Tree(NamedTuple):
    """Where files are read from. Paths have `/` and no `.` or `..` in them.

    `read` gives the file at a path, None where there is none; a symbolic link is not followed.
    `within` says whether a path may be looked at: what a manifest names outside of the tree, or
    behind a symbolic link, is not.
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
    tops = {os.path.abspath(root): os.path.realpath(root) for root in roots}

    def within(path: str) -> bool:
        return any(
            os.path.realpath(path) == os.path.normpath(os.path.join(real, path[len(top) + 1 :]))
            for top, real in tops.items()
            if path == top or path.startswith(top.rstrip(os.sep) + os.sep)
        )

    def read(path: str) -> RawFile | CannotRead | None:
        return read_file(shown(path), path, follow=False)

    return Tree(read, os.path.isdir, within)


def in_memory(files: Mapping[str, bytes]) -> Tree:
    """Files by their names in a tree whose root is `/tree`."""
    by_path = {f"{ROOT}/{name}": RawFile(name, None, data) for name, data in files.items()}
    folders = {path[:at] for path in by_path for at in range(len(path)) if path[at] == "/"}
    return Tree(by_path.get, folders.__contains__, lambda path: f"{path}/".startswith(f"{ROOT}/"))
