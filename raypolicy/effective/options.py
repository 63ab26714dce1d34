"""What KubeRay makes of a start parameter: an option with its value, without, or none. Not here:
numbers of CPUs and the like (`logical`), ports (`startports`).

Source: KubeRay `controllers/ray/common/pod.go`, convertParamMap, setMissingRayStartParams and
DefaultHeadPodTemplate.
"""

from __future__ import annotations

from typing import Final

from raypolicy.releases import KubeRayRelease

WITH_VALUE, BARE, DROPPED = "--name=value", "--name", ""
_ALWAYS_WITH_VALUE: Final = ("log-color", "include-dashboard")


def written_as(name: str, value: str, release: KubeRayRelease) -> str:
    """How the option stands in the command: WITH_VALUE, BARE or DROPPED."""
    said = value.lower()
    if said not in ("true", "false") or name in _ALWAYS_WITH_VALUE:
        return WITH_VALUE
    if name == "include-log-monitor" and release.has("include-log-monitor-false"):
        return WITH_VALUE
    if said == "true":
        return BARE
    return DROPPED if release.has("false-dropped") else WITH_VALUE


def forced(name: str, role: str, autoscaling: bool, release: KubeRayRelease) -> bool:
    """Whether KubeRay passes this flag whatever is written: `block`, and `no-monitor` to a head
    beside which it runs the autoscaler itself.
    """
    if name == "block":
        return release.has("block-forced")
    return name == "no-monitor" and role == "head" and autoscaling
