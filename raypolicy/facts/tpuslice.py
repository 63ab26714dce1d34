"""TPU slices: how many chips a replica of a worker group has to have. Not here: its pods (`pod`).

Source: GKE's labels for nodes with TPUs; Ray `python/ray/autoscaler/_private/kuberay/utils.py`,
tpu_node_selectors_to_type, which multiplies the numbers of a topology likewise.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from raypolicy.effective.logical import quantity
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node

TPU: Final = "google.com/tpu"
TOPOLOGY: Final = "cloud.google.com/gke-tpu-topology"


class TpuSlice(View):
    """The slice of TPUs that a replica of a worker group is; its node is the limit of chips."""

    def __init__(self, node: Node[Any], owner: Owner, nodes: Node[Any], hosts: Node[int]) -> None:
        super().__init__(node, owner)
        self._nodes, self._hosts = nodes, hosts

    @fact
    def topology(self) -> Node[str]:
        """Its form, `2x2x4`, as the node selector names it."""
        return self._nodes.get(TOPOLOGY)

    @fact
    def chips(self) -> Node[int]:
        """Chips of a slice of this form."""
        return self.topology.map(_product, "not the form of a slice")

    @fact
    def chips_a_host(self) -> Node[int]:
        """Chips that the Ray container of each pod is limited to; absent where it has none."""
        limit = quantity(self.node)
        if limit.known is None:
            return limit.put(limit.value)
        return limit.put(limit.known.ceil() or ABSENT)

    @fact
    def chips_of_hosts(self) -> Node[int]:
        """Chips of all pods of a replica together."""
        each, hosts = self.chips_a_host, self._hosts
        if each.known is None or hosts.known is None:
            return each if each.known is None else hosts.put(hosts.value)
        return hosts.put(each.known * hosts.known, each)


def _product(text: object) -> int | None:
    if (
        type(text) is not str
        or re.fullmatch("[1-9][0-9]{0,3}(x[1-9][0-9]{0,3}){1,2}", text) is None
    ):
        return None
    return math.prod(int(number) for number in text.split("x"))
