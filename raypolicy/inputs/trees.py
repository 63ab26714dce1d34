"""Files by their path, wherever they lie: on disk, in a git revision, in an archive."""

from __future__ import annotations

import os
from bisect import bisect_left
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
    behind a symbolic link, is not. `below` gives the paths of all files below a directory whatever
    their names, symbolic links among them, what git keeps for itself not.
    """

    read: Callable[[str], RawFile | CannotRead | None]
    is_directory: Callable[[str], bool]
    within: Callable[[str], bool]
    below: Callable[[str], list[str]]
    on_disk: bool = False


class Found(NamedTuple):
    """The files that a user means, by directory; the directories that could not be listed; and the
    tree that all of them lie in. `close` when all is read."""

    directories: dict[str, list[FoundFile]]
    problems: list[NoAccess]
    tree: Tree
    close: Callable[[], None] = lambda: None

    def read(self, file: FoundFile) -> RawFile | CannotRead | None:
        """A file as it was found: a symbolic link that the user named is followed."""
        if self.tree.on_disk:
            return read_file(file.name, file.path, follow=file.named)
        return self.tree.read(file.path)


def on_disk(roots: Iterable[str]) -> Tree:
    """The files below some directories of this machine; `within` is asked for absolute paths."""
    roots = tuple(roots)
    tops: dict[str, str] = {}

    def within(path: str) -> bool:
        if not tops:
            tops.update((os.path.abspath(root), os.path.realpath(root)) for root in roots)
        return any(
            os.path.realpath(path) == os.path.normpath(os.path.join(real, path[len(top) + 1 :]))
            for top, real in tops.items()
            if path == top or path.startswith(top.rstrip(os.sep) + os.sep)
        )

    def read(path: str) -> RawFile | CannotRead | None:
        return read_file(shown(path), path, follow=False)

    return Tree(read, os.path.isdir, within, _below, on_disk=True)


def in_memory(files: Mapping[str, bytes]) -> Tree:
    """Files by their names in a tree whose root is `/tree`."""
    return of_files(
        ROOT, {f"{ROOT}/{name}": RawFile(name, None, data) for name, data in files.items()}
    )


def of_files(root: str, files: Mapping[str, RawFile | CannotRead]) -> Tree:
    """Files that are known already, by their paths, all of them below the root."""
    return of_paths(root, files, files.get)


def of_paths(
    root: str, paths: Iterable[str], read: Callable[[str], RawFile | CannotRead | None]
) -> Tree:
    """A tree of which all paths are known; nothing of it lies on the disk."""
    everything = sorted(paths)
    folders = {root}
    for path in everything:
        while path != root and (path := path.rpartition("/")[0]) not in folders:
            folders.add(path)

    def below(directory: str) -> list[str]:
        first = bisect_left(everything, f"{directory}/")
        return everything[first : bisect_left(everything, f"{directory}0")]  # 0 follows /

    return Tree(read, folders.__contains__, lambda path: f"{path}/".startswith(f"{root}/"), below)


def _below(directory: str) -> list[str]:
    found: list[str] = []
    for folder, directories, files in os.walk(directory or "."):
        directories[:] = [name for name in directories if name != ".git"]
        inside = os.path.relpath(folder, directory or ".")
        here = os.path.join(directory, "" if inside == "." else inside)
        links = (name for name in directories if os.path.islink(os.path.join(folder, name)))
        found += (os.path.join(here, name) for name in (*files, *links))
    return sorted(found)
