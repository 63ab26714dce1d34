"""RayJobs of a bundle that share their name with a Job of Kubernetes. Not here: what comes of that.

Source: KubeRay `controllers/ray/common/association.go`, RayJobK8sJobNamespacedName.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from raypolicy.facts.job import Job
from raypolicy.facts.jobnamesake import JobNamesake
from raypolicy.inventory import Inventory
from raypolicy.values import placeholder


def job_namesakes(inventory: Inventory, jobs: Iterable[Job]) -> Iterator[JobNamesake]:
    """Those whose entrypoint a Job submits, where one of that name is in the same file, or in the
    same namespace by what is written.
    """
    for job in jobs:
        resource, name = job.owner.resource, job.name
        known = type(name.value) is str and not placeholder(name.value)
        if resource.kind != "RayJob" or not known or job.submission_mode.value != "K8sJobMode":
            continue
        for other in inventory.named("Job", name.value, resource.namespace):
            space = resource.namespace != "" and other.namespace == resource.namespace
            batch = other.api_version.startswith("batch/")
            if batch and (space or other.source == resource.source):
                yield JobNamesake(name, job.owner, other)
                break
