"""How Ray's autoscaler gets at Kubernetes. Not here: what it is allowed (`effective.access`)."""

from __future__ import annotations

from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import Node


class AutoscalerAccess(View):
    """The access of one cluster's autoscaler; its node is `enableInTreeAutoscaling`."""

    apart = True

    def __init__(
        self,
        node: Node[bool],
        owner: Owner,
        account: Node[str],
        switch: Node[bool],
        tokenless: Node[bool],
        taken: Node[str],
        lacks: Node[str],
    ) -> None:
        super().__init__(node, owner)
        self._account = account
        self._switch = switch
        self._tokenless = tokenless
        self._taken = taken
        self._lacks = lacks

    @fact
    def account(self) -> Node[str]:
        """The ServiceAccount of the head pod: the one that is written, else the one that the
        operator makes; unknown where its name is."""
        return self._account

    @fact
    def tokenless(self) -> Node[bool]:
        """`automountServiceAccountToken: false` of the head pod or of its ServiceAccount, which
        leaves the autoscaler without a token; absent where it gets one."""
        return self._tokenless

    @written
    def switch(self) -> Node[bool]:
        """The place of `automountServiceAccountToken` in the head pod."""
        return self._switch

    @fact
    def taken(self) -> Node[str]:
        """The name of a Role or RoleBinding of the bundle that is the RayCluster's, so that the
        operator makes none of its own; absent where there is none."""
        return self._taken

    @fact
    def lacks(self) -> Node[str]:
        """What the autoscaler must do and may not, by the Roles that are bound to its account here,
        where one of the operator's is left out; absent where nothing is missing."""
        return self._lacks
