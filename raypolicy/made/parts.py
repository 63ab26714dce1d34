"""Parts of what the operator makes: plain containers with nodes as leaves. Not here: any object.

Every leaf knows where its value comes from (`Node.how`: written, defaulted, overridden, injected)
and, by its place, whose text or absence brought it about.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from raypolicy.tree import ABSENT, Node

Part: TypeAlias = Any
"""A Node with a scalar value, a `dict[str, Part]` or a `list[Part]`."""


class Made(NamedTuple):
    """An object that the operator makes. `role` says what it is for: `raycluster`, `head-pod`,
    `worker-pod/GROUP`, `head-service`, `submitter-job`, …
    """

    role: str
    part: dict[str, Part]


def opened(node: Node[Any]) -> Part:
    """What is written at a node as a part; nulls are left out, as the API server does. None where
    nothing is written.
    """
    value = node.value
    if type(value) is dict:
        return {key: opened(each) for key, each in node.entries() if not each.absent}
    if type(value) is list:
        return [opened(each) for each in node.items()]
    return None if value is ABSENT else node


def plain(part: Part) -> Any:
    """The values alone, as JSON has them; Unknown where a value can't be known."""
    if isinstance(part, Node):
        return part.value
    if type(part) is dict:
        return {key: plain(each) for key, each in part.items()}
    return [plain(each) for each in part]


def leaves(part: Part, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every leaf with its path in the object; an empty container is a leaf too."""
    if isinstance(part, Node) or not part:
        yield path, part
        return
    for key, each in part.items() if type(part) is dict else enumerate(part):
        yield from leaves(each, (*path, key))


def at(part: Part, *keys: str | int) -> Part:
    """The part under the keys, None where there is none."""
    for key in keys:
        if type(part) is dict:
            part = part.get(key)
        elif type(part) is list and type(key) is int:
            part = part[key] if -len(part) <= key < len(part) else None
        else:
            return None
    return part


def value(part: Part, *keys: str | int) -> Any:
    """The plain value under the keys, None where there is none."""
    found = at(part, *keys)
    return None if found is None else plain(found)
