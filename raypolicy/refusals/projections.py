"""Files that volumes hold of ConfigMaps, Secrets, the pod's own fields and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from raypolicy.refusals import env
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    descending,
    empty,
    mapping,
    mappings,
    number,
    text,
)

_PARTS: Final = ("secret", "configMap", "downwardAPI", "serviceAccountToken")
_GATED: Final = ("clusterTrustBundle", "podCertificate")


def items(source: Written, at: Path) -> Sequence[tuple[Written, Path]]:
    """The files that are chosen of a ConfigMap, a Secret or a pod."""
    return mappings(source, "items", at)


def mode(parent: Written, key: str, at: Path) -> Faults:
    """The mode of a file."""
    value = number(parent.get(key))
    if value is not None and not 0 <= value <= 0o777:
        figures = str(value)
        octal = len(figures) == 3 and set(figures) <= set("01234567")
        meant = int(figures, 8) if octal else None
        told = f" ({figures} in octal is {meant})" if meant is not None else ""
        yield Fault(
            (*at, key), "mode", f"is {value}, and 511, 0777 in octal, is the most{told}", meant
        )


def file_path(parent: Written, key: str, at: Path) -> Faults:
    """The path of a file in a volume."""
    path = text(parent.get(key))
    if path == "":
        yield Fault((*at, key), "file", "is empty")
    said = descending(path)
    if said is not None:
        yield Fault((*at, key), "file", said)
    elif path and path.startswith(".."):
        yield Fault((*at, key), "file", "begins with `..`")


def item_faults(item: Written, at: Path) -> Faults:
    """A file of a ConfigMap or a Secret."""
    if item.get("key") == "":
        yield Fault((*at, "key"), "file", "is empty")
    yield from file_path(item, "path", at)
    yield from mode(item, "mode", at)


def projected(source: Written, kind: str, at: Path) -> Faults:
    """A volume of the kind downwardAPI or projected."""
    if kind == "downwardAPI":
        for item, place in items(source, at):
            yield from _of_pod(item, place)
        return
    paths: set[str] = set()
    for part, place in mappings(source, "sources", at):
        given = [key for key in (*_PARTS, *_GATED) if part.get(key) is not None]
        for key in given:
            yield from _part(mapping(part[key]), key, (*place, key), paths)
        first, *others = [key for key in given if key in _PARTS] or [""]
        for other in others:
            yield Fault((*place, other), "source count", f"stands beside {first}")


def _part(part: Written, kind: str, at: Path, paths: set[str]) -> Faults:
    if kind in ("secret", "configMap"):
        yield from empty(part, "name", at, "source")
        for item, place in items(part, at):
            yield from item_faults(item, place)
            yield from _once(item, place, paths)
    elif kind == "downwardAPI":
        for item, place in items(part, at):
            yield from _of_pod(item, place)
            yield from _once(item, place, paths)
    elif kind == "serviceAccountToken":
        yield from file_path(part, "path", at)
        seconds = number(part.get("expirationSeconds"))
        if seconds is not None and not 600 <= seconds <= 2**32:
            said = "is too small: 600 is the least" if seconds < 600 else "is above 2^32"
            yield Fault((*at, "expirationSeconds"), "source", said)


def _once(item: Written, at: Path, paths: set[str]) -> Faults:
    path = text(item.get("path"))
    if path and path in paths:
        yield Fault((*at, "path"), "file", "is that of another file of the volume, too")
    elif path:
        paths.add(path)


def _of_pod(item: Written, at: Path) -> Faults:
    yield from file_path(item, "path", at)
    yield from mode(item, "mode", at)
    given = [key for key in ("fieldRef", "resourceFieldRef") if item.get(key) is not None]
    if not given:
        yield Fault(at, "source count", "has neither a fieldRef nor a resourceFieldRef")
    elif len(given) == 2:
        yield Fault((*at, given[1]), "source count", "stands beside a fieldRef")
    yield from env.field(item, at)
    if given == ["resourceFieldRef"]:
        yield from env.amount(item, at, of_volume=True)
