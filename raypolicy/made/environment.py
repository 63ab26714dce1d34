"""Environment variables of a container that is being made. Not here: which of them it gets.

Source: KubeRay `controllers/ray/utils/util.go`, EnvVarExists.
"""

from __future__ import annotations

from typing import Any

from raypolicy.made.building import built, listed
from raypolicy.made.parts import Part, value
from raypolicy.tree import Node


def added_to(container: dict[str, Part], key: str) -> list[Part]:
    """The list under a key of a container or a pod's spec, there to be added to."""
    found = listed(container.get(key))
    container[key] = found
    return found


def has_variable(container: dict[str, Part], name: str) -> bool:
    """Whether the container has a variable so called."""
    return any(value(each, "name") == name for each in listed(container.get("env")))


def put_variables(container: dict[str, Part], place: Node[Any], **values: Any) -> None:
    """Variables put behind all others, whether they are there or not. An empty one has no value,
    a mapping says where the value comes from.
    """
    for name, each in values.items():
        key = "valueFrom" if type(each) is dict else "value"
        entry = {"name": name} if each == "" else {"name": name, key: each}
        added_to(container, "env").append(built(place, entry))


def put_missing(container: dict[str, Part], place: Node[Any], **values: Any) -> None:
    """Those of the variables that the container doesn't have."""
    for name, each in values.items():
        if not has_variable(container, name):
            put_variables(container, place, **{name: each})


def of_field(path: str) -> dict[str, Any]:
    """Where a variable comes from that tells a field of the pod."""
    return {"fieldRef": {"fieldPath": path}}
