"""Which worker groups are in a mesh of Istio's that takes encrypted traffic alone. Not here: what
becomes of them (rules).

Source: https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/ and
https://istio.io/latest/docs/reference/config/security/peer_authentication/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from raypolicy.facts.cluster import Cluster
from raypolicy.facts.mesh import Meshed
from raypolicy.inventory import Inventory
from raypolicy.tree import Node

PEERS: Final = "PeerAuthentication"
_ROOT: Final = "istio-system"
"""The namespace whose policies hold for the whole mesh, by default."""
_OPT_OUT: Final = "sidecar.istio.io/inject"


def meshes(inventory: Inventory, clusters: Iterable[Cluster]) -> Iterator[Meshed]:
    """The worker groups that get a sidecar by the label of their Namespace, where a policy for the
    namespace or for the mesh is STRICT.
    """
    labels = dict(_injecting(inventory))
    strict = dict(_strict(inventory))
    for cluster in clusters:
        namespace = cluster.owner.resource.namespace
        label, mode = labels.get(namespace), strict.get(namespace, strict.get(_ROOT))
        if label is None or mode is None:
            continue
        for group in cluster.workers:
            metadata = group.pod.metadata
            opted = [metadata.get(form, _OPT_OUT) for form in ("labels", "annotations")]
            if all(each.absent or each.value in ("true", True) for each in opted):
                yield Meshed(group.node, group.owner, label, mode)


def _injecting(inventory: Inventory) -> Iterator[tuple[str, Node[str]]]:
    for resource in inventory.of_kind("Namespace"):
        labels = resource.node.get("metadata", "labels")
        asked = labels.get("istio-injection")
        revision = labels.get("istio.io/rev")
        if asked.value == "enabled" or (asked.absent and isinstance(revision.known, str)):
            yield resource.name, revision if asked.absent else asked


def _strict(inventory: Inventory) -> Iterator[tuple[str, Node[str]]]:
    for resource in inventory.of_kind(PEERS):
        spec = resource.node.get("spec")
        mode = spec.get("mtls", "mode")
        if mode.value == "STRICT" and spec.get("selector").absent and resource.namespace:
            yield resource.namespace, mode
