"""The container that submits a job from the head pod, in SidecarMode. Not here: its command
(`submission`).

Source: KubeRay `rayjob_controller.go`, getSubmitterContainer, configureSubmitterContainer;
`controllers/ray/common/job.go`, GetDefaultSubmitterContainer.
"""

from __future__ import annotations

from raypolicy.effective.added import SUBMITTING
from raypolicy.effective.injected import SUBMITTER
from raypolicy.effective.submission import RESTARTS
from raypolicy.made.building import built, injected, leaf, listed
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import JobPlan
from raypolicy.made.secured import with_token
from raypolicy.made.submission import sidecar_command
from raypolicy.tree import INJECTED

_DASHBOARD = 8265


def sidecar(job: JobPlan, cluster: dict[str, Part]) -> dict[str, Part]:
    """The container for the head of a cluster's spec. It knows no address of the dashboard yet."""
    place = leaf(job.spec, "submissionMode") or job.place
    ray = at(cluster, "headGroupSpec", "template", "spec", "containers", 0)
    port = next(
        (
            leaf(each, "containerPort")
            for each in listed(at(ray, "ports"))
            if value(each, "name") == "dashboard"
        ),
        None,
    )
    command = sidecar_command(
        job.spec,
        job.metadata["name"],
        place.put(_DASHBOARD, how=INJECTED) if port is None else port,
        job.release,
        job.gates,
    )
    image = leaf(ray, "image")
    restarts = job.release.has("sidecar-restart") and RESTARTS in job.gates
    container: dict[str, Part] = built(
        place,
        {
            "name": SUBMITTER,
            "image": None if image is None else injected(image),
            "command": ["/bin/bash", "-ce", "--"],
            "args": [command],
            "env": [
                {"name": "PYTHONUNBUFFERED", "value": "1"},
                {"name": "RAY_DASHBOARD_ADDRESS"},
                {"name": "RAY_JOB_SUBMISSION_ID", "value": injected(job.job_id)},
            ],
            "resources": SUBMITTING,
            "restartPolicy": "OnFailure" if restarts else None,
        },
    )
    with_token(container, job.cluster, cluster, job.release, place)
    return container
