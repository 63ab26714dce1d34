"""Names that are looked up: what views of them have in common. Not here: where they stand."""

from __future__ import annotations

from typing import Protocol

from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, Node, Unknown, placeless


class Known(Protocol):
    """What is known of a Service that is named; nodes of it stand where the Service comes from."""

    @property
    def found(self) -> bool | Unknown: ...
    @property
    def nearest(self) -> Node[str] | None: ...
    @property
    def lasting(self) -> Node[str] | None: ...
    @property
    def unserved(self) -> Node[str] | None: ...
    @property
    def elsewhere(self) -> Node[str] | None: ...


class SoughtName(View):
    """A name of an object of one kind; its node is the name where it is written."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, kind: str, nearest: Node[str]) -> None:
        super().__init__(node, owner)
        self._kind = kind
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
    def nearest(self) -> Node[str]:
        """The name that is probably meant, where the bundle has none of this one."""
        return self._nearest


class SoughtService(View):
    """A Service that is named; its node is the name where it is written."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, known: Known) -> None:
        super().__init__(node, owner)
        self._known = known

    @fact
    def found(self) -> Node[bool]:
        """Whether a Service of that name is in the bundle, or the operator will make one; unknown
        where there are several."""
        return self.node.put(self._known.found)

    @fact
    def nearest(self) -> Node[str]:
        """The name of the Service that is probably meant, where none has this one."""
        return self._known.nearest or self.node.put(ABSENT)

    @fact
    def lasting(self) -> Node[str]:
        """Where the name is that of one cluster among those that a RayJob or RayService makes: the
        Service that keeps its name."""
        return self._known.lasting or self.node.put(ABSENT)

    @fact
    def unserved(self) -> Node[str]:
        """Where the name is that of a Service for Serve which the operator does not make: the name
        of the resource that it would belong to."""
        return self._known.unserved or self.node.put(ABSENT)

    @written
    def serve_annotation(self) -> Node[str]:
        """The place for `ray.io/enable-serve-service` in that resource; absent where it is no
        RayCluster, which alone goes by it."""
        metadata = None if self.unserved.absent else self.unserved.parent
        resource = None if metadata is None else metadata.parent
        if metadata is None or resource is None or resource.get("kind").value != "RayCluster":
            return placeless(ABSENT)
        return metadata.get("annotations", "ray.io/enable-serve-service")

    @fact
    def elsewhere(self) -> Node[str]:
        """The namespace that the Service is in, where it is not the one that is meant."""
        return self._known.elsewhere or self.node.put(ABSENT)
