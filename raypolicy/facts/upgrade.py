"""How a RayService changes to a new cluster: `upgradeStrategy`. Not here: what it makes for it.

Source: KubeRay `controllers/ray/utils/validation.go`, ValidateClusterUpgradeOptions; `util.go`,
IsIncrementalUpgradeEnabled.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.facts.setting import Setting
from raypolicy.facts.view import View, fact
from raypolicy.tree import ABSENT, DEFAULTED, Node

INCREMENTAL: Final = "NewClusterWithIncrementalUpgrade"
GATE: Final = "RayServiceIncrementalUpgrade"
_PERCENTAGES: Final = ("maxSurgePercent", "stepSizePercent")


class Upgrade(View):
    """`upgradeStrategy` of a RayService."""

    fields = frozenset({"clusterUpgradeOptions", "type"})

    @fact
    def has_gate(self) -> Node[bool]:
        """Whether the operator's feature gate for incremental upgrades is on: by default, from 1.7
        on."""
        on = self.owner.release.has("incremental-upgrade-gate") or GATE in self.owner.gates
        return self.node.at_key(on)

    @fact
    def is_known_incremental(self) -> Node[bool]:
        """Whether the type is the one that moves traffic step by step, and this release of KubeRay
        has that."""
        has = self.owner.release.has("incremental-upgrade")
        return self.field("type").map(
            lambda value: (has and value == INCREMENTAL) if type(value) is str else None, "no text"
        )

    @fact
    def is_incremental(self) -> Node[bool]:
        """Whether it is, and the operator does so."""
        known = self.is_known_incremental
        return known if known.value is not True else known.put(self.has_gate.value)

    @fact
    def percentages(self) -> tuple[Setting, ...]:
        """The percentages among the options."""
        options = self.field("clusterUpgradeOptions")
        found = (options.get(name) for name in _PERCENTAGES)
        return tuple(Setting(node, self.owner) for node in found if not node.absent)

    @fact
    def max_surge(self) -> Node[int]:
        """maxSurgePercent; 100 by default."""
        written = self.field("clusterUpgradeOptions").get("maxSurgePercent")
        return written.put(100, how=DEFAULTED) if written.absent else written

    @fact
    def step_size(self) -> Node[int]:
        """stepSizePercent, if it and maxSurgePercent are percentages."""
        step = self.field("clusterUpgradeOptions").get("stepSizePercent")
        both = all(_is_percentage(node) for node in (step, self.max_surge))
        return step if both else step.put(step.value if step.unknown else ABSENT)


def _is_percentage(node: Node[Any]) -> bool:
    return type(node.value) is int and 0 <= node.value <= 100
