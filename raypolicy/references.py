"""Who names whom in a bundle. Not here: whether that is a mistake (rules)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from raypolicy.bundle import Bundle
from raypolicy.facts.job import Job
from raypolicy.facts.view import Owner, View, fact
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
    if not bearers and len(names) <= _MOST_NAMES:
        near = [name for name in names if is_near(str(node.value), name)]
        near = near or [name for name in names if affixed(str(node.value), name, all_names)]
        nearest = names[near[0]][0] if len(near) == 1 else nearest
    return Reference(node, owner, kind, seen, nearest)


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
    short, long = sorted((name, other), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    end = 0
    while end < len(short) - start and short[-1 - end] == long[-1 - end]:
        end += 1
    slip, instead = short[start : len(short) - end], long[start : len(long) - end]
    swapped = len(slip) == 2 and slip == instead[::-1]
    if not swapped and (len(slip) > 1 or len(instead) != 1):
        return False
    word = long[long.rfind("-", 0, start) + 1 : len(long)].partition("-")[0]
    return len(word) > 4 and not any(each.isdigit() for each in slip + instead)
