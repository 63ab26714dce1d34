"""ResourceQuotas and LimitRanges of a bundle, beside the pods in their namespace. Not here: how
that is added up (`effective.usage`).
"""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class Unasked(View):
    """A container in a namespace whose ResourceQuota wants every container to say how much it asks
    for; its node is the container's resources, or what brings the container."""

    apart = True

    def __init__(
        self, node: Node[str], owner: Owner, container: Node[str], pods: str, quota: Node[str]
    ) -> None:
        super().__init__(node, owner)
        self._container = container
        self._pods = pods
        self._quota = quota

    @fact
    def container(self) -> Node[str]:
        """The name of the container."""
        return self._container

    @fact
    def pods(self) -> Node[str]:
        """What its pods are of: the head, the submitter, the group so called."""
        return self.node.put(self._pods)

    @fact
    def lacks(self) -> Node[str]:
        """What it does not say: limits.cpu, requests.memory …"""
        return self.node

    @fact
    def quota(self) -> Node[str]:
        """The name of the ResourceQuota."""
        return self._quota


class Excess(View):
    """A cluster that asks at its start for more than a ResourceQuota or ClusterQueue of the bundle
    has; its node is the name of the object of Ray's."""

    apart = True

    def __init__(
        self, node: Node[str], owner: Owner, resource: str, asked: str, allowed: Node[Any], of: str
    ) -> None:
        super().__init__(node, owner)
        self._resource = resource
        self._asked = asked
        self._allowed = allowed
        self._of = of

    @fact
    def kind(self) -> Node[str]:
        """The kind of the object of Ray's."""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """The name of the object of Ray's."""
        return self.node

    @fact
    def resource(self) -> Node[str]:
        """What there is too little of: requests.cpu, limits.memory, pods …"""
        return self.node.put(self._resource)

    @fact
    def asked(self) -> Node[str]:
        """How much its pods ask for at the start, at least."""
        return self.node.put(self._asked)

    @fact
    def allowed(self) -> Node[Any]:
        """How much there is."""
        return self._allowed

    @fact
    def quota(self) -> Node[str]:
        """The name of the ResourceQuota or ClusterQueue."""
        return self._allowed.put(self._of)


class OutOfRange(View):
    """An amount of a container's that a LimitRange of the namespace does not allow; its node is the
    amount, or what brings the container."""

    apart = True

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        container: Node[str],
        resource: str,
        amount: str,
        bound: Node[Any],
    ) -> None:
        super().__init__(node, owner)
        self._container = container
        self._resource = resource
        self._amount = amount
        self._bound = bound

    @fact
    def container(self) -> Node[str]:
        """The name of the container."""
        return self._container

    @fact
    def resource(self) -> Node[str]:
        """The name of the resource: cpu, memory …"""
        return self.node.put(self._resource)

    @fact
    def amount(self) -> Node[str]:
        """The amount, requested or as a limit."""
        return self.node.put(self._amount)

    @fact
    def side(self) -> Node[str]:
        """Which bound it breaks: min or max."""
        above = self._bound.parent
        return self._bound.put("" if above is None else str(above.key))

    @fact
    def bound(self) -> Node[Any]:
        """That bound."""
        return self._bound
