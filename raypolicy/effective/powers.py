"""Settings of a pod by which it may do more to its node than its own container needs. Not here:
what the Pod Security Standards say (`podsecurity`).

Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/. Init containers end
before anybody's code runs in Ray, so only those that go on are looked at; settings that contradict
others are left out, since no such pod is ever made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.tree import ABSENT, Node

PRIVILEGED, CAPABILITY, PATH, PROCESSES, ROOT = (
    "privileged",
    "capability",
    "host path",
    "host processes",
    "root",
)
_BROAD: Final = frozenset("ALL BPF DAC_READ_SEARCH SYS_ADMIN SYS_BOOT SYS_MODULE SYS_RAWIO".split())
"""Capabilities by which a container gets at its node or at files of others."""
_FOLDERS: Final = frozenset(
    """/ /boot /etc /etc/kubernetes /proc /root /run /run/containerd /var /var/lib
    /var/lib/containerd /var/lib/docker /var/lib/kubelet /var/run""".split()
)
"""Folders of a node with its keys, its processes, or the files of all other pods."""
_SOCKETS: Final = ("docker.sock", "containerd.sock", "crio.sock")


def powers(spec: Node[Any]) -> Iterator[tuple[str, Node[Any]]]:
    """Kind and place of each."""
    if spec.get("hostPID").value is True and spec.get("shareProcessNamespace").value is not True:
        yield PROCESSES, spec.get("hostPID")
    for volume in spec.get("volumes").items():
        path = volume.get("hostPath", "path")
        if type(path.value) is str and _is_sensitive(path.value):
            yield PATH, path
    for container in _lasting(spec):
        context = container.get("securityContext")
        privileged = context.get("privileged")
        if privileged.value is True and context.get("allowPrivilegeEscalation").value is not False:
            yield PRIVILEGED, privileged
        for capability in context.get("capabilities", "add").items():
            name = capability.value
            if type(name) is str and name.upper().removeprefix("CAP_") in _BROAD:
                yield CAPABILITY, capability
    user = user_of(next(spec.get("containers").items(), spec.put(ABSENT)), spec)
    if type(user.value) is int and user.value == 0:
        yield ROOT, user


def user_of(container: Node[Any], spec: Node[Any]) -> Node[int]:
    """The user that a container runs as, where that is written: for itself, else for its pod."""
    if type(container.value) is not dict:
        return container.put(ABSENT)
    own = container.get("securityContext", "runAsUser")
    found: Node[int] = own.either(spec.get("securityContext", "runAsUser"))
    return found


def _lasting(spec: Node[Any]) -> Iterator[Node[Any]]:
    """The containers that run while Ray does."""
    for container in spec.get("containers").items():
        if type(container.value) is dict:
            yield container
    for container in spec.get("initContainers").items():
        if container.get("restartPolicy").value == "Always":
            yield container


def _is_sensitive(path: str) -> bool:
    plain = path.rstrip("/") or path[:1]
    return plain in _FOLDERS or plain.endswith(_SOCKETS)
