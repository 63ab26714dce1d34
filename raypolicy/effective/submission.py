"""How a RayJob's entrypoint gets to its cluster. Not here: the command (`shell`, `command`).

Source: KubeRay `apis/ray/v1/rayjob_types.go`, JobSubmissionMode; `controllers/ray/common/job.go`,
getMetadataJSONForSubmitCommand, which reads rayVersion with Masterminds/semver.
"""

from __future__ import annotations

import re
from typing import Final

from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT

SETTINGS: Final = ("submitterPodTemplate", "submitterConfig")
_SINCE: Final = {
    "K8sJobMode": "submission-mode",
    "HTTPMode": "submission-mode",
    "UserMode": "user-mode",
    "InteractiveMode": "interactive-mode",
    "SidecarMode": "sidecar-mode",
}
_SEMVER: Final = (
    r"v?([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.[0-9]{1,9})?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
)
_METADATA: Final = (2, 6)


def modes(release: KubeRayRelease) -> tuple[str, ...]:
    """The values of submissionMode with which a release does anything; none without the field."""
    return tuple(mode for mode, behaviour in _SINCE.items() if release.has(behaviour))


def nearest(mode: object, release: KubeRayRelease) -> str | None:
    """The mode that is this one but for its letters' case and the word Mode at its end."""
    if type(mode) is not str:
        return None
    plain = re.sub("[^a-z0-9]", "", mode.lower()).removesuffix("mode")
    known = modes(release)
    return next((each for each in known if each.lower().removesuffix("mode") == plain), None)


def takes_metadata(version: object, release: KubeRayRelease) -> bool:
    """Whether the command can be made with metadata for a rayVersion: where that names a release
    from 2.6 on, or, from KubeRay 1.7 on, nothing. True of what isn't known.
    """
    if version is ABSENT or version == "":
        return release.has("metadata-without-ray-version")
    if type(version) is not str:
        return True
    found = re.fullmatch(_SEMVER, version)
    if found is None or found[3]:  # what precedes a release is in no range, however high
        return False
    return (int(found[1]), int(found[2] or 0)) >= _METADATA
