"""What Ray's pods may do to their nodes, where no Namespace of the bundle refuses it. Not here:
what gives a pod that (`effective.powers`).
"""

from __future__ import annotations

from collections.abc import Iterable

from raypolicy.around.confinements import enforced
from raypolicy.around.madepods import MadePods, namespace
from raypolicy.effective.podsecurity import RESTRICTED
from raypolicy.effective.powers import ROOT, powers
from raypolicy.facts.power import Power
from raypolicy.inventory import Inventory


def power_views(inventory: Inventory, pods: Iterable[MadePods]) -> tuple[Power, ...]:
    """Each setting that gives Ray's pods power over their nodes; one that several pods share, as
    an alias may, once."""
    levels = enforced(inventory)
    found: dict[tuple[int, int], Power] = {}
    for each in pods:
        level = levels.get(namespace(each.owner))
        for kind, place in powers(each.spec):
            refused = level is not None and (kind != ROOT or level.value == RESTRICTED)
            if not refused:
                span = place.span
                key = id(span.source), span.start
                found.setdefault(key, Power(place, each.owner, kind, each.name))
    return tuple(found.values())
