"""What writes manifests to the cluster again and again. Not here: which it writes (`healings`)."""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class Healing(View):
    """An Application of Argo CD or a Kustomization of Flux that puts a RayCluster back to what is
    written; its node is the first `replicas` of the cluster's worker groups."""

    apart = True

    def __init__(self, node: Node[int], owner: Owner, healer: Node[str], name: Node[str]) -> None:
        super().__init__(node, owner)
        self._healer = healer
        self._name = name

    @fact
    def kind(self) -> Node[str]:
        """Application, ApplicationSet or Kustomization."""
        return self._healer

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self._name

    @fact
    def cluster(self) -> Node[str]:
        """The name of the RayCluster."""
        return self.owner.resource.node.get("metadata", "name")


class Rerun(View):
    """An Application of Argo CD or a Kustomization of Flux that makes a RayJob anew when it is
    gone; its node is the policy by which the RayJob deletes itself."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, healer: Node[str], name: Node[str]) -> None:
        super().__init__(node, owner)
        self._healer = healer
        self._name = name

    @fact
    def kind(self) -> Node[str]:
        """Application, ApplicationSet or Kustomization."""
        return self._healer

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self._name

    @fact
    def job(self) -> Node[str]:
        """The name of the RayJob."""
        return self.owner.resource.node.get("metadata", "name")
