"""Who starts Ray in a container: KubeRay's command or the container's own. Not here: its options.

Source: KubeRay `controllers/ray/common/pod.go`, BuildPod, convertCmdToString and
initTemplateAnnotations; `rayjob_controller.go`, constructRayClusterForRayJob, for the annotations
that a cluster takes over.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from raypolicy.effective.origin import resource_of
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import Node, Unknown

BY_HAND: Final = Unknown("the container's own command starts Ray, not KubeRay's")
START: Final = "ray start"
OVERWRITE: Final = "ray.io/overwrite-container-cmd"
GENERATED: Final = "KUBERAY_GEN_RAY_START_CMD"


def by_hand(container: Node[Any], release: KubeRayRelease) -> bool:
    """Whether KubeRay leaves the command alone: a word speaks of `ray start`, or an annotation says
    so. Then the start parameters and limits say nothing of how Ray runs, unless the command
    uses what KubeRay has generated.
    """
    words = _words(container)
    if any(START in word for word in words):
        return True
    return overwritten(container, release) and not any(GENERATED in word for word in words)


def starts_ray(container: Node[Any]) -> bool:
    """Whether a word of the command speaks of `ray start`; two words never do, since KubeRay puts
    two blanks between them.
    """
    return any(START in word for word in _words(container))


def as_generated(container: Node[Any], release: KubeRayRelease) -> bool:
    """Whether bash reads the `ray start` that KubeRay has written, and runs it.

    A command that starts Ray in two words, `ray` and `start`, comes before it and lasts; one that
    takes it from the variable splits it at blanks, and leaves its quotes in.
    """
    words = _words(container)
    return not (by_hand(container, release) or overwritten(container, release)) and (
        ("ray", "start") not in pairwise(words)
    )


def has_command(container: Node[Any]) -> bool:
    """Whether a command or arguments are written."""
    return any(not container.get(key).absent for key in ("command", "args"))


def _words(container: Node[Any]) -> list[str]:
    spec = container.value if type(container.value) is dict else {}
    if "command" not in spec and "args" not in spec:
        return []
    words = [*container.get("command").items(), *container.get("args").items()]
    return [word.value for word in words if type(word.value) is str]


def overwritten(container: Node[Any], release: KubeRayRelease) -> bool:
    """Whether the template or the resource has the annotation; a RayCronJob's own goes nowhere."""
    if not release.has("overwrite-container-cmd"):
        return False
    template: Node[Any] | None = container
    for _ in ("containers", "spec", "template"):
        template = None if template is None else template.parent
    resource = resource_of(container)
    holders = [template]
    if resource is not None and resource.get("kind").value != "RayCronJob":
        holders.append(resource)
    return any(_says_so(holder.value) for holder in holders if holder is not None)


def _says_so(value: Any) -> bool:
    for key in ("metadata", "annotations", OVERWRITE):
        value = value.get(key) if type(value) is dict else None
    return type(value) is str and value.lower() == "true"
