"""How a RayJob's entrypoint gets to its cluster. Not here: the command (`shell`, `command`).

Source: KubeRay `apis/ray/v1/rayjob_types.go`, JobSubmissionMode; `controllers/ray/common/job.go`,
getMetadataJSONForSubmitCommand, which reads rayVersion with Masterminds/semver.
"""

from __future__ import annotations

import re
from typing import Final

from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT

RESTARTS: Final = "SidecarSubmitterRestart"
"""The feature gate that lets the submitter beside the head start again."""
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
_OTHERWISE: Final = {
    "user": "InteractiveMode",  # its name in KubeRay 1.2.2
    "kubernetesjob": "K8sJobMode",
    "kubernetes": "K8sJobMode",
    "k8s": "K8sJobMode",
    "job": "K8sJobMode",
}
"""What people call a mode, or what it was called, without the word Mode."""
_SHORTEST: Final = 4


def modes(release: KubeRayRelease) -> tuple[str, ...]:
    """The values of submissionMode with which a release does anything; none without the field."""
    return tuple(mode for mode, behaviour in _SINCE.items() if release.has(behaviour))


def nearest(mode: object, release: KubeRayRelease) -> str | None:
    """The mode that must be meant: this one but for its letters' case, the word Mode at its end, or
    a slip of the keyboard; or what it was once called.
    """
    if type(mode) is not str:
        return None
    known = {_plain(each): each for each in modes(release)}
    plain = _plain(mode)
    if plain in _OTHERWISE and _OTHERWISE[plain] in known.values():
        return _OTHERWISE[plain]
    if plain in known:
        return known[plain]
    from raypolicy.nearnames import NearNames  # hardly any mode is unknown

    near = NearNames(tuple(known)).nearest(plain) if len(plain) >= _SHORTEST else None
    return None if near is None else known[near]


def _plain(mode: str) -> str:
    return re.sub("[^a-z0-9]", "", mode.lower()).removesuffix("mode")


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
