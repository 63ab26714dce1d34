"""Keys of what Ray itself reads, a serveConfigV2 or a runtime environment: known ones and others.

Source: Ray `python/ray/serve/schema.py` and `config.py` beside it: pydantic leaves out the keys
that a model does not have, unless it forbids them. Not here: the table (`rayoptions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy import rayoptions
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.rayoptions import Option, options
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import Version, placeholder

RUNTIME_ENV: Final = "runtime_env"
_SHOWN: Final = {
    "serveConfigV2": "serveConfigV2", "application": "an application", "deployment": "a deployment",
    "deployment_actor": "an actor of a deployment", RUNTIME_ENV: "a runtime environment",
}  # fmt: skip


class RayOption(View):
    """A key of what Ray reads; its node is the value."""

    apart = True

    def __init__(
        self, node: Node[Any], owner: Owner, level: str, option: Option | None, ray: Node[Version]
    ) -> None:
        super().__init__(node, owner)
        self._level = level
        self.option = option
        self._ray = ray

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """Its value."""
        return self.node

    @fact
    def place(self) -> Node[str]:
        """What it is a key of, in words."""
        return self.node.put(_SHOWN.get(self._level, self._level))

    @fact
    def meant(self) -> Node[str]:
        """The key that a misspelt one must be meant for; absent where there is none."""
        return self.name.put(meant(self.node, self._level) or ABSENT)

    @fact
    def home(self) -> Node[str]:
        """What else has a key of this name, in words; absent where nothing or much has."""
        found = rayoptions.homes(str(self.node.key), self._level)
        shown = _SHOWN.get(found[0], found[0]) if len(found) == 1 else ABSENT
        return self.name.put(shown)

    @fact
    def refused(self) -> Node[bool]:
        """Whether Ray refuses keys that it doesn't have here; it mostly leaves them out."""
        strict = rayoptions.is_strict(self._level, self._ray.known)
        return self.node.put(Unknown("the Ray release is not known") if strict is None else strict)

    @fact
    def ray_version(self) -> Node[Version]:
        """The Ray release in the image, else rayVersion."""
        return self._ray

    @fact
    def newest(self) -> Node[Version]:
        """The newest release of Ray whose keys are known here."""
        return self.node.put(rayoptions.newest())

    @fact
    def may_be_new(self) -> Node[bool]:
        """Whether the Ray release is newer than that, so that it may have keys of its own."""
        ray = self._ray.known
        return self.node.put(ray is not None and ray.minor > rayoptions.newest().minor)

    @fact
    def since(self) -> Node[Version]:
        """The first release of Ray that has the key; absent for one as old as all looked at."""
        return self.name.put(self.option.since or ABSENT if self.option else ABSENT)

    @fact
    def until(self) -> Node[Version]:
        """The first release of Ray that has it no more."""
        return self.name.put(self.option.until or ABSENT if self.option else ABSENT)

    @fact
    def successor(self) -> Node[str]:
        """Its name since then."""
        return self.name.put(self.option.successor or ABSENT if self.option else ABSENT)

    @fact
    def fault(self) -> Node[str]:
        """What the value must be instead, such as `a list`; absent where Ray may take it."""
        value = self.node.value
        if self.option is None or self.node.known is None:
            return self.node.put(self.node.value if self.node.unknown else ABSENT)
        if isinstance(value, str) and placeholder(value):
            return self.node.map(lambda text: text, "")
        return self.node.put((self._read and self.option.fault(value, self._ray.known)) or ABSENT)

    @property
    def _read(self) -> bool:
        """Whether the Ray release has the key; what it doesn't have it doesn't judge."""
        ray, option = self._ray.known, self.option
        if option is None or ray is None:
            return option is not None and (option.since, option.until) == (None, None)
        return option.has(ray)


def ray_of(clusters: tuple[Cluster, ...], otherwise: Node[Any]) -> Node[Version]:
    """The Ray release that reads such a text: that of the head's image, else rayVersion, which says
    nothing of a moving tag; absent without a cluster.
    """
    for cluster in clusters:
        image = cluster.head.pod.ray_container.image
        moving = image.floating.known is not None
        told = image.ray_version.known is not None or moving
        return image.ray_version if told else cluster.ray_version
    return otherwise.put(ABSENT)


def meant(node: Node[Any], level: str) -> str | None:
    """The key that an unknown one is meant for, which stands nowhere beside it."""
    found = rayoptions.meant(str(node.key), level)
    beside = node.parent.value if node.parent is not None else {}
    return None if found in beside else found


def walk(
    node: Node[Any], level: str, ray: Node[Version]
) -> Iterator[tuple[Node[Any], str, Option | None]]:
    """Every key below a mapping, with its level and what is known of it; repeated parts once, what
    is below a key that the Ray release does not have not at all. Runtime environments stand apart.
    """
    pending, seen = [(node, level)], set[int]()
    while pending:
        here, level = pending.pop()
        if type(here.value) is not dict or id(here.value) in seen:
            continue
        seen.add(id(here.value))
        known = options(level)
        for key, value in here.entries():
            option = known.get(key)
            if not placeholder(key):
                yield value, level, option
            if option is None or option.level in ("", RUNTIME_ENV):
                continue
            if ray.known is None or option.has(ray.known):
                parts = value.items() if option.type == "list" else (value,)
                pending += ((part, option.level) for part in parts)


def meant_for(holder: Node[Any], name: str, level: str) -> Node[Any] | None:
    """A misspelt key of a mapping that must be meant for one."""
    for key, value in holder.entries():
        if key not in options(level) and meant(value, level) == name:
            return value
    return None
