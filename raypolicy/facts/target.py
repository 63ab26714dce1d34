"""What the manifests are judged for: the releases and gates that the user named."""

from __future__ import annotations

from raypolicy.facts.view import View, fact
from raypolicy.tree import ABSENT, Node, placeless
from raypolicy.values import Version


class Target(View):
    """The cluster the manifests are meant for."""

    @fact
    def kuberay(self) -> Node[Version]:
        """Release of the KubeRay operator."""
        return placeless(self.owner.release.version)

    @fact
    def lowest_ray(self) -> Node[Version]:
        """The lowest Ray that this release of KubeRay supports, if that is known."""
        lowest = self.owner.release.lowest_ray
        return placeless(ABSENT if lowest is None else lowest)

    @fact
    def kubernetes(self) -> Node[Version]:
        """Release of Kubernetes, if the user named one."""
        named = self.owner.kubernetes
        return placeless(ABSENT if named is None else named)

    @fact
    def feature_gates(self) -> Node[tuple[str, ...]]:
        """Feature gates of the operator that are on."""
        return placeless(self.owner.gates)
