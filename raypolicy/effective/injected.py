"""The containers that the operator adds to pods, by name. Not here: their contents.

Source: KubeRay `controllers/ray/common/pod.go`, DefaultHeadPodTemplate (AutoscalerContainerName)
and DefaultWorkerPodTemplate (wait-gcs-ready); `rayjob_controller.go`, constructRayClusterForRayJob
(SubmitterContainerName, from 1.5 on).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.releases import KubeRayRelease

AUTOSCALER: Final = "autoscaler"
WAIT: Final = "wait-gcs-ready"
SUBMITTER: Final = "ray-job-submitter"


def may_be_taken(spec: Any) -> bool:
    """Whether a container of a pod has any of the names."""
    listed = (
        [spec.get(part) for part in ("containers", "initContainers")] if type(spec) is dict else []
    )
    return any(
        type(each) is dict and each.get("name") in (AUTOSCALER, WAIT, SUBMITTER)
        for part in listed
        if type(part) is list
        for each in part
    )


def names(
    head: bool, autoscaling: bool, submission_mode: str, release: KubeRayRelease
) -> Iterator[str]:
    """The names of the containers and init containers that are added to a pod."""
    if not head:
        if release.has("wait-gcs-ready"):
            yield WAIT
        return
    if autoscaling:
        yield AUTOSCALER
    if submission_mode == "SidecarMode" and release.has("sidecar-mode"):
        yield SUBMITTER
