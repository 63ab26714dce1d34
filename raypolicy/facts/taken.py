"""What is written although it is KubeRay's to write. Not here: which names those are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from raypolicy.effective.variables import named
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node

HEAD = "the head"


class Taken(View):
    """An entry that KubeRay manages itself; its node is the entry."""

    def __init__(
        self, node: Node[Any], owner: Owner, place: Node[Any], texts: tuple[str, str, str]
    ) -> None:
        super().__init__(node, owner)
        self._place = place
        self._texts = texts

    @fact
    def place(self) -> Node[str]:
        """The name or path that is KubeRay's."""
        return self._place

    @fact
    def what(self) -> Node[str]:
        """What it is: `the variable RAY_USE_TLS`."""
        return self.node.put(self._texts[0])

    @fact
    def holder(self) -> Node[str]:
        """What has it: the head, a worker group by its name, the autoscaler or the collector."""
        return self.node.put(self._texts[1])

    @fact
    def instead(self) -> Node[str]:
        """The field that is there for it; absent where KubeRay needs none."""
        return self.node.put(self._texts[2] or ABSENT)


def variables(part: Node[Any], owner: Owner, holder: str, *names: str) -> Iterator[Taken]:
    """Those of the variables that a container, or what becomes one, has."""
    for entry in named(part, *names):
        place = entry.get("name")
        yield Taken(entry, owner, place, (f"the variable {place.value}", holder, ""))


def mounts(part: Node[Any], owner: Owner, holder: str, name: str, path: str) -> Iterator[Taken]:
    """Its mounts of the volume of a name, or at a path."""
    for entry in part.get("volumeMounts").items() if type(part.value) is dict else ():
        volume, at = entry.get("name"), entry.get("mountPath")
        if volume.value == name:
            yield Taken(entry, owner, volume, (f"a mount of the volume {name}", holder, ""))
        elif at.value == path:
            yield Taken(entry, owner, at, (f"a mount at {path}", holder, ""))


def group_name(group: Node[Any]) -> str:
    """What people call a worker group."""
    name = group.get("groupName").value
    return name if type(name) is str else "a worker group"
