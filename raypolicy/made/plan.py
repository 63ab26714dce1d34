"""A cluster as the operator has it before it makes pods and Services. Not here: what it makes."""

from __future__ import annotations

from typing import Any, NamedTuple

from raypolicy.made.parts import Part
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import Node


class Plan(NamedTuple):
    """A RayCluster after the API server has pruned and defaulted it.

    `creator` is the kind it was made for (RayCluster, RayJob, RayService). `metadata` has its name,
    namespace, labels and annotations, those handed down included; random letters in names
    are `xxxxx`. `place` is where things without a text of their own stand.
    """

    creator: str
    metadata: dict[str, Part]
    spec: dict[str, Part]
    place: Node[Any]
    release: KubeRayRelease
    gates: tuple[str, ...] = ()
