"""JSON patches of a kustomization: which operations count items of a list. Not here: other patches.

Source: RFC 6902; kustomize's `patches` and `patchesJson6902`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from raypolicy.bundle import RAY_KINDS
from raypolicy.inputs.closure import Closure
from raypolicy.inputs.patches import patches_of
from raypolicy.tree import Node

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
    for patch in patches_of(closure):
        if patch.kind not in RAY_KINDS:
            continue
        tested: set[str] = set()
        told: set[str] = set()
        for operation in patch.root.items():
            path = operation.get("path")
            text = path.known if isinstance(path.known, str) else ""
            for match in re.finditer(_COUNTED, text):
                item = text[: match.end()]
                if operation.get("op").value == "test":
                    tested.add(item)
                elif item not in told:
                    told.add(item)
                    yield Counting(path, match[1], int(match[2]), item in tested)
