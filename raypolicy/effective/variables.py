"""Environment variables as the operator looks for them. Not here: what each of them means.

Source: KubeRay `controllers/ray/utils/util.go`, EnvVarExists and EnvVarByName: it looks into `env`
alone, never behind `envFrom`, and compares whole names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from raypolicy.tree import ABSENT, Node
from raypolicy.values import placeholder


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
