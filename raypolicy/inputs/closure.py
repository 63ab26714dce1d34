"""All that a kustomization is made of: its files, its bases, and theirs. Not here: building it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
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
EXCESS: Final = "excess"
_MOST_KUSTOMIZATIONS: Final = 1000
_MOST_BYTES: Final = 256 * 1024 * 1024


class Fault(NamedTuple):
    """An entry of a kustomization that cannot be followed.

    It is REMOTE (then it is left out, and the rest built), MISSING, ASTRAY (outside of what may be
    looked at, or behind a link), leads in a CIRCLE, is yet UNFILLED, or one too many (EXCESS);
    `message` says so of its text.
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


class Closures:
    """The closures of kustomizations in one tree; each file of them is read and parsed once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._opened: dict[str, _Opened | None] = {}

    def of(self, folder: str) -> Closure:
        """What the kustomization in a directory is made of; what is wrong with it, too."""
        walk = _Walk(self._open)
        walk.from_folder(folder)
        uses = {path: frozenset(uses) for path, uses in walk.uses.items()}
        faults, unreadable = tuple(walk.faults), tuple(walk.unreadable)
        return Closure(folder, walk.parts, walk.files, uses, faults, unreadable)

    def _open(self, folder: str) -> _Opened | None:
        if folder not in self._opened:
            self._opened[folder] = _opened(folder, self._tree)
        return self._opened[folder]


def closure_of(folder: str, tree: Tree) -> Closure:
    """One closure by itself."""
    return Closures(tree).of(folder)


def kustomization_in(folder: str, tree: Tree) -> tuple[str, RawFile] | None:
    """The kustomization file of a directory."""
    for name in KUSTOMIZATIONS:
        path = posixpath.join(folder, name)
        file = tree.read(path) if tree.within(path) else None
        if isinstance(file, RawFile):
            return path, file
    return None


class _Named(NamedTuple):
    """What is behind an entry: a directory, a file, or a fault."""

    entry: Entry
    path: str
    file: RawFile | None = None
    fault: Fault | None = None


class _Opened(NamedTuple):
    """A kustomization file, and what is behind all that it names; a document with a defect where it
    cannot be read.
    """

    path: str
    file: RawFile
    part: Kustomization | Document
    named: tuple[_Named, ...]


def _opened(folder: str, tree: Tree) -> _Opened | None:
    found = kustomization_in(folder, tree)
    if found is None:
        return None
    path, file = found
    part = read_kustomization(path, file)
    if isinstance(part, Document):
        return _Opened(path, file, part, ())
    return _Opened(
        path, file, part, tuple(_followed(each, folder, tree) for each in part.entries())
    )


def _followed(entry: Entry, folder: str, tree: Tree) -> _Named:
    path = posixpath.normpath(posixpath.join(folder, entry.text))

    def fault(kind: str, message: str) -> _Named:
        return _Named(entry, path, fault=Fault(entry.node, kind, message))

    if placeholder(entry.text):
        return fault(UNFILLED, "is yet to be filled in")
    inside = not posixpath.isabs(entry.text) and tree.within(path)
    if inside and tree.is_directory(path):
        return _Named(entry, path)
    file = tree.read(path) if inside else None
    if isinstance(file, RawFile):
        return _Named(entry, path, file)
    if file is not None:
        return fault(ASTRAY, f"is not read: {file.reason}")
    if entry.looks_remote:
        return fault(REMOTE, "lies elsewhere, and is not fetched")
    if not inside:
        return fault(ASTRAY, "lies outside of what is audited, or behind a link")
    return fault(MISSING, "is not there")


class _Walk:
    """One walk from a kustomization to all that it names."""

    def __init__(self, opened: Callable[[str], _Opened | None]) -> None:
        self._opened = opened
        self.parts: dict[str, Kustomization] = {}
        self.files: dict[str, RawFile] = {}
        self.uses: dict[str, set[str]] = {}
        self.faults: list[Fault] = []
        self.unreadable: list[Document] = []
        self._bytes = 0

    def from_folder(self, folder: str) -> None:
        """Take a kustomization and, one after another, those that it builds on."""
        pending: list[tuple[str, Entry | None, tuple[str, ...]]] = [(folder, None, ())]
        while pending:
            folder, entry, above = pending.pop()
            if folder in above:
                circle = " → ".join(map(_last, (*above[above.index(folder) :], folder)))
                self._fault(entry, CIRCLE, f"leads in a circle of bases: {circle}")
            elif folder not in self.parts:
                if len(self.parts) == _MOST_KUSTOMIZATIONS:
                    self._fault(entry, EXCESS, f"is one base of more than {_MOST_KUSTOMIZATIONS}")
                    return
                pending += self._take(folder, entry, above)

    def _take(
        self, folder: str, entry: Entry | None, above: tuple[str, ...]
    ) -> Iterator[tuple[str, Entry, tuple[str, ...]]]:
        """Take the files that a kustomization names; yields the directories."""
        opened = self._opened(folder)
        if opened is None:
            self._fault(entry, MISSING, "is a directory without a kustomization")
            return
        self._keep(opened.path, opened.file, "kustomization", None)
        if isinstance(opened.part, Document):
            self.unreadable.append(opened.part)
            return
        self.parts[folder] = opened.part
        for named in opened.named:
            if named.fault is not None:
                self.faults.append(named.fault)
            elif named.file is not None:
                self._keep(named.path, named.file, named.entry.use, named.entry)
            else:
                yield named.path, named.entry, (*above, folder)

    def _keep(self, path: str, file: RawFile, use: str, entry: Entry | None) -> None:
        self.uses.setdefault(path, set()).add(use)
        if path not in self.files:
            self._bytes += len(file.data)
            if self._bytes > _MOST_BYTES:
                self._fault(entry, EXCESS, f"goes beyond {_MOST_BYTES // 1024 // 1024} MB of files")
            else:
                self.files[path] = file

    def _fault(self, entry: Entry | None, kind: str, message: str) -> None:
        if entry is not None:
            self.faults.append(Fault(entry.node, kind, message))


def _last(folder: str) -> str:
    return "/".join(folder.rsplit("/", 2)[-2:])
