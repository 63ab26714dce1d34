"""What Kubernetes' Pod Security Standards forbid a pod, and what they demand. Not here: which
namespaces enforce them (`confinements`).

Source: Kubernetes `staging/src/k8s.io/pod-security-admission/policy`, the checks of `baseline` and
`restricted` that have been the same since 1.23. Where a value is unknown, nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.tree import ABSENT, Node
from raypolicy.values import placeholder

BASELINE: Final = "baseline"
RESTRICTED: Final = "restricted"
OLDEST: Final = (1, 23)
"""The first version of the standards whose checks are known here."""

_ADDABLE: Final = frozenset(
    """AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID
    SETPCAP SETUID SYS_CHROOT""".split()
)
_ADDABLE_RESTRICTED: Final = frozenset({"NET_BIND_SERVICE"})
_VOLUMES: Final = frozenset(
    """configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected
    secret""".split()
)
_LISTS: Final = ("containers", "initContainers", "ephemeralContainers")

Setting = tuple[Node[Any], str]
"""What is forbidden, where it is written, and what it is called."""


def forbidden(spec: Node[Any], level: str) -> Iterator[Setting]:
    """What is written in a pod's spec and not allowed at that level."""
    restricted = level == RESTRICTED
    for name in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(name).value is True:
            yield spec.get(name), name
    for volume in spec.get("volumes").items():
        yield from _volume(volume, restricted)
    yield from _context(spec.get("securityContext"), spec, restricted)
    for container in containers(spec):
        context = container.get("securityContext")
        yield from _context(context, spec, restricted)
        if context.get("privileged").value is True:
            yield context.get("privileged"), "privileged"
        if restricted and context.get("allowPrivilegeEscalation").value is True:
            yield context.get("allowPrivilegeEscalation"), "allowPrivilegeEscalation"
        addable = _ADDABLE_RESTRICTED if restricted else _ADDABLE
        for capability in context.get("capabilities", "add").items():
            name = capability.value
            if type(name) is str and name not in addable and not placeholder(name):
                yield capability, f"the capability {name}"
        for port in container.get("ports").items():
            number = port.get("hostPort").value
            if type(number) is int and number:
                yield port.get("hostPort"), f"hostPort {number}"


def lacking(container: Node[Any], spec: Node[Any], context: Node[Any]) -> tuple[str, ...]:
    """What a container does not say and must at the level `restricted`, given its own security
    context; what the pod says for all its containers counts.
    """
    if spec.get("os", "name").value == "windows" or _unreadable(context):
        return ()
    pod = spec.get("securityContext")
    found = []
    if context.get("allowPrivilegeEscalation").absent:
        found.append("allowPrivilegeEscalation")
    drop = context.get("capabilities", "drop")
    if drop.absent or (type(drop.value) is list and not _may_drop_all(drop.value)):
        found.append("capabilities.drop ALL")
    if _unreadable(pod):
        return tuple(found)
    settled = (context.get("runAsNonRoot"), pod.get("runAsNonRoot"), spec.get("hostUsers"))
    if all(each.absent for each in settled):
        found.append("runAsNonRoot")
    if all(each.get("seccompProfile", "type").absent for each in (context, pod)):
        found.append("seccompProfile")
    return tuple(found)


def containers(spec: Node[Any]) -> Iterator[Node[Any]]:
    """All containers of a pod, those that run before the others included."""
    for part in _LISTS:
        for container in spec.get(part).items():
            if type(container.value) is dict:
                yield container


def _volume(volume: Node[Any], restricted: bool) -> Iterator[Setting]:
    if type(volume.value) is not dict:
        return
    for kind in volume.value:
        source = volume.get(kind)
        if kind == "name" or source.absent:
            continue
        if kind == "hostPath" or (restricted and kind not in _VOLUMES):
            yield source, f"a volume of the kind {kind}"


def _context(context: Node[Any], spec: Node[Any], restricted: bool) -> Iterator[Setting]:
    """What a pod and a container may both say."""
    seccomp = context.get("seccompProfile", "type")
    if seccomp.value == "Unconfined":
        yield seccomp, "the seccomp profile Unconfined"
    armor = context.get("appArmorProfile", "type")
    if armor.value == "Unconfined":
        yield armor, "the AppArmor profile Unconfined"
    mount = context.get("procMount")
    if mount.value == "Unmasked" and spec.get("hostUsers").absent:
        yield mount, "procMount Unmasked"
    for name in ("user", "role"):
        text = context.get("seLinuxOptions", name)
        if type(text.value) is str and text.value and not placeholder(text.value):
            yield text, f"seLinuxOptions.{name}"
    host = context.get("windowsOptions", "hostProcess")
    if host.value is True:
        yield host, "hostProcess"
    if restricted and spec.get("hostUsers").value is ABSENT:
        user, nonroot = context.get("runAsUser"), context.get("runAsNonRoot")
        if type(user.value) is int and user.value == 0:
            yield user, "runAsUser 0"
        if nonroot.value is False:
            yield nonroot, "runAsNonRoot: false"


def _may_drop_all(names: list[Any]) -> bool:
    return any(type(name) is not str or name == "ALL" or placeholder(name) for name in names)


def _unreadable(part: Node[Any]) -> bool:
    return part.value is not ABSENT and type(part.value) is not dict
