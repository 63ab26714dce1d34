"""What scales objects of Ray's from outside in a bundle. Not here: whether it can (rules)."""

from __future__ import annotations

from typing import Final

from raypolicy.bundle import RAY_KINDS, Bundle
from raypolicy.facts.scaler import Scaler
from raypolicy.facts.view import Owner

KINDS: Final = {
    "HorizontalPodAutoscaler": "scaleTargetRef",
    "ScaledObject": "scaleTargetRef",
    "VerticalPodAutoscaler": "targetRef",
}
"""Kinds that scale others, and the field that says whom."""


def scalers(bundle: Bundle, owner: Owner) -> tuple[Scaler, ...]:
    """Those whose target is of Ray's API; such an object speaks of Ray, so it has been parsed."""
    found: list[Scaler] = []
    for resource in bundle.resources:
        if resource.kind in KINDS:
            target = resource.node.get("spec", KINDS[resource.kind])
            version, kind = target.get("apiVersion").value, target.get("kind")
            ray = isinstance(version, str) and version.startswith("ray.io/")
            if ray and kind.value in RAY_KINDS:
                of = owner._replace(resource=resource)
                found.append(Scaler(kind, of, target.get("name")))
    return tuple(found)
