"""Objects that will be there although no manifest has them. Not here: who names them.

Sources: KubeRay `controllers/ray/raycluster_controller.go`, reconcileAuthSecret,
reconcileAutoscalerServiceAccount, reconcileGcsFTPVC; the API references of what makes Secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.effective.names import check_name
from raypolicy.inventory import Inventory, may_share
from raypolicy.tree import Node
from raypolicy.values import placeholder

_EVERYWHERE: Final = frozenset(
    {
        ("ServiceAccount", "default"),
        ("ConfigMap", "kube-root-ca.crt"),
        ("ConfigMap", "openshift-service-ca.crt"),
        ("PriorityClass", "system-cluster-critical"),
        ("PriorityClass", "system-node-critical"),
    }
)
_NAMED_ALIKE: Final = ("metadata name",)
_MAKERS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "Secret": {
        "SealedSecret": ("spec template metadata name", "metadata name"),
        "ExternalSecret": ("spec target name", "metadata name"),
        "ClusterExternalSecret": ("spec externalSecretName", "metadata name"),
        "VaultStaticSecret": ("spec destination name",),
        "VaultDynamicSecret": ("spec destination name",),
        "VaultPKISecret": ("spec destination name",),
        "Certificate": ("spec secretName",),
        "SecretProviderClass": ("spec secretObjects * secretName",),
        "AWSSecret": _NAMED_ALIKE,
        "AzureKeyVaultSecret": ("spec output secret name",),
        "BitwardenSecret": ("spec secretName",),
        "InfisicalSecret": ("spec managedSecretReference secretName",),
        "DopplerSecret": ("spec managedSecret name",),
        "OnePasswordItem": _NAMED_ALIKE,
        "SopsSecret": ("spec secretTemplates * name",),
        "ObjectBucketClaim": _NAMED_ALIKE,
        "Bundle": _NAMED_ALIKE,
    },
    "ConfigMap": {"ObjectBucketClaim": _NAMED_ALIKE, "Bundle": _NAMED_ALIKE},
    "PersistentVolumeClaim": {"DataVolume": _NAMED_ALIKE, "ReplicationDestination": _NAMED_ALIKE},
}
"""What makes objects of a kind, and where it says their name: the first of the paths that leads to
one."""


class Unwritten:
    """The objects of a bundle that controllers make of it, or of nothing."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._made: dict[str, dict[str, list[str]]] = {}

    def has(self, kind: str, name: str, namespace: str) -> bool:
        """Whether there will be an object of a kind and name in a namespace."""
        if (kind, name) in _EVERYWHERE:
            return True
        if kind not in self._made:
            self._made[kind] = self._of_kind(kind)
        homes = self._made[kind].get(name, ())
        if any(may_share(kind, home, namespace) for home in homes):
            return True
        return kind == "PersistentVolumeClaim" and _is_of_set(name, namespace, self._inventory)

    def _of_kind(self, kind: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for maker, paths in _MAKERS.get(kind, {}).items():
            for resource in self._inventory.of_kind(maker):
                for name in _first(resource.node, paths):
                    # That of a ClusterExternalSecret lies in the namespaces that it selects.
                    home = "" if maker.startswith("Cluster") else resource.namespace
                    found.setdefault(name, []).append(home)
        for name, home in _of_ray(kind, self._inventory):
            found.setdefault(name, []).append(home)
        return found


def _of_ray(kind: str, inventory: Inventory) -> Iterator[tuple[str, str]]:
    """The names and namespaces of what is made for RayClusters."""
    if kind in ("Secret", "ServiceAccount", "PersistentVolumeClaim"):
        for cluster in inventory.of_kind("RayCluster"):
            name = _made_for(kind, cluster)
            if name is not None:
                yield check_name(name), cluster.namespace


def _is_of_set(name: str, namespace: str, inventory: Inventory) -> bool:
    """Whether a claim's name is what a StatefulSet makes of its own and that of a template."""
    parts = name.split("-")
    if len(parts) < 3 or not parts[-1].isdigit():
        return False
    for at in range(1, len(parts) - 1):
        template, owner = "-".join(parts[:at]), "-".join(parts[at:-1])
        for each in inventory.named("StatefulSet", owner, namespace):
            claims = each.node.get("spec", "volumeClaimTemplates").items()
            if any(claim.get("metadata", "name").value == template for claim in claims):
                return True
    return False


def _made_for(kind: str, cluster: Resource) -> str | None:
    spec = cluster.node.get("spec")
    if kind == "Secret":
        options = spec.get("authOptions")
        own = options.get("secretName").known
        off = options.absent or options.get("mode").value == "disabled"
        return None if own or off else cluster.name
    if kind == "ServiceAccount":
        named = spec.get("headGroupSpec", "template", "spec", "serviceAccountName").known
        asked = spec.get("enableInTreeAutoscaling").value is True
        return cluster.name if asked and not named else None
    backend = spec.get("gcsFaultToleranceOptions", "backend").value
    return f"{cluster.name}-gcs-pvc" if backend == "rocksdb" else None


def _first(node: Node[Any], paths: tuple[str, ...]) -> list[str]:
    """The names at the first of the paths that leads to any."""
    for path in paths:
        found = [node]
        for key in path.split():
            if key == "*":
                found = [item for each in found for item in each.items()]
            else:
                found = [each.get(key) for each in found]
        names = [each.value for each in found if type(each.value) is str]
        if names:
            return [name for name in names if not placeholder(name)]
    return []
