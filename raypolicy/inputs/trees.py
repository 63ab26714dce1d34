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
    `below` gives the paths of all files below a directory whatever their names, symbolic links
    among them, what git keeps for itself not. `on_disk`: paths are those of this machine.
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
    """The files below some directories of this machine; paths may be relative."""
    roots = tuple(roots)
    tops: list[str] = []

    def within(path: str) -> bool:
        if not tops:
            tops.extend({os.path.realpath(root) for root in roots})
        real = os.path.realpath(path)
        return any(real == top or real.startswith(top.rstrip(os.sep) + os.sep) for top in tops)

    def read(path: str) -> RawFile | CannotRead | None:
        return read_file(shown(path), path, follow=False)

    return Tree(read, os.path.isdir, within, _below, on_disk=True)


def paths_below(paths: Iterable[str]) -> Callable[[str], list[str]]:
    """What `below` is in a tree of which all paths are known; they must be sorted."""
    everything = list(paths)

    def below(directory: str) -> list[str]:
        from bisect import bisect_left

        if not directory:
            return everything
        first = bisect_left(everything, f"{directory}/")
        return everything[first : bisect_left(everything, f"{directory}0")]  # 0 follows /

    return below


def _below(directory: str) -> list[str]:
    found: list[str] = []
    for folder, directories, files in os.walk(directory or "."):
        directories[:] = [name for name in directories if name != ".git"]
        inside = os.path.relpath(folder, directory or ".")
        here = os.path.join(directory, "" if inside == "." else inside)
        links = (name for name in directories if os.path.islink(os.path.join(folder, name)))
        found += (os.path.join(here, name) for name in (*files, *links))
    return sorted(found)
