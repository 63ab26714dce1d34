"""Names in RoleBindings and ClusterRoleBindings that are for ServiceAccounts of Ray's pods. Not
here: looking them up (`bindings`).
"""

from __future__ import annotations

from raypolicy.facts.sought import SoughtName
from raypolicy.facts.view import Owner, fact, written
from raypolicy.tree import ABSENT, Node, placeless


class BoundName(SoughtName):
    """A name in a RoleBinding or ClusterRoleBinding: of a subject that is a ServiceAccount of Ray's
    pods, or of the role."""

    def __init__(
        self, node: Node[str], owner: Owner, kind: str, nearest: Node[str], elsewhere: Node[str]
    ) -> None:
        super().__init__(node, owner, kind, nearest)
        self._elsewhere = elsewhere

    @fact
    def binding(self) -> Node[str]:
        """The kind of the object that it stands in."""
        return self.owner.resource.node.get("kind")

    @fact
    def binding_name(self) -> Node[str]:
        """The name of that object."""
        return self.owner.resource.node.get("metadata", "name")

    @written
    def namespace(self) -> Node[str]:
        """The namespace that is written beside the name; absent for a role, which can have none."""
        subject = self.node.parent
        if subject is None or self.kind.value != "ServiceAccount":
            return placeless(ABSENT)
        return subject.get("namespace")

    @fact
    def elsewhere(self) -> Node[str]:
        """The namespace of the only object here that has the name, where it is not the one that the
        binding looks in."""
        return self._elsewhere
