"""How large `/dev/shm` will be in a Ray container, where Ray keeps its object store.

Source: KubeRay `controllers/ray/common/pod.go`, BuildPod, addEmptyDir and makeEmptyDirVolume.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.logical import Inputs, quantity
from raypolicy.tree import ABSENT, INJECTED, Node, Unknown
from raypolicy.values import Quantity

_PATH: Final = "/dev/shm"
_VOLUME: Final = "shared-mem"
_NOT_IN_MEMORY: Final = Unknown("the volume at /dev/shm is not one in memory")


def size(inputs: Inputs) -> Node[Quantity]:
    """The volume mounted there, else the one KubeRay adds, as large as the memory limit or else
    the request; absent where nothing bounds it.
    """
    container = inputs.container
    mounted = _mount(container)
    if mounted is not None:
        return _mounted(container, mounted.get("name"))
    added = not inputs.release.has("plasma-directory-without-shm")
    if not added and not inputs.start_params.get("plasma-directory").absent:
        return container.put(Unknown("KubeRay adds no volume beside plasma-directory"))
    if _volume(container, _VOLUME) is not None:
        return _mounted(container, container.put(_VOLUME))
    memory = quantity(inputs.limits.get("memory").either(inputs.requests.get("memory")))
    return memory.put(memory.value, how=INJECTED)


def mount(container: Node[Any]) -> Node[str]:
    """The path of a mount there; absent if there is none."""
    mounted = _mount(container)
    return container.put(ABSENT) if mounted is None else mounted.get("mountPath")


def on_disk(container: Node[Any]) -> Node[Any]:
    """The emptyDir mounted there, where it lies on the disk of the node; absent otherwise."""
    mounted = _mount(container)
    name = None if mounted is None else mounted.get("name").known
    volume = None if name is None else _volume(container, name)
    if volume is None or type(volume.get("emptyDir").value) is not dict:
        return container.put(ABSENT)
    medium = volume.get("emptyDir", "medium")
    if medium.absent or medium.value == "":
        return volume.get("emptyDir")
    return medium.put(medium.value if medium.unknown else ABSENT)


def _mount(container: Node[Any]) -> Node[Any] | None:
    """What is mounted there; mount paths are unique in a container."""
    for each in container.get("volumeMounts").items():
        if type(each.value) is dict and each.value.get("mountPath") == _PATH:
            return each
    return None


def _mounted(container: Node[Any], name: Node[Any]) -> Node[Quantity]:
    volume = None if name.known is None else _volume(container, name.known)
    if volume is None:
        return name.put(_NOT_IN_MEMORY)
    medium = volume.get("emptyDir", "medium")
    return (
        quantity(volume.get("emptyDir", "sizeLimit"))
        if medium.value == "Memory"
        else name.put(_NOT_IN_MEMORY)
    )


def _volume(container: Node[Any], name: object) -> Node[Any] | None:
    listed = container.parent
    spec = None if listed is None else listed.parent
    volumes = container.put(ABSENT) if spec is None else spec.get("volumes")
    return next((each for each in volumes.items() if each.get("name").value == name), None)
