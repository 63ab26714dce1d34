"""The names of what the operator makes. Not here: where they are used.

Source: KubeRay `controllers/ray/utils/util.go`, GenerateHeadServiceName, GenerateServeServiceName,
GenerateRayClusterName, CheckName.
"""

from __future__ import annotations

from typing import Any

from raypolicy.effective.origin import kept
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, Node, Unknown

_LONGEST = 50


def check_name(text: str) -> str:
    """CheckName: the last 50 characters, and an `r` for a first one that no name may begin with."""
    text = text[-_LONGEST:]
    return f"r{text[1:]}" if text and not text[0].isalpha() else text


def head_service(
    kind: str, owner: Node[str], head: Node[Any], release: KubeRayRelease
) -> Node[str]:
    """The head Service that stays the same for the life of the resource.

    For a RayCluster a name under headService wins; a RayService and (from 1.5 on) a RayJob have one
    of their own name beside that of the cluster they make. Those of a RayCronJob are random.
    """
    if kind == "RayCronJob":
        return owner.put(Unknown("RayCronJob adds random letters to the names of its RayJobs"))
    if kind == "RayJob" and not release.has("rayjob-head-service"):
        return owner.put(ABSENT)
    custom = head.get("headService", "metadata", "name")
    if kind == "RayCluster" and custom.value not in (ABSENT, ""):
        return custom
    return _named(owner, "-head-svc", release)


def serve_service(
    kind: str, owner: Node[str], resource: Node[Any], release: KubeRayRelease
) -> Node[str]:
    """The Service for Serve: of a RayService, or of a RayCluster annotated for one; else absent."""
    if kind == "RayService":
        strategy = kept(resource.get("spec"), "upgradeStrategy").get("type")
        if strategy.value == "NewClusterWithIncrementalUpgrade":
            return strategy.put(Unknown("it bears the name of the cluster of the moment"))
        custom = resource.get("spec", "serveService", "metadata", "name")
        return custom if custom.value not in (ABSENT, "") else _named(owner, "-serve-svc", release)
    asked = resource.get("metadata", "annotations", "ray.io/enable-serve-service")
    if kind == "RayCluster" and asked.value == "true":
        return _named(owner, "-serve-svc", release)
    return asked.put(ABSENT)


def cluster(kind: str, owner: Node[str]) -> Node[str]:
    """The RayCluster itself: what is written, or unknown where the operator adds random letters."""
    if kind == "RayCluster":
        return owner
    return owner.put(Unknown(f"{kind} adds random letters to the name of its cluster"))


def _named(owner: Node[str], ending: str, release: KubeRayRelease) -> Node[str]:
    def name(text: str) -> str:
        full = f"{text}{ending}"
        return check_name(full) if release.has("truncated-names") else full

    made = owner.map(name, "")
    return made.put(made.value) if made.known is not None else made
