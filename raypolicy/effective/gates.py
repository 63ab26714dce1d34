"""What the operator admits by rayVersion, and how it reads it. Not here: probes (`probes`).

Source: KubeRay `controllers/ray/utils/validation.go`, ValidateRayClusterSpec and
validateWorkerGroupPriority; `util.go`, IsAuthEnabled; ParseGeneric of k8s.io/apimachinery.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from raypolicy.effective.origin import kept
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import DEFAULTED, Node
from raypolicy.values import Version

GATES: Final = (
    "RayClusterStatusConditions",
    "RayJobDeletionPolicy",
    "RayMultiHostIndexing",
    "RayServiceIncrementalUpgrade",
    "RayCronJob",
    "AsyncJobInfoQuery",
    "SidecarSubmitterRestart",
    "RayClusterNetworkPolicy",
    "GCSFaultToleranceEmbeddedStorage",
    "RayClusterMTLS",
    "RayClusterHistoryServer",
    "KubernetesWAS",
)
"""The feature gates of all releases; the operator stops at any other. Source: KubeRay
`pkg/features/features.go` at each tag."""
_GENERIC: Final = r"\s*v?(0|[1-9][0-9]*)\.([0-9]+)(?:\.([0-9]+))?"
INCREMENTAL: Final = "NewClusterWithIncrementalUpgrade"
TOKEN_AUTH: Final = (2, 52)
_K8S_TOKEN_AUTH: Final = (2, 55)
_PRIORITY: Final = (2, 56)


class Demand(NamedTuple):
    """Something that is refused unless rayVersion names at least this release."""

    node: Node[Any]
    what: str
    ray: tuple[int, int]


def read(text: str) -> Version | None:
    """The release that KubeRay reads in a rayVersion; None where it gives up."""
    found = re.match(_GENERIC, text)
    if found is None or "\n" in text[found.end() :]:
        return None
    return Version.parse(".".join((part or "").lstrip("0") or "0" for part in found.groups()))


def token_auth(spec: Node[Any], release: KubeRayRelease) -> Node[bool]:
    """Whether Ray asks for a token: where `mode` says so in an API version that has the field."""
    mode = kept(spec, "authOptions").get("mode")
    if mode.absent or not release.has("token-auth"):
        return mode.put(False, how=DEFAULTED)
    return mode.map(lambda value: value == "token", "")


def incremental_upgrade(spec: Node[Any], release: KubeRayRelease, gates: Iterable[str]) -> bool:
    """Whether a RayService moves its traffic to a new cluster step by step; where its feature gate
    is off the operator does as if the strategy were None.
    """
    on = release.has("incremental-upgrade-gate") or "RayServiceIncrementalUpgrade" in gates
    return on and kept(spec, "upgradeStrategy").get("type").value == INCREMENTAL


def runs_cronjobs(gates: Iterable[str]) -> bool:
    """Whether the operator works on RayCronJobs; the gate is off by default in every release."""
    return "RayCronJob" in gates


def demands(spec: Node[Any], release: KubeRayRelease) -> Iterator[Demand]:
    """What is written in a cluster's spec that depends on rayVersion."""
    options = spec.get("authOptions")
    if not options.absent and token_auth(spec, release).value is True:
        yield Demand(options.get("mode"), "authOptions.mode: token", TOKEN_AUTH)
        by_kubernetes = options.get("enableK8sTokenAuth")
        if by_kubernetes.value is True and release.has("k8s-token-auth"):
            yield Demand(by_kubernetes, "authOptions.enableK8sTokenAuth", _K8S_TOKEN_AUTH)
    if not release.has("group-priority"):
        return
    for group in spec.get("workerGroupSpecs").items():
        priority = kept(group, "priority")
        if type(priority.value) is int and priority.value:
            yield Demand(priority, "the priority of a worker group", _PRIORITY)
