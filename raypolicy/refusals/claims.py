"""Claims for storage: of ephemeral volumes, and the operator's. Not here: volumes (`volumes`)."""

from __future__ import annotations

from typing import Final

from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    choice,
    listed,
    mapping,
    name,
    text,
)
from raypolicy.refusals.selectors import labels, selector
from raypolicy.values import Quantity

_ACCESS: Final = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")


def ephemeral(source: Written, at: Path) -> Faults:
    """Of an ephemeral volume."""
    if source.get("volumeClaimTemplate") is None:
        yield Fault((*at, "volumeClaimTemplate"), "claim", "is missing")
        return
    template, place = mapping(source["volumeClaimTemplate"]), (*at, "volumeClaimTemplate")
    metadata = mapping(template.get("metadata"))
    for key in ("name", "namespace", "finalizers"):
        if metadata.get(key):
            yield Fault((*place, "metadata", key), "claim", "cannot be had in a template")
    yield from labels(metadata, "labels", (*place, "metadata"), "claim")
    spec, where = template.get("spec"), (*place, "spec")
    if type(spec) is not dict:
        return
    for key in ("kind", "name"):
        if mapping(spec.get("dataSource")).get(key) == "":
            yield Fault((*where, "dataSource", key), "claim", "is empty")
    modes = spec.get("accessModes")
    if modes in (None, []):
        yield Fault((*where, "accessModes"), "claim", "is missing" if modes is None else "is empty")
    yield from _modes(spec, where)
    asked = mapping(mapping(spec.get("resources")).get("requests")).get("storage")
    if asked is None:
        yield Fault((*where, "resources", "requests", "storage"), "claim", "is missing")
    yield from _size(asked, (*where, "resources", "requests", "storage"))
    if spec.get("selector") is not None:
        yield from selector(mapping(spec["selector"]), (*where, "selector"), "claim")
    yield from name(spec, "storageClassName", where, "claim", of="subdomain")
    yield from choice(spec, "volumeMode", ("Filesystem", "Block"), where, "claim", blank=False)


def of_gcs(storage: Written) -> Faults:
    """Of the storage of the GCS, for which the operator makes a claim."""
    yield from _modes(storage, ())
    yield from _size(storage.get("size"), ("size",))
    yield from name(storage, "storageClassName", (), "claim", of="subdomain")


def _modes(parent: Written, at: Path) -> Faults:
    modes = listed(parent.get("accessModes"))
    for index, each in enumerate(modes):
        if text(each) is not None and each not in _ACCESS:
            said = f"is not one of {', '.join(_ACCESS)}"
            yield Fault((*at, "accessModes", index), "claim", said)
    if "ReadWriteOncePod" in modes and set(_ACCESS[:3]) & set(map(str, modes)):
        yield Fault((*at, "accessModes"), "claim", "has ReadWriteOncePod beside other modes")


def _size(asked: object, at: Path) -> Faults:
    size = Quantity.parse(asked)
    if size is not None and size.nano <= 0:
        yield Fault(at, "claim", f"is {size}, which is nothing")
