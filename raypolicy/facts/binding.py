"""Names in RoleBindings and ClusterRoleBindings that are for ServiceAccounts of Ray's pods. Not
here: looking them up (`bindings`).
"""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class BoundName(View):
    """A name in a RoleBinding or ClusterRoleBinding, of a subject or of the role; its node is where
    it is written."""

    apart = True

    def __init__(
        self, node: Node[str], owner: Owner, kind: str, nearest: Node[str], elsewhere: Node[str]
    ) -> None:
        super().__init__(node, owner)
        self._kind = kind
        self._nearest = nearest
        self._elsewhere = elsewhere

    @fact
    def binding(self) -> Node[str]:
        """The kind of the object that it stands in."""
        return self.owner.resource.node.get("kind")

    @fact
    def binding_name(self) -> Node[str]:
        """The name of that object."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def kind(self) -> Node[str]:
        """What it names: ServiceAccount, Role or ClusterRole."""
        return self.node.put(self._kind)

    @fact
    def name(self) -> Node[str]:
        """The name."""
        return self.node

    @fact
    def nearest(self) -> Node[str]:
        """The name that is probably meant, where the bundle has none of this one: a ServiceAccount
        that Ray's pods run as, or a role."""
        return self._nearest

    @fact
    def elsewhere(self) -> Node[str]:
        """The namespace of the only object here that has the name, where it is not the one that the
        binding looks in."""
        return self._elsewhere
