"""What containers mount: volumes and devices. Not here: the volumes themselves (`volumes`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple

from raypolicy.nearnames import is_near, same_letters
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    backsteps,
    choice,
    descending,
    listed,
    mapping,
    mappings,
    text,
)
from raypolicy.values import placeholder

_PROPAGATIONS: Final = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE: Final = ("Disabled", "IfPossible", "Enabled")
_PLAIN: Final = frozenset({"name", "mountPath", "readOnly"})
"""What most mounts have, and no more."""
_CLAIMS: Final = ("persistentVolumeClaim", "ephemeral")


class Volumes(NamedTuple):
    """The volumes of a pod by name; `complete` says that all names are known. Those `added` by the
    operator are asked for only where a name is none of those written.
    """

    written: Mapping[str, Written]
    added: Callable[[], Collection[str]]
    complete: bool


def volumes_of(spec: Written, added: Callable[[], Collection[str]]) -> Volumes:
    """Those of a pod's spec, and how to get the names of those that the operator adds."""
    value = spec.get("volumes")
    names = [mapping(each).get("name") for each in listed(value)]
    complete = (value is None or type(value) is list) and all(
        type(each) is str and placeholder(each) is None for each in names
    )
    known = ((text(each.get("name")), each) for each, _ in mappings(spec, "volumes", ()))
    return Volumes({name: each for name, each in known if name}, added, complete)


def check(container: Written, at: Path, volumes: Volumes) -> Faults:
    """Of one container, or of what has the same fields."""
    devices = [each for each, _ in mappings(container, "volumeDevices", at)]
    for mount, place in mappings(container, "volumeMounts", at):
        yield from _known(mount, place, volumes)
        yield from _place(mount, place, devices)
        if not mount.keys() <= _PLAIN:
            yield from _below(mount, place)
            yield from _manner(container, mount, place)
    seen: set[object] = set()
    for device, place in mappings(container, "volumeDevices", at):
        yield from _known(device, place, volumes)
        yield from _device(device, place, volumes, seen)


def repeated(options: Written, at: Path) -> Faults:
    """Of paths that come twice, where the schema lets them: in what becomes a container."""
    seen: set[str] = set()
    for mount, place in mappings(options, "volumeMounts", at):
        path = text(mount.get("mountPath"))
        if path and path in seen:
            yield Fault((*place, "mountPath"), "mount", "is the path of another mount already")
        elif path:
            seen.add(path)


def _known(mount: Written, at: Path, volumes: Volumes) -> Faults:
    name = mount.get("name")
    if name == "":
        return (Fault((*at, "name"), "volume", "is empty"),)
    own = text(name)
    if not own or not volumes.complete or own in volumes.written or own in volumes.added():
        return ()
    near = _near(own, volumes.written)
    return (Fault((*at, "name"), "volume", "is no volume of the pod", near),)


def _near(name: str, names: Collection[str]) -> str | None:
    found = [each for each in names if is_near(name, each)]
    return found[0] if len(found) == 1 else same_letters(name, names)


def _place(mount: Written, at: Path, devices: list[Written]) -> Faults:
    path = text(mount.get("mountPath"))
    if path == "":
        yield Fault((*at, "mountPath"), "mount", "is empty")
    for device in devices:
        if text(mount.get("name")) and device.get("name") == mount["name"]:
            yield Fault((*at, "name"), "mount", "is a device of the container already")
        elif path and device.get("devicePath") == path:
            yield Fault((*at, "mountPath"), "mount", "is the path of a device already")


def _below(mount: Written, at: Path) -> Faults:
    for key in ("subPath", "subPathExpr"):
        said = descending(mount.get(key))
        if said is not None:
            yield Fault((*at, key), "mount", said)
    if mount.get("subPath") and mount.get("subPathExpr"):
        yield Fault((*at, "subPathExpr"), "mount", "stands beside subPath")


def _manner(container: Written, mount: Written, at: Path) -> Faults:
    yield from choice(mount, "mountPropagation", _PROPAGATIONS, at, "mount", blank=False)
    propagation = mount.get("mountPropagation")
    privileged = mapping(container.get("securityContext")).get("privileged")
    if propagation == "Bidirectional" and privileged in (None, False):
        said = "is for privileged containers only"
        yield Fault((*at, "mountPropagation"), "mount", said)
    yield from choice(mount, "recursiveReadOnly", _RECURSIVE, at, "mount", blank=False)
    if mount.get("recursiveReadOnly") in ("IfPossible", "Enabled"):
        if mount.get("readOnly") in (None, False):
            said = "is for a mount that is readOnly only"
            yield Fault((*at, "recursiveReadOnly"), "mount", said)
        if propagation in _PROPAGATIONS[:2]:
            said = f"cannot be had with mountPropagation {propagation}"
            yield Fault((*at, "recursiveReadOnly"), "mount", said)


def _device(device: Written, at: Path, volumes: Volumes, seen: set[object]) -> Faults:
    name, path = text(device.get("name")), text(device.get("devicePath"))
    volume = volumes.written.get(name or "")
    if name and name in seen:
        yield Fault((*at, "name"), "device", "is there twice")
    seen.add(name)
    if volume is not None and all(volume.get(each) is None for each in _CLAIMS):
        said = "is no persistentVolumeClaim, as a device must be"
        yield Fault((*at, "name"), "device", said)
    if path == "":
        yield Fault((*at, "devicePath"), "device", "is empty")
    said_of_path = backsteps(path)
    if said_of_path is not None:
        yield Fault((*at, "devicePath"), "device", said_of_path)
