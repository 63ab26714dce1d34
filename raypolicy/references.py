"""Who names whom in a bundle. Not here: whether that is a mistake (rules)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

from raypolicy.bundle import Bundle
from raypolicy.facts.job import Job
from raypolicy.facts.view import Owner, View, fact
from raypolicy.nearnames import slip
from raypolicy.tree import ABSENT, Node, Unknown

_MOST_NAMES: Final = 300
"""Objects of a kind among which a near name is looked for; with more, nearness says little."""


class Reference(View):
    """A name of another object; its node is that name where it is written."""

    apart = True

    def __init__(
        self, node: Node[str], owner: Owner, kind: str, found: Node[bool], nearest: Node[str]
    ) -> None:
        super().__init__(node, owner)
        self._kind = kind
        self._found = found
        self._nearest = nearest

    @fact
    def kind(self) -> Node[str]:
        """The kind of object it names."""
        return self.node.put(self._kind)

    @fact
    def name(self) -> Node[str]:
        """The name."""
        return self.node

    @fact
    def found(self) -> Node[bool]:
        """Whether an object of that kind and name is in the bundle; unknown where two are."""
        return self._found

    @fact
    def nearest(self) -> Node[str]:
        """The nearest name that an object of that kind in the bundle does have, if one is near."""
        return self._nearest


def references(bundle: Bundle, jobs: Iterable[Job]) -> tuple[Reference, ...]:
    """All references of a bundle, each looked up among its objects by kind, namespace and name."""
    index: dict[tuple[str, str], dict[str, list[Node[str]]]] = {}
    for resource in bundle.resources:
        names = index.setdefault((resource.kind, resource.namespace), {})
        names.setdefault(resource.name, []).append(resource.node.get("metadata", "name"))
    all_names = Counter(resource.name for resource in bundle.resources)
    found: list[Reference] = []
    for job in jobs:
        node = job.selected_cluster
        if node.known is not None:
            names = index.get(("RayCluster", job.owner.resource.namespace), {})
            found.append(_look_up(node, job.owner, "RayCluster", names, all_names))
    return tuple(found)


def _look_up(
    node: Node[str],
    owner: Owner,
    kind: str,
    names: dict[str, list[Node[str]]],
    all_names: Counter[str],
) -> Reference:
    bearers = names.get(str(node.value), [])
    seen: Node[bool] = node.put(bool(bearers))
    if len(bearers) > 1:
        seen = node.put(Unknown("several objects of the bundle have this name"))
    nearest: Node[str] = node.put(ABSENT)
    near = None if bearers else nearest_of(str(node.value), names, all_names)
    if near is not None:
        nearest = names[near][0]
    return Reference(node, owner, kind, seen, nearest)


def nearest_of(name: str, names: Collection[str], all_names: Counter[str]) -> str | None:
    """The one of the names that a name must be meant for, which is none of them; None if none is
    near, or more than one. `all_names` counts those of all objects of the bundle.
    """
    if len(names) > _MOST_NAMES:
        return None
    near = [other for other in names if is_near(name, other)]
    near = near or [other for other in names if affixed(name, other, all_names)]
    return near[0] if len(near) == 1 else None


def affixed(name: str, other: str, all_names: Counter[str]) -> bool:
    """Whether the other is the name with a prefix or an ending that the names of further objects
    have as well, so that kustomize or a generator will have added it.
    """
    if not name or len(other) <= len(name) + 1:
        return False
    if other.endswith(f"-{name}"):
        prefix = other.removesuffix(name)
        return _twice(count for each, count in all_names.items() if each.startswith(prefix))
    if other.startswith(f"{name}-"):
        ending = other.removeprefix(name)
        return _twice(count for each, count in all_names.items() if each.endswith(ending))
    return False


def _twice(counts: Iterable[int]) -> bool:
    total = 0
    for count in counts:
        total += count
        if total > 1:
            return True
    return False


def is_near(name: str, other: str) -> bool:
    """Whether one name is the other with a single slip of the keyboard. Names that differ in a
    digit or in a whole word are taken for siblings.
    """
    found = slip(name, other)
    if found is None:
        return False
    few, instead, start = found
    _, long = sorted((name, other), key=len)
    word = long[long.rfind("-", 0, start) + 1 : len(long)].partition("-")[0]
    return len(word) > 4 and not any(each.isdigit() for each in few + instead)
