"""Variables of TLS and of tokens that workers have from `envFrom`, so that KubeRay's init container
does not. Not here: other variables, which that does without.

Source: KubeRay `controllers/ray/common/pod.go`, DefaultWorkerPodTemplate: `wait-gcs-ready` is given
`env` of Ray's container alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.effective.variables import named
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.unhandedvariable import UnhandedVariable
from raypolicy.inventory import Inventory
from raypolicy.tree import Node

_SPEAKING: Final = frozenset(("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_USE_TLS"))
_OFF: Final = ("", "0", "false", "False", "disabled")
_SOURCES: Final = {"configMapRef": "ConfigMap", "secretRef": "Secret"}


def unhanded(inventory: Inventory, clusters: Iterable[Cluster]) -> Iterator[UnhandedVariable]:
    """The first of each source, where the ConfigMap or Secret is in the bundle."""
    for cluster in clusters:
        if not cluster.owner.release.has("wait-gcs-ready"):
            continue
        for worker in cluster.workers:
            container = worker.pod.ray_container.node
            for source in container.get("envFrom").items():
                found = _found(inventory, cluster, source)
                if found is None or any(named(container, str(found[1].key))):
                    continue
                yield UnhandedVariable(found[0], cluster.owner, found[1], worker.name)


def _found(
    inventory: Inventory, cluster: Cluster, source: Node[Any]
) -> tuple[Node[str], Node[str]] | None:
    if not source.get("prefix").absent:
        return None
    for field, kind in _SOURCES.items():
        name = source.get(field, "name")
        if type(name.value) is not str:
            continue
        for each in inventory.named(kind, name.value, cluster.owner.resource.namespace):
            for part in ("data", "stringData"):
                for key, value in each.node.get(part).entries():
                    if key in _SPEAKING and value.value not in _OFF:
                        return name, value
    return None
