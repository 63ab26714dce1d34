"""JSON patches of a kustomization: which operations count items of a list. Not here: other patches.

Source: RFC 6902; kustomize's `patches` and `patchesJson6902`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.bundle import RAY_KINDS
from raypolicy.inputs.closure import Closure
from raypolicy.inputs.files import decode
from raypolicy.reader import embedded, read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import Node, root_of

_COUNTED: Final = r"/(workerGroupSpecs|containers|initContainers)/(\d+)/"


class Counting(NamedTuple):
    """An operation that finds an item by its number; `node` is its path, `list` and `number` say
    which, and `tested` that an operation before it makes sure which item that is.
    """

    node: Node[str]
    list: str
    number: int
    tested: bool


def counting_operations(closure: Closure) -> Iterator[Counting]:
    """The operations on Ray's kinds that find an item of a list of theirs by its number, each list
    and number of a patch once.
    """
    for patch in _patches(closure):
        tested: set[str] = set()
        told: set[str] = set()
        for operation in patch.items():
            path = operation.get("path")
            text = path.known if isinstance(path.known, str) else ""
            for match in re.finditer(_COUNTED, text):
                item = text[: match.end()]
                if operation.get("op").value == "test":
                    tested.add(item)
                elif item not in told:
                    told.add(item)
                    yield Counting(path, match[1], int(match[2]), item in tested)


def _patches(closure: Closure) -> Iterator[Node[Any]]:
    """Lists of operations that are for one of Ray's kinds."""
    for folder, part in closure.parts.items():
        for field in ("patches", "patchesJson6902"):
            for item in part.root.get(field).items():
                if item.get("target", "kind").value in RAY_KINDS:
                    text, path = item.get("patch"), item.get("path").known
                    if isinstance(text.known, str):
                        yield from map(root_of, embedded(text))
                    elif isinstance(path, str):
                        yield from _in_file(closure, f"{folder}/{path}")


def _in_file(closure: Closure, path: str) -> Iterator[Node[Any]]:
    from posixpath import normpath

    file = closure.files.get(normpath(path))
    source = None if file is None else decode(file)
    if isinstance(source, SourceFile):
        yield from map(root_of, read_yaml(source))
