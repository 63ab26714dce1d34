"""The patches of a kustomization and of what it builds on, each with what it is for. Not here: what
they do (`wiped`, `jsonpatches`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any, NamedTuple

from raypolicy.inputs.closure import Closure
from raypolicy.inputs.files import decode
from raypolicy.reader import embedded, read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, Node, root_of


class Patch(NamedTuple):
    """A patch where it is written: a list of operations, or a part of an object.

    `target` is what the kustomization says that it is for; absent where the patch says it itself.
    """

    root: Node[Any]
    target: Node[Any]

    @property
    def kind(self) -> str:
        """The kind of the objects that it changes; empty where it says none."""
        kind = self.target.get("kind").either(self.root.get("kind")).known
        return kind if isinstance(kind, str) else ""

    def is_for(self, name: object) -> bool:
        """Whether it may change an object of this name, which may have been given a prefix or an
        ending since the patch was written, or before.
        """
        if self.target.absent:
            wanted = self.root.get("metadata", "name").known
        else:
            wanted = self.target.get("name").known
        if not isinstance(wanted, str) or not isinstance(name, str):
            return True
        plain = wanted.replace("-", "").replace(".", "").isalnum()
        return not plain or wanted in name or name in wanted


def patches_of(closure: Closure) -> Iterator[Patch]:
    """All patches, in the order in which they are named."""
    for folder, part in closure.parts.items():
        for field in ("patches", "patchesJson6902"):
            for item in part.root.get(field).items():
                for root in _contents(closure, folder, item.get("patch"), item.get("path")):
                    yield Patch(root, item.get("target"))
        for item in part.root.get("patchesStrategicMerge").items():
            for root in _contents(closure, folder, item, item):
                yield Patch(root, item.put(ABSENT))


def _contents(
    closure: Closure, folder: str, text: Node[Any], path: Node[Any]
) -> Iterator[Node[Any]]:
    """The documents of a patch: written in the kustomization, over several lines, or in a file."""
    if isinstance(text.known, str) and "\n" in text.known:
        yield from map(root_of, embedded(text))
    elif isinstance(path.known, str):
        file = closure.files.get(posixpath.normpath(posixpath.join(folder, path.known)))
        source = None if file is None else decode(file)
        if isinstance(source, SourceFile):
            yield from map(root_of, read_yaml(source))
