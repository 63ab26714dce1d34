"""Which files kustomize takes for patches: fragments, no resources. Not here: rendering."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.inputs.files import RawFile, decode
from raypolicy.inputs.trees import Tree
from raypolicy.inputs.walk import KUSTOMIZATIONS
from raypolicy.source import SourceFile

_LEVELS: Final = 3


def patch_files(kustomizations: Iterable[str], tree: Tree) -> set[str]:
    """Absolute paths of the files that these kustomizations use as patches and never as resources.

    A kustomization speaks for files in its own directory and below it only, so that none can hide
    the manifests of another.
    """
    patches: set[str] = set()
    resources: set[str] = set()
    for path in kustomizations:
        directory = os.path.dirname(os.path.abspath(path))
        for use, name in _uses(path, tree):
            file = os.path.normpath(os.path.join(directory, name))
            if use == "resources":
                resources.add(file)
            elif file.startswith(directory + os.sep):
                patches.add(file)
    return patches - resources


def kustomizations_above(path: str, tree: Tree) -> Iterator[str]:
    """Kustomizations in the directory of a file and those next above it."""
    directory = os.path.dirname(os.path.abspath(path) if tree.on_disk else path)
    for _ in range(_LEVELS):
        for name in KUSTOMIZATIONS:
            candidate = os.path.join(directory, name)
            if isinstance(tree.read(candidate), RawFile):
                yield candidate
        directory = os.path.dirname(directory)


def _uses(path: str, tree: Tree) -> Iterator[tuple[str, str]]:
    """The files that a kustomization names, each with the field that names it."""
    from raypolicy.reader import read_yaml
    from raypolicy.tree import root_of

    raw = tree.read(path)
    if not isinstance(raw, RawFile) or b"atch" not in raw.data:
        return
    source = decode(raw)
    if not isinstance(source, SourceFile):
        return
    for document in read_yaml(source):
        root = root_of(document)
        for key in ("resources", "patches", "patchesStrategicMerge", "patchesJson6902"):
            for entry in root.get(key).items():
                name: Any = entry.value if isinstance(entry.value, str) else entry.get("path").value
                if isinstance(name, str) and "\n" not in name:
                    yield key, name
