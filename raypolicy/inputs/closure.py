"""All that a kustomization is made of: its files, its bases, and theirs. Not here: building it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.document import Document
from raypolicy.inputs.files import RawFile, speaks_of_ray
from raypolicy.inputs.kustomization import (
    Entry,
    Kustomization,
    read_kustomization,
)
from raypolicy.inputs.trees import Tree
from raypolicy.inputs.walk import KUSTOMIZATIONS
from raypolicy.tree import Node
from raypolicy.values import placeholder

REMOTE: Final = "remote"
MISSING: Final = "missing"
ASTRAY: Final = "astray"
CIRCLE: Final = "circle"
UNFILLED: Final = "unfilled"
_MOST_KUSTOMIZATIONS: Final = 1000
_MOST_BYTES: Final = 256 * 1024 * 1024


class Fault(NamedTuple):
    """An entry of a kustomization that cannot be followed.

    It is REMOTE (then it is left out, and the rest built), MISSING, ASTRAY (outside of what may be
    looked at, or behind a link), leads in a CIRCLE, or is yet UNFILLED; `message` says so of its
    text.
    """

    node: Node[Any]
    kind: str
    message: str

    @property
    def remote(self) -> bool:
        return self.kind == REMOTE


class Closure(NamedTuple):
    """A kustomization with all that it names; `folder` is its directory in the tree.

    `uses` has the files by path, with the uses that are made of each; `parts` the kustomizations,
    itself the first, by their directories.
    """

    folder: str
    parts: dict[str, Kustomization]
    files: dict[str, RawFile]
    uses: dict[str, frozenset[str]]
    faults: tuple[Fault, ...]
    unreadable: tuple[Document, ...]

    @property
    def bases(self) -> frozenset[str]:
        """Directories of the kustomizations that it builds on."""
        return frozenset(self.parts) - {self.folder}

    @property
    def speaks_of_ray(self) -> bool:
        return any(speaks_of_ray(file.data) for file in self.files.values())

    def used_as(self, use: str) -> frozenset[str]:
        return frozenset(path for path, uses in self.uses.items() if use in uses)


def closure_of(folder: str, tree: Tree) -> Closure:
    """What the kustomization in a directory is made of. Never raises: what is wrong is in it."""
    walk = _Walk(tree)
    walk.enter(folder, None)
    return Closure(
        folder,
        walk.parts,
        walk.files,
        {path: frozenset(uses) for path, uses in walk.uses.items()},
        tuple(walk.faults),
        tuple(walk.unreadable),
    )


def kustomization_in(folder: str, tree: Tree) -> tuple[str, RawFile] | None:
    """The kustomization file of a directory."""
    for name in KUSTOMIZATIONS:
        path = posixpath.join(folder, name)
        file = tree.read(path) if tree.within(path) else None
        if isinstance(file, RawFile):
            return path, file
    return None


class _Walk:
    """One walk from a kustomization to all that it names."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.parts: dict[str, Kustomization] = {}
        self.files: dict[str, RawFile] = {}
        self.uses: dict[str, set[str]] = {}
        self.faults: list[Fault] = []
        self.unreadable: list[Document] = []
        self._bytes = 0

    def enter(self, folder: str, entry: Entry | None) -> None:
        """Take a kustomization and, one after another, those that it builds on."""
        pending: list[tuple[str, Entry | None, tuple[str, ...]]] = [(folder, entry, ())]
        while pending:
            folder, entry, above = pending.pop()
            if folder in above:
                circle = " → ".join(map(_last, (*above[above.index(folder) :], folder)))
                self._fault(entry, CIRCLE, f"leads in a circle of bases: {circle}")
                continue
            if folder in self.parts:
                continue
            if len(self.parts) == _MOST_KUSTOMIZATIONS:
                self._fault(entry, CIRCLE, f"is one base of more than {_MOST_KUSTOMIZATIONS}")
                return
            part = self._open(folder, entry)
            if part is not None:
                self.parts[folder] = part
                below = self._take(part, folder)
                pending += [(base, named, (*above, folder)) for base, named in below]

    def _open(self, folder: str, entry: Entry | None) -> Kustomization | None:
        found = kustomization_in(folder, self.tree)
        if found is None:
            self._fault(entry, MISSING, "is a directory without a kustomization")
            return None
        path, file = found
        self._keep(path, file, "kustomization")
        read = read_kustomization(path, file)
        if isinstance(read, Document):
            self.unreadable.append(read)
            return None
        return read

    def _take(self, part: Kustomization, folder: str) -> Iterator[tuple[str, Entry]]:
        """Read the files that a kustomization names; yields the directories."""
        for entry in part.entries():
            if placeholder(entry.text):
                self._fault(entry, UNFILLED, "is yet to be filled in")
                continue
            path = posixpath.normpath(posixpath.join(folder, entry.text))
            inside = not posixpath.isabs(entry.text) and self.tree.within(path)
            if inside and self.tree.is_directory(path):
                yield path, entry
                continue
            file = self.tree.read(path) if inside else None
            if isinstance(file, RawFile):
                self._keep(path, file, entry.use)
            elif file is not None:
                self._fault(entry, ASTRAY, f"is not read: {file.reason}")
            elif entry.looks_remote:
                self._fault(entry, REMOTE, "lies elsewhere, and is not fetched")
            elif not inside:
                self._fault(entry, ASTRAY, "lies outside of what is audited, or behind a link")
            else:
                self._fault(entry, MISSING, "is not there")

    def _keep(self, path: str, file: RawFile, use: str) -> None:
        self.uses.setdefault(path, set()).add(use)
        if path not in self.files and self._bytes + len(file.data) <= _MOST_BYTES:
            self.files[path] = file
            self._bytes += len(file.data)

    def _fault(self, entry: Entry | None, kind: str, message: str) -> None:
        if entry is not None:
            self.faults.append(Fault(entry.node, kind, message))


def _last(folder: str) -> str:
    return "/".join(folder.rsplit("/", 2)[-2:])
