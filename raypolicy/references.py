"""Who names whom in a bundle. Not here: whether that is a mistake (rules)."""

from __future__ import annotations

from collections.abc import Iterable

from raypolicy.bundle import Bundle
from raypolicy.facts.job import Job
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node, Unknown


class Reference(View):
    """A name of another object; its node is that name where it is written."""

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
    found: list[Reference] = []
    for job in jobs:
        node = job.selected_cluster
        if node.known is not None:
            names = index.get(("RayCluster", job.owner.resource.namespace), {})
            found.append(_look_up(node, job.owner, "RayCluster", names))
    return tuple(found)


def _look_up(
    node: Node[str], owner: Owner, kind: str, names: dict[str, list[Node[str]]]
) -> Reference:
    bearers = names.get(str(node.value), [])
    seen: Node[bool] = node.put(bool(bearers))
    if len(bearers) > 1:
        seen = node.put(Unknown("several objects of the bundle have this name"))
    nearest: Node[str] = node.put(ABSENT)
    if not bearers:
        near = [name for name in names if is_near(str(node.value), name)]
        nearest = names[near[0]][0] if len(near) == 1 else nearest
    return Reference(node, owner, kind, seen, nearest)


def is_near(name: str, other: str) -> bool:
    """Whether one name is likely meant to be the other: with a prefix or an ending that kustomize
    or a generator adds, or with a single slip of the keyboard. Names that differ in a digit or in
    a whole word are taken for siblings.
    """
    short, long = sorted((name, other), key=len)
    if short and (long.startswith(f"{short}-") or long.endswith(f"-{short}")):
        return True
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
