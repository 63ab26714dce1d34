"""Ray's own objects as a whole, and their version of the API. Not here: their specs (`cluster`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from raypolicy.effective import apiversion, names
from raypolicy.effective.origin import kept
from raypolicy.facts.setting import Setting
from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.tree import Node, Unknown
from raypolicy.values import Version, placeholder

OPERATOR: Final = "ray.io/kuberay-operator"


class PrunedField(View):
    """A field that only v1 has, in an object of v1alpha1; its node is the value."""

    def __init__(self, pruned: apiversion.Pruned, owner: Owner) -> None:
        super().__init__(pruned.node, owner)
        self._since = pruned.since

    @fact
    def name(self) -> Node[str]:
        """The name of the field."""
        return self.node.at_key(str(self.node.key))

    @fact
    def since(self) -> Node[Version]:
        """The release of KubeRay that brought the field in v1."""
        return self.node.at_key(self._since)


class RayObject(View):
    """A RayCluster, RayJob, RayService or RayCronJob as a whole."""

    fields = frozenset({"kind", "metadata", "spec"})

    @written
    def api_version(self) -> Node[str]:
        """The version of the API it is written for, `ray.io/v1` or `ray.io/v1alpha1`."""
        return self.node.get("apiVersion")

    @only_with("namespace")
    @written
    def namespace(self) -> Node[str]:
        """The namespace that is written in it."""
        return self.node.get("metadata", "namespace")

    @only_with("namespace")
    @fact
    def namespace_fault(self) -> Node[str]:
        """Why the API server refuses the namespace; absent if it doesn't."""
        return names.namespace_fault(self.node.get("metadata"))

    @fact
    def served(self) -> Node[bool]:
        """Whether this release of KubeRay has the kind in that version."""
        resource = self.owner.resource
        release = self.owner.release
        found = apiversion.served(resource.kind, resource.api_version, release)
        return self.node.get("apiVersion").put(found)

    @fact
    def served_version(self) -> Node[str]:
        """The newest version of the API in which this release of KubeRay has the kind."""
        resource, release = self.owner.resource, self.owner.release
        found = apiversion.newest(resource.kind, release)
        return self.node.get("apiVersion").put(found or Unknown("this KubeRay has no such kind"))

    @fact
    def pruned_fields(self) -> tuple[PrunedField, ...]:
        """The fields it has that only v1 knows, where it is written for v1alpha1."""
        found = apiversion.pruned(self.node, self.owner.release)
        return tuple(PrunedField(each, self.owner) for each in found)

    @only_with("managedBy")
    @fact
    def nested_managers(self) -> tuple[Setting, ...]:
        """`managedBy` of a cluster that the object makes, where that is not the operator itself."""
        found = self._of_clusters("managedBy")
        return tuple(each for each in found if each.node.value not in ("", OPERATOR))

    @only_with("suspend")
    @fact
    def nested_suspensions(self) -> tuple[Setting, ...]:
        """`suspend` of a cluster that the object makes."""
        return tuple(self._of_clusters("suspend"))

    def _of_clusters(self, name: str) -> Iterator[Setting]:
        """A field in the spec of the cluster that a RayJob, RayService or RayCronJob makes."""
        spec = self.node.get("spec")
        if not spec.get("clusterSelector").absent:
            return
        for key in (("rayClusterSpec",), ("rayClusterConfig",), ("jobTemplate", "rayClusterSpec")):
            field = kept(spec.get(*key), name)
            if field.known is not None and not placeholder(str(field.value)):
                yield Setting(field, self.owner)

    @fact
    def loses_fields(self) -> Node[bool]:
        """Whether there are any of those."""
        return self.node.get("apiVersion").put(bool(self.pruned_fields))
