"""Who names whom in a bundle. Not here: whether that is a mistake (rules)."""

from __future__ import annotations

from collections.abc import Iterable

from raypolicy.facts.job import Job
from raypolicy.facts.view import Owner, View, fact
from raypolicy.inventory import Inventory
from raypolicy.tree import ABSENT, Node, Unknown


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


def references(inventory: Inventory, jobs: Iterable[Job]) -> tuple[Reference, ...]:
    """All references of a bundle, each looked up among its objects by kind, namespace and name."""
    return tuple(
        _look_up(job.selected_cluster, job.owner, "RayCluster", inventory)
        for job in jobs
        if job.selected_cluster.known is not None
    )


def _look_up(node: Node[str], owner: Owner, kind: str, inventory: Inventory) -> Reference:
    name, namespace = str(node.value), owner.resource.namespace
    bearers = inventory.named(kind, name, namespace)
    seen: Node[bool] = node.put(bool(bearers))
    if len(bearers) > 1:
        seen = node.put(Unknown("several objects of the bundle have this name"))
    near = None if bearers else inventory.nearest(kind, name, namespace)
    nearest: Node[str] = node.put(ABSENT) if near is None else near.node.get("metadata", "name")
    return Reference(node, owner, kind, seen, nearest)
