"""Pods of Ray's that get a sidecar of Istio's. Not here: which those are (`meshes`)."""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node


class Meshed(View):
    """A worker group whose pods get a sidecar of Istio's; its node is the group."""

    apart = True

    def __init__(self, node: Node[Any], owner: Owner, label: Node[str], mode: Node[str]) -> None:
        super().__init__(node, owner)
        self._label = label
        self._mode = mode

    @fact
    def name(self) -> Node[str]:
        """The name of the group."""
        return self.node.get("groupName")

    @fact
    def injection(self) -> Node[str]:
        """The label that asks for sidecars, of the Namespace or the pods."""
        return self._label

    @fact
    def mode(self) -> Node[str]:
        """The mode of the PeerAuthentication for the namespace or the mesh: STRICT."""
        return self._mode


class MeshedSubmitter(View):
    """A RayJob whose submitter's pod gets a sidecar of Istio's; its node is the job's name."""

    apart = True

    def __init__(self, node: Node[str], owner: Owner, label: Node[str]) -> None:
        super().__init__(node, owner)
        self._label = label

    @fact
    def name(self) -> Node[str]:
        """The name of the job."""
        return self.node

    @fact
    def injection(self) -> Node[str]:
        """The label that asks for sidecars, of the Namespace or the pod."""
        return self._label
