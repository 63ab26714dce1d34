"""Volumes that the operator mounts for shared memory and logs. Not here: those for secrets
(`secured`).

Source: KubeRay `controllers/ray/common/pod.go`, addEmptyDir, makeEmptyDirVolume.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.made.building import built
from raypolicy.made.environment import added_to
from raypolicy.made.parts import Part, at, value
from raypolicy.made.secured import as_injected
from raypolicy.tree import Node

SHARED_MEMORY: Final = ("shared-mem", "/dev/shm")
LOGS: Final = ("ray-logs", "/tmp/ray")


def mount(
    pod: dict[str, Part], container: dict[str, Part], volume: tuple[str, str], place: Node[Any]
) -> None:
    """Mounts an emptyDir of a name at a path, unless something is mounted there."""
    name, path = volume
    mounts = added_to(container, "volumeMounts")
    if any(value(each, "mountPath") == path for each in mounts):
        return
    volumes = added_to(pod, "volumes")
    if not any(value(each, "name") == name for each in volumes):
        empty: dict[str, Any] = {}
        if volume == SHARED_MEMORY:
            memory = at(container, "resources", "limits", "memory")
            if memory is None:
                memory = at(container, "resources", "requests", "memory")
            size = None if memory is None else as_injected(memory)
            empty = {"medium": "Memory", "sizeLimit": size}
        volumes.append(built(place, {"name": name, "emptyDir": empty}))
    mounts.append(built(place, {"mountPath": path, "name": name}))
