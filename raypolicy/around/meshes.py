"""Which pods of Ray's get a sidecar of Istio's: workers in a mesh that takes encrypted traffic
alone, submitters. Not here: what becomes of them (rules).

Source: https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/ and
https://istio.io/latest/docs/reference/config/security/peer_authentication/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.facts.cluster import Cluster
from raypolicy.facts.job import Job
from raypolicy.facts.mesh import Meshed, MeshedSubmitter
from raypolicy.inventory import Inventory
from raypolicy.tree import Node

PEERS: Final = "PeerAuthentication"
_ROOT: Final = "istio-system"
"""The namespace whose policies hold for the whole mesh, by default."""
_OPT_OUT: Final = "sidecar.istio.io/inject"


def meshes(inventory: Inventory, clusters: Iterable[Cluster]) -> Iterator[Meshed]:
    """The worker groups that get a sidecar, by the label of their Namespace or their own, where a
    policy for the namespace or for the mesh is STRICT.
    """
    labels = _injecting(inventory)
    strict = dict(_strict(inventory))
    for cluster in clusters:
        namespace = cluster.owner.resource.namespace
        mode = strict.get(namespace, strict.get(_ROOT))
        if mode is not None:
            for group in cluster.workers:
                label = _asked(group.pod.metadata, labels.get(namespace))
                if label is not None:
                    yield Meshed(group.node, group.owner, label, mode)


def meshed_submitters(inventory: Inventory, jobs: Iterable[Job]) -> Iterator[MeshedSubmitter]:
    """The RayJobs whose submitter gets a sidecar, by the label of their Namespace or its own."""
    labels = _injecting(inventory)
    for job in jobs:
        if job.submission_mode.value == "K8sJobMode":
            metadata = job.field("submitterPodTemplate").get("metadata")
            label = _asked(metadata, labels.get(job.owner.resource.namespace))
            if label is not None:
                yield MeshedSubmitter(job.name, job.owner, label)


def _asked(metadata: Node[Any], label: Node[str] | None) -> Node[str] | None:
    """The label that asks for a sidecar; None where none does, the pods are left out, or the
    Namespace is.
    """
    opted = [metadata.get(form, _OPT_OUT) for form in ("labels", "annotations")]
    if any(not each.absent and each.value not in ("true", True) for each in opted):
        return None
    if label is not None and label.value == "disabled":
        return None
    return label if opted[0].absent or label is not None else opted[0]


def _injecting(inventory: Inventory) -> dict[str, Node[str]]:
    """The labels of Namespaces that say whether pods get a sidecar."""
    found: dict[str, Node[str]] = {}
    for resource in inventory.of_kind("Namespace"):
        labels = resource.node.get("metadata", "labels")
        asked, revision = labels.get("istio-injection"), labels.get("istio.io/rev")
        if asked.value in ("enabled", "disabled"):
            found[resource.name] = asked
        elif asked.absent and isinstance(revision.known, str):
            found[resource.name] = revision
    return found


def _strict(inventory: Inventory) -> Iterator[tuple[str, Node[str]]]:
    for resource in inventory.of_kind(PEERS):
        spec = resource.node.get("spec")
        mode = spec.get("mtls", "mode")
        if mode.value == "STRICT" and spec.get("selector").absent and resource.namespace:
            yield resource.namespace, mode
