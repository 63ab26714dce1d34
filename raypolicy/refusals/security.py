"""Security contexts of pods and containers. Not here: what Pod Security Standards forbid."""

from __future__ import annotations

import re
from typing import Final

from raypolicy.refusals.containers import LISTS
from raypolicy.refusals.fault import (
    LARGEST_ID,
    Fault,
    Faults,
    Path,
    Written,
    choice,
    descending,
    listed,
    mapping,
    mappings,
    number,
    text,
    within,
)

_PROFILES: Final = ("Localhost", "RuntimeDefault", "Unconfined")
_POLICIES: Final = {
    "fsGroupChangePolicy": ("OnRootMismatch", "Always"),
    "supplementalGroupsPolicy": ("Merge", "Strict"),
    "seLinuxChangePolicy": ("Recursive",),
}
_SYSCTL: Final = r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_IPC: Final = ("kernel/shm", "kernel/msg", "fs/mqueue/")


def check(spec: Written) -> Faults:
    """Of a pod's spec."""
    context = mapping(spec.get("securityContext"))
    if context:
        yield from _of_pod(spec, context, ("securityContext",))
    yield from _of_node(spec)
    for part in LISTS:
        for container, place in mappings(spec, part, ()):
            own = mapping(container.get("securityContext"))
            if own:
                yield from of_container(own, (*place, "securityContext"), spec)


def _of_pod(spec: Written, context: Written, at: Path) -> Faults:
    yield from _users(context, at, ("runAsUser", "runAsGroup", "fsGroup"))
    for index, group in enumerate(listed(context.get("supplementalGroups"))):
        if number(group) is not None and not 0 <= group <= LARGEST_ID:
            yield Fault(
                (*at, "supplementalGroups", index),
                "user",
                f"is {group}, not from 0 to {LARGEST_ID}",
            )
    yield from _profiles(context, at)
    for key, allowed in _POLICIES.items():
        yield from choice(context, key, allowed, at, "security", blank=False)
    yield from _sysctls(spec, context, at)


def of_container(context: Written, at: Path, spec: Written) -> Faults:
    """The security context of a container in a pod."""
    yield from _users(context, at, ("runAsUser", "runAsGroup"))
    yield from _profiles(context, at)
    yield from choice(context, "procMount", ("Default", "Unmasked"), at, "security", blank=False)
    if context.get("procMount") == "Unmasked" and spec.get("hostUsers") in (None, True):
        yield Fault((*at, "procMount"), "security", "needs hostUsers: false")
    if context.get("allowPrivilegeEscalation") is False:
        place = (*at, "allowPrivilegeEscalation")
        if context.get("privileged") is True:
            yield Fault(place, "privileges", "is false where privileged is true")
        if "CAP_SYS_ADMIN" in listed(mapping(context.get("capabilities")).get("add")):
            yield Fault(place, "privileges", "is false where CAP_SYS_ADMIN is added")


def _users(context: Written, at: Path, keys: tuple[str, ...]) -> Faults:
    for key in keys:
        yield from within(context, key, at, "user", 0, LARGEST_ID)


def _profiles(context: Written, at: Path) -> Faults:
    for key in ("seccompProfile", "appArmorProfile"):
        profile, place = mapping(context.get(key)), (*at, key)
        if not profile:
            continue
        kind, local = profile.get("type"), profile.get("localhostProfile")
        if kind == "":
            yield Fault((*place, "type"), "profile", "is empty")
        yield from choice(profile, "type", _PROFILES, place, "profile")
        place = (*place, "localhostProfile")
        if kind == "Localhost" and (local is None or (local == "" and key == "appArmorProfile")):
            said = "is missing, which Localhost needs" if local is None else "is empty"
            yield Fault(place, "profile", said)
        elif kind in _PROFILES[1:] and local is not None:
            yield Fault(place, "profile", f"cannot be had with {kind}")
        elif kind == "Localhost" and (path := text(local)) is not None:
            fault = descending(path) if key == "seccompProfile" else _armor_fault(path)
            if fault is not None:
                yield Fault(place, "profile", fault)


def _armor_fault(path: str) -> str | None:
    if path != path.strip():
        return "has blanks at an end"
    return "has more than 4095 characters" if len(path) > 4095 else None


def _sysctls(spec: Written, context: Written, at: Path) -> Faults:
    seen: set[str] = set()
    for sysctl, place in mappings(context, "sysctls", at):
        name = text(sysctl.get("name"))
        if name is None:
            continue
        if not re.fullmatch(_SYSCTL, name) or len(name) > 253:
            yield Fault((*place, "name"), "sysctl", "is no name of a sysctl")
        elif name in seen:
            yield Fault((*place, "name"), "sysctl", "is there twice")
        seen.add(name)
        path = name.replace(".", "/") if "/" not in name.partition(".")[0] else name
        if spec.get("hostNetwork") is True and path.startswith("net/"):
            yield Fault((*place, "name"), "sysctl", "cannot be had with hostNetwork")
        elif spec.get("hostIPC") is True and (path.startswith(_IPC) or path == "kernel/sem"):
            yield Fault((*place, "name"), "sysctl", "cannot be had with hostIPC")


def _of_node(spec: Written) -> Faults:
    if spec.get("shareProcessNamespace") is True and spec.get("hostPID") is True:
        yield Fault(("shareProcessNamespace",), "node", "cannot be had with hostPID")
    if spec.get("hostUsers") is False:
        for key in ("hostPID", "hostIPC", "hostNetwork"):
            if spec.get(key) is True:
                yield Fault((key,), "node", "cannot be had with hostUsers: false")
        for part in LISTS:
            for container, at in mappings(spec, part, ()):
                if listed(container.get("volumeDevices")):
                    said = "cannot be had with hostUsers: false"
                    yield Fault((*at, "volumeDevices"), "node", said)
