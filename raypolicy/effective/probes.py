"""How the operator probes Ray containers. Not here: whether the Ray in the image can answer.

Source: KubeRay `controllers/ray/common/pod.go`, initLivenessAndReadinessProbe and
supportsUnifiedHealthCheck.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.gates import read
from raypolicy.effective.ports import DASHBOARD, listening
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, INJECTED, Node, Unknown
from raypolicy.values import placeholder

HEALTH_PATH: Final = "/api/healthz"
_SINCE: Final = (2, 53)


def added(container: Node[Any], serves: bool) -> bool:
    """Whether the operator adds a probe that may ask for a path: unless the container has probes of
    its own. The readiness of a RayService's workers (`serves`) is asked by a command in any case.
    """
    return container.get("livenessProbe").absent or (
        not serves and container.get("readinessProbe").absent
    )


def by_wget(
    container: Node[Any], ray_version: Node[Any], release: KubeRayRelease, serves: bool
) -> bool | Unknown:
    """Whether the operator adds a probe that runs `wget` in the container: of the dashboard agent,
    on a head of the dashboard too.
    """
    if not release.has("wget-probes"):
        return False
    if serves and container.get("readinessProbe").absent:
        return True
    path = health_path(ray_version, release)
    if path.unknown:
        return path.value  # type: ignore[no-any-return]
    return path.absent and added(container, serves)


def moved(start_params: Node[Any], *, head: bool) -> Node[str]:
    """The start parameter that moves a port which those probes ask: that of the dashboard agent,
    on a head of the dashboard; absent where both are where they are by default.
    """
    from raypolicy.effective.healthchecks import AGENT  # few clusters move a port

    for part in (DASHBOARD, AGENT) if head else (AGENT,):
        port = listening(part, start_params, False)
        if port.known not in (None, part.default):
            return port.at_key(part.parameter)
    return start_params.put(ABSENT)


def health_path(ray_version: Node[Any], release: KubeRayRelease) -> Node[str]:
    """The HTTP path that probes of the operator ask for, from a rayVersion of 2.53 on; absent where
    they ask in another way.
    """
    text = ray_version.value
    if not release.has("http-probes") or text is ABSENT:
        return ray_version.put(ABSENT)
    if type(text) is Unknown:
        return ray_version.put(text)
    if type(text) is not str or placeholder(text):
        return ray_version.map(lambda value: None, "rayVersion is not a text")
    found = read(text)
    asked = found is not None and found.minor >= _SINCE
    return ray_version.put(HEALTH_PATH if asked else ABSENT, how=INJECTED)
