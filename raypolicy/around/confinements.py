"""Which of Ray's pods are in a Namespace of the bundle that enforces a Pod Security Standard. Not
here: what the standards say (`effective.podsecurity`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from raypolicy.around.madepods import MadePods, namespace
from raypolicy.effective.podsecurity import BASELINE, OLDEST, RESTRICTED
from raypolicy.facts.confinement import Confinement
from raypolicy.inventory import Inventory
from raypolicy.tree import ABSENT, Node
from raypolicy.values import Version

ENFORCE: Final = "pod-security.kubernetes.io/enforce"


def confinements(inventory: Inventory, pods: Iterable[MadePods]) -> tuple[Confinement, ...]:
    """The pods whose namespace is written and enforces a standard here."""
    levels = enforced(inventory)
    if not levels:
        return ()
    return tuple(
        Confinement(each.spec, each.owner, each.place.put(each.name), level, each.added)
        for each in pods
        if (level := levels.get(namespace(each.owner))) is not None
    )


def enforced(inventory: Inventory) -> dict[str, Node[str]]:
    """The standards by namespace; a Namespace that is written twice counts for nothing."""
    found: dict[str, Node[str]] = {}
    seen: Counter[str] = Counter()
    for resource in inventory.of_kind("Namespace"):
        seen[resource.name] += 1
        labels = resource.node.get("metadata", "labels")
        level = labels.get(ENFORCE)
        if level.value in (BASELINE, RESTRICTED) and _known(labels.get(f"{ENFORCE}-version").value):
            found[resource.name] = level
    return {name: level for name, level in found.items() if name and seen[name] == 1}


def _known(version: object) -> bool:
    """Whether the checks of that version of the standards are those that are known here."""
    if version is ABSENT or version == "latest":
        return True
    parsed = Version.parse(version.removeprefix("v")) if isinstance(version, str) else None
    return parsed is not None and parsed.minor >= OLDEST
