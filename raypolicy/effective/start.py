"""Who starts Ray in a container: KubeRay's command or the container's own. Not here: its options.

Source: KubeRay `controllers/ray/common/pod.go`, BuildPod.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.tree import Node, Unknown

BY_HAND: Final = Unknown("the container's own command starts Ray, not KubeRay's")


def by_hand(container: Node[Any]) -> bool:
    """Whether the command speaks of `ray start`: then KubeRay generates none, and the start
    parameters and limits say nothing of how Ray runs.
    """
    spec = container.value if type(container.value) is dict else {}
    if "command" not in spec and "args" not in spec:
        return False
    words = [*container.get("command").items(), *container.get("args").items()]
    return "ray start" in " ".join(word.value for word in words if type(word.value) is str)
