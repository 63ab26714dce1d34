"""Environment variables as the operator looks for them. Not here: what each of them means.

Source: KubeRay `controllers/ray/utils/util.go`, EnvVarExists and EnvVarByName: it looks into `env`
alone, never behind `envFrom`, and compares whole names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.tree import ABSENT, PLACEHOLDER, Node
from raypolicy.values import placeholder

_OWN: Final = ("127.0.0.1", "localhost", "$(", "-head-svc")


def ray_container(group: Node[Any]) -> Node[Any]:
    """The container of a group that the operator looks into: the first."""
    listed = group.get("template", "spec", "containers")
    return next(listed.items(), listed.put(ABSENT)) if type(listed.value) is list else listed


def named(part: Node[Any], *names: str) -> Iterator[Node[Any]]:
    """The entries with these names under `env` of a container, or of what becomes one."""
    if type(part.value) is dict and "env" in part.value:
        for entry in part.get("env").items():
            if type(entry.value) is dict and entry.value.get("name") in names:
                yield entry


def literal(entry: Node[Any]) -> str | None:
    """The value that is written in an entry, empty where it comes from elsewhere; None where that
    can't be known.
    """
    value = entry.get("value")
    if value.absent:
        return ""
    known = type(value.value) is str and not placeholder(value.value)
    return value.value if known else None


def has_value(entry: Node[Any]) -> bool:
    """Whether an entry has a value, or says where one comes from."""
    return entry.get("value").value not in (ABSENT, "") or not entry.get("valueFrom").absent


def are_known(part: Node[Any]) -> bool:
    """Whether the names of all entries under `env` can be read."""
    listed = part.get("env")
    if listed.absent:
        return True
    names = [entry.get("name").value for entry in listed.items()]
    return type(listed.value) is list and all(
        type(name) is str and not placeholder(name) for name in names
    )


def foreign_address(container: Node[Any]) -> Node[str]:
    """The value of `RAY_ADDRESS`, where it leads neither to the pod itself nor to the Service of a
    head; absent otherwise, and where it comes from elsewhere.

    Source: Ray `python/ray/_private/services.py`, canonicalize_bootstrap_address_or_die.
    """
    for entry in named(container, "RAY_ADDRESS"):
        text = literal(entry)
        if text is None:
            return entry.get("value").put(PLACEHOLDER)
        here = text in ("", "auto", "local") or any(each in text for each in _OWN)
        if not here:
            return entry.get("value")
    return container.put(ABSENT)
