"""The Job of Kubernetes that submits a RayJob's entrypoint. Not here: the command (`submission`).

Source: KubeRay `controllers/ray/rayjob_controller.go`, createK8sJobIfNeed, getSubmitterTemplate,
configureSubmitterContainer, createNewK8sJob; `common/job.go`, GetSubmitterTemplate;
`utils/util.go`, FetchHeadServiceURL.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.added import SUBMITTING
from raypolicy.effective.injected import SUBMITTER
from raypolicy.effective.podlabels import CREATED_BY, CREATOR, ORIGIN, ORIGIN_KIND
from raypolicy.effective.ports import DASHBOARD
from raypolicy.made.building import built, injected, laid_over, leaf, listed, mapping, text
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import JobPlan, Plan
from raypolicy.made.secured import with_token
from raypolicy.made.submission import submit_command
from raypolicy.tree import DEFAULTED, INJECTED, Node, Unknown

_ELSEWHERE: Final = Unknown("that of a cluster which is there already")
_MODE: Final = "K8sJobMode"
_RAY: Final = ("headGroupSpec", "template", "spec", "containers", 0)


def submitter_job(
    job: JobPlan, plan: Plan | None, service: dict[str, Part] | None
) -> dict[str, Part] | None:
    """The Job that submits where submissionMode is K8sJobMode; `plan` and `service` are the cluster
    and its head Service, None where the job chooses a cluster that is there. None where the
    operator finds no dashboard among the ports of the head Service, or makes no such Job.
    """
    if job.mode != _MODE:
        return None
    dashboard = _dashboard(job, plan, service)
    template = None if dashboard is None else _template(job, plan, dashboard)
    if template is None:
        return None
    limit = leaf(job.spec, "submitterConfig", "backoffLimit")
    name = job.metadata["name"]
    form = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": text("{}", name),
            "namespace": job.metadata["namespace"],
            "labels": _labels(job),
        },
        "spec": {
            "backoffLimit": limit or job.place.put(2, how=DEFAULTED),
            "template": template,
        },
    }
    made: dict[str, Part] = built(job.place, form)
    return made


def _template(job: JobPlan, plan: Plan | None, dashboard: Node[str]) -> dict[str, Part] | None:
    given = at(job.spec, "submitterPodTemplate")
    template = mapping(given) if given is not None else _default(job, plan)
    pod = mapping(template.get("spec"))
    containers = listed(pod.get("containers"))
    if not containers:
        return None
    container = dict(mapping(containers[0]))
    if not container.get("command"):
        submits = submit_command(job.spec, job.metadata["name"], dashboard, job.release)
        if submits is None:
            return None
        shell = ["/bin/bash", "-cel" if job.release.has("login-shell") else "-ce", "--"]
        container |= {"command": built(job.place, shell), "args": [submits]}
    container["env"] = [*listed(container.get("env")), *_environment(job, dashboard)]
    if plan is not None:
        with_token(container, plan.name, plan.spec, job.release, job.place)
    made = {**template, "spec": {**pod, "containers": [container, *containers[1:]]}}
    if job.release.has("submitter-labels"):
        below = mapping(template.get("metadata"))
        labels = laid_over(below.get("labels"), built(job.place, _labels(job)))
        return {"metadata": {**below, "labels": labels}, "spec": made["spec"]}
    return made


def _environment(job: JobPlan, dashboard: Node[str]) -> list[Part]:
    values = {
        "PYTHONUNBUFFERED": "1",
        "RAY_DASHBOARD_ADDRESS": dashboard,
        "RAY_JOB_SUBMISSION_ID": injected(job.job_id),
    }
    return [built(job.place, {"name": name, "value": each}) for name, each in values.items()]


def _default(job: JobPlan, plan: Plan | None) -> dict[str, Part]:
    image: Node[Any] | None = job.place.put(_ELSEWHERE, how=INJECTED)
    if plan is not None:
        image = leaf(plan.spec, *_RAY, "image")
    container = {
        "name": SUBMITTER,
        "image": None if image is None else injected(image),
        "resources": SUBMITTING,
    }
    form = {"spec": {"containers": [container], "restartPolicy": "Never"}}
    made: dict[str, Part] = built(job.place, form, DEFAULTED)
    return made


def _labels(job: JobPlan) -> dict[str, Any]:
    name = job.metadata["name"]
    return {ORIGIN: text("{}", name), ORIGIN_KIND: "RayJob", CREATED_BY: CREATOR}


def _dashboard(
    job: JobPlan, plan: Plan | None, service: dict[str, Part] | None
) -> Node[str] | None:
    """The address of the dashboard behind a head Service; None where it has no such port."""
    if plan is None or service is None:
        return job.place.put(_ELSEWHERE, how=INJECTED)
    for port in listed(at(service, "spec", "ports")):
        number = leaf(port, "port")
        if value(port, "name") == DASHBOARD.name and number is not None:
            said = number.put(number.value if number.unknown else str(number.value))
            name = leaf(service, "metadata", "name") or plan.name
            return text("{}.{}.svc.cluster.local:{}", name, plan.namespace, said)
    return None
