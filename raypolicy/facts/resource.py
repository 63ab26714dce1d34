"""Resources: any object of a bundle, by its kind and name."""

from __future__ import annotations

from raypolicy.facts.view import View, fact
from raypolicy.tree import Node


class ResourceView(View):
    """An object of a bundle; every field it has may be named."""

    open = True

    @fact
    def name(self) -> Node[str]:
        """metadata.name."""
        return self.node.get("metadata", "name")

    @fact
    def namespace(self) -> Node[str]:
        """metadata.namespace, where one is written."""
        return self.node.get("metadata", "namespace")

    @fact
    def is_ray(self) -> Node[bool]:
        """Whether KubeRay's operator looks after it."""
        return self.node.get("kind").put(self.owner.resource.is_ray)
