"""The names of resources and Services. Not here: names of pods and the rest (`derived`).

Source: KubeRay `controllers/ray/utils/util.go`, GenerateHeadServiceName, GenerateServeServiceName,
GenerateRayClusterName, CheckName; `validation.go` beside it, the functions that validate metadata.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from raypolicy import kubenames
from raypolicy.effective.origin import kept
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import plain_text

_LONGEST: Final = 50
_SHORT: Final = _LONGEST - len("-raycluster-xxxxx-head-ingress")
_RANDOM: Final = 5
"""Letters that the API server puts behind a generateName."""


def may_cut(owner: object) -> bool:
    """Whether a name that is made from the resource's could lose its front: not from a short one
    that begins with a letter.
    """
    return type(owner) is not str or len(owner) > _SHORT or not owner[:1].isalpha()


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
    """The Service for Serve: of a RayService, or of a RayCluster annotated for one; else absent. A
    RayJob hands the annotation down.
    """
    if kind == "RayService":
        strategy = kept(resource.get("spec"), "upgradeStrategy").get("type")
        if strategy.value == "NewClusterWithIncrementalUpgrade":
            return strategy.put(Unknown("it bears the name of the cluster of the moment"))
        custom = resource.get("spec", "serveService", "metadata", "name")
        return custom if custom.value not in (ABSENT, "") else _named(owner, "-serve-svc", release)
    asked = resource.get("metadata", "annotations", "ray.io/enable-serve-service")
    if kind in ("RayCluster", "RayJob") and asked.value == "true":
        return _named(cluster(kind, owner), "-serve-svc", release)
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


# What a resource may be called


def longest(kind: str, release: KubeRayRelease) -> int | None:
    """The most characters of a name that the operator makes something of; None for no limit.

    The limit of a RayCronJob's is that of the RayJobs it makes, `-` and five letters longer than it
    in 1.6; from 1.7 on the RayCronJob is refused itself.
    """
    if kind == "RayCronJob":
        return 36 if release.has("cronjob-name-limit") else 41
    if not release.has("checked-names"):
        return None
    return {"RayCluster": 53, "RayJob": 47, "RayService": 47}.get(kind)


def length(metadata: Node[Any]) -> Node[int]:
    """Characters of the name, or of what a generateName becomes."""
    if _is_generated(metadata):
        return written(metadata.get("generateName")).map(_length_generated, "")
    return written(metadata.get("name")).map(len, "")


def fault(metadata: Node[Any]) -> Node[str]:
    """Why the API server refuses the name, which must be a DNS subdomain; absent if it doesn't."""
    return _said(metadata, kubenames.subdomain_fault)


def namespace_fault(metadata: Node[Any]) -> Node[str]:
    """Why the API server refuses the namespace, which must be a DNS label; absent if it doesn't."""
    node = written(metadata.get("namespace"))
    if not node.known:
        return node.put(ABSENT) if node.value == "" else node
    said = kubenames.dns_label_fault(node.known)
    return node.put(ABSENT if said is None else said)


def misfit(metadata: Node[Any]) -> Node[str]:
    """Why a name that the API server takes is no DNS-1035 label, apart from its length."""
    return _said(metadata, _misfit)


def refused(kind: str, metadata: Node[Any], release: KubeRayRelease) -> bool:
    """Whether the operator refuses the name, for its length or for its characters."""
    most, characters = longest(kind, release), length(metadata).known
    if most is not None and characters is not None and characters > most:
        return True
    return release.has("checked-names") and misfit(metadata).known is not None


def _misfit(text: str) -> str | None:
    if kubenames.subdomain_fault(text) is not None:
        return None
    return kubenames.spelling_fault(text)


def _said(metadata: Node[Any], why: Callable[[str], str | None]) -> Node[str]:
    generated = _is_generated(metadata)
    node = written(metadata.get("generateName" if generated else "name"))
    if node.known is None:
        return node
    said = why(f"{node.known}xxxxx" if generated else node.known)
    return node.put(ABSENT if said is None else said)


def _is_generated(metadata: Node[Any]) -> bool:
    name = metadata.get("name")
    return name.absent or (name.value == "" and not metadata.get("generateName").absent)


def written(node: Node[Any]) -> Node[str]:
    """A name as it is written; unknown where it is no text, or has yet to be filled in."""
    return node.map(plain_text, "not a text")


def _length_generated(prefix: str) -> int:
    return len(prefix) + _RANDOM
