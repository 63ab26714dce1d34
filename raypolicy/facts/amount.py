"""Amounts of resources that a container asks for. Not here: what Ray makes of them (`group`)."""

from __future__ import annotations

from typing import Any

from raypolicy.effective.logical import quantity
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.kubenames import key_fault
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import Quantity


class Amount(View):
    """A resource that a container requests, is limited to, or both; its node is the container's."""

    def __init__(
        self, node: Node[Any], owner: Owner, name: str, requested: Node[Any], limited: Node[Any]
    ) -> None:
        super().__init__(node, owner)
        self._name = name
        self._requested = requested
        self._limited = limited
        self._any = requested.either(limited)

    @property
    def shareable(self) -> bool:
        """Whether a node may promise more of it than it has."""
        return shareable(self._name)

    @fact
    def name(self) -> Node[str]:
        """Name of the resource: cpu, memory, nvidia.com/gpu …"""
        return self._any.at_key(self._name)

    @written
    def request(self) -> Node[Quantity]:
        """What is requested; absent where only a limit is written."""
        return quantity(self._requested)

    @written
    def limit(self) -> Node[Quantity]:
        """What is allowed at most; absent where only a request is written."""
        return quantity(self._limited)

    @fact
    def fraction(self) -> Node[Quantity]:
        """The request or limit that is no whole number, of an extended resource; absent if none."""
        named = not native(self._name) and key_fault(self._name) is None
        named = named and not self._name.startswith("requests.")
        for node in (self.request, self.limit) if named else ():
            if node.known is not None and node.known.nano % 10**9:
                return node
        return self._any.put(ABSENT)


class Fraction(View):
    """A number with a fraction among requests or limits that is not in quotes."""

    @fact
    def name(self) -> Node[str]:
        """Name of the resource."""
        return self.node.at_key(str(self.node.key))

    @written
    def value(self) -> Node[Any]:
        """The number."""
        return self.node

    @fact
    def text(self) -> Node[str]:
        """The number as it is written; unknown where that is no quantity."""
        text = self.node.span.text
        known = Quantity.parse(text) is not None
        return self.node.put(text if known else Unknown("not written as a quantity"))


def native(name: str) -> bool:
    """Kubernetes, pkg/apis/core/v1/helper, IsNativeResource: without a domain, or with its own."""
    return "/" not in name or "kubernetes.io/" in name


def shareable(name: str) -> bool:
    """The same, IsOvercommitAllowed: whether more than there is may be promised."""
    return native(name) and not name.startswith("hugepages-")
