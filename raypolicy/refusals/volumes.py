"""Volumes of pods: their names and sources. Not here: `projections`, `claims`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from raypolicy.kubenames import subdomain_fault
from raypolicy.refusals.claims import ephemeral
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    backsteps,
    choice,
    descending,
    empty,
    mappings,
    name,
    text,
    within,
)
from raypolicy.refusals.projections import item_faults, items, mode, projected
from raypolicy.values import Quantity

_RANKS: Final[Mapping[str, int]] = {
    source: rank
    for rank, source in enumerate(
        """emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs
        iscsi glusterfs flocker persistentVolumeClaim rbd cinder cephfs quobyte downwardAPI
        fc flexVolume configMap azureFile vsphereVolume photonPersistentDisk portworxVolume
        azureDisk storageos projected scaleIO csi ephemeral image""".split()
    )
}
"""Sources in the order in which Kubernetes looks for them."""
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "hostPath": ("path",),
    "gitRepo": ("repository",),
    "gcePersistentDisk": ("pdName",),
    "awsElasticBlockStore": ("volumeID",),
    "secret": ("secretName",),
    "nfs": ("server", "path"),
    "glusterfs": ("endpoints", "path"),
    "persistentVolumeClaim": ("claimName",),
    "rbd": ("image",),
    "cinder": ("volumeID",),
    "quobyte": ("registry", "volume"),
    "flexVolume": ("driver",),
    "configMap": ("name",),
    "azureFile": ("secretName", "shareName"),
    "vsphereVolume": ("volumePath",),
    "photonPersistentDisk": ("pdID",),
    "portworxVolume": ("volumeID",),
    "azureDisk": ("diskName", "diskURI"),
    "scaleIO": ("gateway", "system", "volumeName"),
    "storageos": ("volumeName",),
    "iscsi": ("targetPortal", "iqn"),
    "csi": ("driver",),
}
_UNASKED: Final = frozenset(
    {
        ("secret", "secretName"),
        ("configMap", "name"),
        ("scaleIO", "volumeName"),
        ("storageos", "volumeName"),
    }
)
"""Those of them without which the schema, which asks for all others, lets a volume pass."""
_HOST_TYPES: Final = tuple(
    "DirectoryOrCreate Directory FileOrCreate File Socket CharDevice BlockDevice".split()
)
_PULLS: Final = ("Always", "IfNotPresent", "Never")


def check(spec: Written, alone: bool) -> Faults:
    """Of a pod's spec; `alone` as in `containers`."""
    for volume, at in mappings(spec, "volumes", ()):
        if volume.get("name") == "":
            yield Fault((*at, "name"), "volume name", "is empty")
        yield from name(volume, "name", at, "volume name")
        given = [key for key in volume if key in _RANKS and volume[key] is not None]
        given.sort(key=_RANKS.__getitem__)
        for key in given[:1]:  # without any it is an emptyDir
            yield from _source(volume[key], key, (*at, key), alone)
        for other in given[1:]:
            yield Fault((*at, other), "source count", f"stands beside {given[0]}")


def _source(source: object, kind: str, at: Path, alone: bool) -> Faults:
    if type(source) is not dict:
        return
    for key in _NEEDED.get(kind, ()):
        if source.get(key) is not None or (kind, key) in _UNASKED:
            yield from empty(source, key, at, "source")
    yield from mode(source, "defaultMode", at)
    for item, place in items(source, at) if kind in ("secret", "configMap") else ():
        yield from item_faults(item, place)
    if kind == "emptyDir":
        size = Quantity.parse(source.get("sizeLimit"))
        if size is not None and size.nano < 0:
            yield Fault((*at, "sizeLimit"), "source", "is less than nothing")
    elif kind == "hostPath":
        said = backsteps(source.get("path"))
        if said is not None:
            yield Fault((*at, "path"), "source", said)
        yield from choice(source, "type", _HOST_TYPES, at, "source")
    elif kind == "nfs":
        path = text(source.get("path"))
        if path and not path.startswith("/"):
            yield Fault((*at, "path"), "source", "does not begin with a slash")
    elif kind == "gitRepo":
        said = descending(source.get("directory"))
        if said is not None:
            yield Fault((*at, "directory"), "source", said)
    elif kind in ("gcePersistentDisk", "awsElasticBlockStore"):
        yield from within(source, "partition", at, "source", 0, 255)
    elif kind == "fc" and bool(source.get("targetWWNs")) == bool(source.get("wwids")):
        yield Fault(at, "source", "needs either targetWWNs or wwids")
    elif kind == "flocker" and bool(source.get("datasetName")) == bool(source.get("datasetUUID")):
        yield Fault(at, "source", "needs either datasetName or datasetUUID")
    elif kind in ("rbd", "cephfs") and source.get("monitors") == []:
        yield Fault((*at, "monitors"), "source", "is empty")
    elif kind == "csi":
        yield from _csi(source, at)
    elif kind == "ephemeral":
        yield from ephemeral(source, at)
    elif kind == "image":
        if alone:
            yield from empty(source, "reference", at, "source")
        yield from choice(source, "pullPolicy", _PULLS, at, "source")
    elif kind in ("downwardAPI", "projected"):
        yield from projected(source, kind, at)


def _csi(source: Written, at: Path) -> Faults:
    driver = text(source.get("driver"))
    if driver:
        said = (
            f"has {len(driver)} characters, more than 63"
            if len(driver) > 63
            else subdomain_fault(driver.lower())
        )
        if said is not None:
            yield Fault((*at, "driver"), "source", said)
    ref = source.get("nodePublishSecretRef")
    if type(ref) is dict:
        yield from empty(ref, "name", (*at, "nodePublishSecretRef"), "source")
        yield from name(ref, "name", (*at, "nodePublishSecretRef"), "source", of="subdomain")
