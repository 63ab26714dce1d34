"""Texts of pods, jobs and applications that may say anything: commands, variables, entrypoints. Not
here: what they name (`ways.addresses`, `references.texts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from raypolicy.bundle import Resource
from raypolicy.facts.job import Job
from raypolicy.facts.pod import Pod
from raypolicy.facts.serve import Service
from raypolicy.facts.view import Owner
from raypolicy.tree import Node


class FreeText(NamedTuple):
    """A text and whose it is; `variable` is the name of the variable that holds it, if one does."""

    owner: Owner
    node: Node[Any]
    variable: object = None


def free_texts(
    pods: Iterable[Pod],
    jobs: Iterable[Job],
    services: Iterable[Service],
    concerns: Callable[[Resource], bool] = lambda _: True,
) -> Iterator[FreeText]:
    """The texts of all resources that `concerns` says yes to."""
    for pod in pods:
        if concerns(pod.owner.resource):
            for container in pod.all_containers:
                for variable in container.field("env").items():
                    name = variable.get("name").value
                    yield FreeText(pod.owner, variable.get("value"), name)
                for field in ("command", "args"):
                    for word in container.field(field).items():
                        yield FreeText(pod.owner, word)
    for job in jobs:
        if concerns(job.owner.resource):
            for field in ("entrypoint", "runtimeEnvYAML"):
                yield FreeText(job.owner, job.field(field))
    for service in services:
        if concerns(service.owner.resource):
            yield FreeText(service.owner, service.field("serveConfigV2"))
