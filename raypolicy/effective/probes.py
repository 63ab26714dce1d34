"""How the operator probes Ray containers. Not here: whether the Ray in the image can answer.

Source: KubeRay `controllers/ray/common/pod.go`, initLivenessAndReadinessProbe and
supportsUnifiedHealthCheck.
"""

from __future__ import annotations

import re
from typing import Any, Final

from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, INJECTED, Node
from raypolicy.values import placeholder

HEALTH_PATH: Final = "/api/healthz"
_SINCE: Final = (2, 53)

# Go's version.ParseGeneric: two or more numbers, whatever follows them.
_GENERIC = re.compile(r"v?([0-9]{1,9})\.([0-9]{1,9})")


def health_path(
    ray_version: Node[Any], container: Node[Any], serves: bool, release: KubeRayRelease
) -> Node[str]:
    """The HTTP path that a probe of the operator's asks for; absent where it asks in another way.

    It does so for a rayVersion of 2.53 or later, unless the container has probes of its own. The
    readiness of a RayService's workers (`serves`) is asked by a command all the same.
    """
    added = container.get("livenessProbe").absent
    added = added or (container.get("readinessProbe").absent and not serves)
    if not release.has("http-probes") or not added or ray_version.value is ABSENT:
        return ray_version.put(ABSENT)
    return ray_version.put(ray_version.value) if ray_version.unknown else _path(ray_version)


def _path(ray_version: Node[Any]) -> Node[str]:
    text = ray_version.value
    if type(text) is not str or placeholder(text):
        return ray_version.map(lambda value: None, "rayVersion is not a text")
    found = _GENERIC.match(text.strip())
    asked = found is not None and (int(found[1]), int(found[2])) >= _SINCE
    return ray_version.put(HEALTH_PATH if asked else ABSENT, how=INJECTED)
