"""A cluster's `authOptions`. Not here: the Ray that they need (`declared`)."""

from __future__ import annotations

from typing import Any

from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.tree import ABSENT, Node


class Authentication(View):
    """`authOptions` of a cluster, where API and operator have them."""

    fields = frozenset({"enableK8sTokenAuth", "mode", "secretName"})

    def __init__(self, node: Node[Any], owner: Owner, token: Node[bool]) -> None:
        super().__init__(node, owner)
        self._token = token

    @only_with("enableK8sTokenAuth")
    @fact
    def kubernetes_tokens(self) -> Node[bool]:
        """enableK8sTokenAuth of a RayCluster, if it is on; absent elsewhere, for a RayJob or
        RayService may not have it at all."""
        written = self.field("enableK8sTokenAuth")
        alone = self.owner.resource.kind == "RayCluster"
        return written if alone and written.value is True else written.put(ABSENT)

    @fact
    def asks_for_token(self) -> Node[bool]:
        """Whether the mode is `token`."""
        return self._token

    @only_with("secretName")
    @fact
    def secret(self) -> Node[str]:
        """The name of the Secret that has the token; absent where that is empty."""
        name = self.field("secretName")
        return name.put(ABSENT) if name.value == "" else name
