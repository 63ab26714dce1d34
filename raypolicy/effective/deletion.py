"""What a RayJob's deletion policies say. Not here: which of them are refused (rules).

Source: KubeRay `apis/ray/v1/rayjob_types.go`, DeletionStrategy; `controllers/ray/utils/
validation.go`, validateDeletionConfiguration and what it calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.effective.origin import is_alpha, kept
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown

GATE: Final = "RayJobDeletionPolicy"
OF_CLUSTERS: Final = ("DeleteCluster", "DeleteWorkers")
"""Policies that delete what a selected cluster's owner may still need."""
ORDER: Final = ("DeleteWorkers", "DeleteCluster", "DeleteSelf")
"""Each deletes what the ones before it do, and more; so none may come earlier than those."""


class Entry(NamedTuple):
    """An entry of deletionRules: policy, the status it waits for, seconds after that."""

    node: Node[Any]
    policy: Node[str]
    status: Node[str]
    ttl: Node[int]


def written(spec: Node[Any], release: KubeRayRelease) -> Node[Any]:
    """The field of a release; absent where API or operator have none."""
    if release.has("deletion-strategy"):
        return kept(spec, "deletionStrategy")
    if release.has("deletion-policy-field") and not is_alpha(spec):
        return spec.get("deletionPolicy")
    return spec.put(ABSENT)


def entries(strategy: Node[Any]) -> Iterator[Entry]:
    """The deletion rules of a strategy."""
    if type(strategy.value) is not dict:
        return
    for node in strategy.get("deletionRules").items():
        condition = node.get("condition")
        job, deployment = condition.get("jobStatus"), condition.get("jobDeploymentStatus")
        status = job if deployment.absent else deployment
        if job.absent == deployment.absent:
            status = condition.put(Unknown("there is not exactly one status"))
        ttl = condition.get("ttlSeconds")
        ttl = ttl.put(0, how=DEFAULTED) if ttl.absent else ttl
        yield Entry(node, node.get("policy"), status, ttl)


def halves(strategy: Node[Any]) -> Iterator[Node[str]]:
    """The policies of the older fields: for success and for failure, or the one for both."""
    if type(strategy.value) is str:
        yield strategy
    elif type(strategy.value) is dict:
        for name in ("onSuccess", "onFailure"):
            yield strategy.get(name, "policy")
