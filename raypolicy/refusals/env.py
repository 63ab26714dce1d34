"""Environment variables of containers: their names and where values come from."""

from __future__ import annotations

import re
from typing import Final

from raypolicy.kubenames import key_fault
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    empty,
    mapping,
    mappings,
    name,
    text,
)
from raypolicy.values import Quantity

_SOURCES: Final = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_OF_PODS: Final = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_IN_VOLUMES: Final = (
    "metadata.name",
    "metadata.namespace",
    "metadata.labels",
    "metadata.annotations",
    "metadata.uid",
)
_AMOUNTS: Final = tuple(
    f"{part}.{resource}"
    for part in ("limits", "requests")
    for resource in ("cpu", "memory", "ephemeral-storage")
)
_PAGES: Final = ("limits.hugepages-", "requests.hugepages-")
_BYTES: Final = (
    "1",
    *(f"1{power}{i}" for i in ("", "i") for power in ("kMGTPE", "KMGTPE")[bool(i)]),
)


def check(container: Written, at: Path) -> Faults:
    """Of one container, or of what has the same fields."""
    for variable, place in mappings(container, "env", at):
        if variable.get("name") == "":
            yield Fault((*place, "name"), "env name", "is empty")
        yield from _variable_name(variable, "name", place)
        if "valueFrom" in variable:
            yield from value(variable, place)
    for origin, place in mappings(container, "envFrom", at):
        yield from _variable_name(origin, "prefix", place)
        given = [key for key in ("configMapRef", "secretRef") if origin.get(key) is not None]
        if not given and not origin.keys() - {"configMapRef", "secretRef", "prefix"}:
            yield Fault(place, "env source", "names neither a configMapRef nor a secretRef")
        elif len(given) == 2:
            yield Fault((*place, given[1]), "env source", "stands beside a configMapRef")
        for key in given:
            yield from _object(mapping(origin[key]), (*place, key))


def value(variable: Written, at: Path) -> Faults:
    """Of where one variable has its value from, or an option that becomes one."""
    source, where = variable.get("valueFrom"), (*at, "valueFrom")
    if type(source) is dict:
        yield from _source_count(variable, source, where)
        yield from field(source, where, _OF_PODS)
        yield from amount(source, where, of_volume=False)
        for key in ("configMapKeyRef", "secretKeyRef"):
            yield from _key(source, key, where)


def _variable_name(parent: Written, key: str, at: Path) -> Faults:
    value = text(parent.get(key))
    if not value or (value.isascii() and value.isprintable() and "=" not in value):
        return ()
    return (Fault((*at, key), "env name", "has a character that no name may have"),)


def _source_count(variable: Written, source: Written, at: Path) -> Faults:
    given = [key for key in _SOURCES if source.get(key) is not None]
    if not given:
        if not source.keys() - set(_SOURCES):
            yield Fault(at, "env source", "says nothing of where the value comes from")
    elif type(variable.get("value")) is str and variable["value"]:
        yield Fault(at, "env source", "stands beside a value")
    elif len(given) > 1:
        yield Fault((*at, given[1]), "env source", f"stands beside {given[0]}")


def field(source: Written, at: Path, allowed: tuple[str, ...] = _IN_VOLUMES) -> Faults:
    """A fieldRef, by default one in a volume."""
    ref, place = mapping(source.get("fieldRef")), (*at, "fieldRef")
    version, path = text(ref.get("apiVersion")), text(ref.get("fieldPath"))
    if version not in (None, "", "v1"):
        yield Fault((*place, "apiVersion"), "pod field", "is not v1", "v1")
    elif path == "":
        yield Fault((*place, "fieldPath"), "pod field", "is empty")
    elif path is not None:
        said = _path_fault(path, allowed)
        if said is not None:
            small = {each.lower(): each for each in allowed}
            yield Fault((*place, "fieldPath"), "pod field", said, small.get(path.lower()))


def _path_fault(path: str, allowed: tuple[str, ...]) -> str | None:
    subscripted = re.fullmatch(r"(.+?)\['(.*)'\]", path, re.DOTALL)
    if subscripted is None:
        known = path in allowed or (path == "spec.host" and "spec.nodeName" in allowed)
        return None if known else "is no field of the pod that can be read there"
    base, key = subscripted.groups()
    if base not in ("metadata.annotations", "metadata.labels"):
        return "asks for one of several where there is one only"
    said = key_fault(key.lower() if base.endswith("annotations") else key)
    return None if said is None else f"asks for a key that {said}"


def amount(source: Written, at: Path, *, of_volume: bool) -> Faults:
    """A resourceFieldRef."""
    ref, place = mapping(source.get("resourceFieldRef")), (*at, "resourceFieldRef")
    if not ref:
        return
    wanted = text(ref.get("resource"))
    if of_volume and ref.get("containerName") in (None, ""):
        yield Fault((*place, "containerName"), "pod field", "is missing")
    elif wanted == "":
        yield Fault((*place, "resource"), "pod field", "is empty")
    elif wanted and wanted not in _AMOUNTS and not wanted.startswith(_PAGES):
        yield Fault((*place, "resource"), "pod field", f"is none of {', '.join(_AMOUNTS)}")
    divisor = Quantity.parse(ref.get("divisor"))
    if divisor is None or divisor.nano == 0 or wanted is None:
        return
    allowed = ("1", "1m") if wanted.endswith(".cpu") else _BYTES
    known = wanted in _AMOUNTS or wanted.startswith(_PAGES)
    if known and not any(_same(divisor, each) for each in allowed):
        yield Fault((*place, "divisor"), "pod field", f"is none of {', '.join(allowed)}")


def _same(divisor: Quantity, allowed: str) -> bool:
    """Whether Kubernetes prints both alike: 1000m as 1, but 1024 not as 1Ki, nor 1e3 as 1k."""
    binary = allowed.endswith("i")
    alike = allowed == "1" or (divisor.text.endswith("i") == binary and "e" not in divisor.text)
    return divisor == Quantity.parse(allowed) and alike


def _key(source: Written, kind: str, at: Path) -> Faults:
    if type(source.get(kind)) is not dict:
        return
    ref, place = source[kind], (*at, kind)
    yield from empty(ref, "name", place, "reference")
    yield from name(ref, "name", place, "reference", of="subdomain")
    key = text(ref.get("key"))
    if key == "":
        yield Fault((*place, "key"), "reference", "is empty")
    elif key is not None and not re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", key):
        yield Fault((*place, "key"), "reference", "has a character that no key may have")
    elif key is not None and (key == "." or key.startswith("..")):
        yield Fault((*place, "key"), "reference", "begins with dots")


def _object(ref: Written, at: Path) -> Faults:
    yield from empty(ref, "name", at, "reference")
    written = ref.get("name")
    if type(written) is str and not (
        len(written) > 1 and written.endswith("-")
    ):  # allowed there, as of a generateName
        yield from name(ref, "name", at, "reference", of="subdomain")
