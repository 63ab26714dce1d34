"""Secrets that are written out in Ray's resources: in variables of their containers, and in runtime
environments. Not here: what looks like one (`effective.secrets`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from raypolicy.effective.added import options
from raypolicy.effective.secrets import (
    assigned_secrets,
    is_plain,
    passwords_in_urls,
    sounds_secret,
)
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.job import Job
from raypolicy.facts.plainsecret import PlainSecret
from raypolicy.facts.pod import Pod
from raypolicy.facts.serve import Service
from raypolicy.facts.view import Owner
from raypolicy.freetexts import free_texts
from raypolicy.reader import embedded
from raypolicy.tree import Node, root_of

Found = tuple[Owner, Node[Any], Node[Any], str]
"""Whose a variable is, its name, its value, and what has it."""


def secrets(
    clusters: Iterable[Cluster], jobs: Iterable[Job], services: Iterable[Service]
) -> tuple[PlainSecret, ...]:
    """Each secret of a resource once, under one name; then those in URLs."""
    clusters, jobs, services = tuple(clusters), tuple(jobs), tuple(services)
    found: dict[tuple[int, str, str], PlainSecret] = {}
    for owner, name, value, holder in (
        *_in_pods(clusters, jobs),
        *_in_lines(_pods(clusters, jobs), jobs),
        *(each for job in jobs for each in _in_job(job)),
        *(each for service in services for each in _in_service(service)),
    ):
        if sounds_secret(name.value) and is_plain(value.value):
            key = (id(owner.resource.node), name.value, value.value)
            found.setdefault(key, PlainSecret(value, owner, name, holder))
    return (*found.values(), *_in_urls(clusters, jobs, services))


def _in_pods(clusters: Iterable[Cluster], jobs: Iterable[Job]) -> Iterator[Found]:
    for cluster in clusters:
        for group in cluster.groups:
            name = group.name.known
            named = group.role.value == "worker" and isinstance(name, str)
            yield from _in_pod(
                group.pod, f"the group {name}" if named else f"the {group.role.value}"
            )
        for part in options(cluster.node, cluster.owner.release, cluster.owner.gates):
            yield from _in_container(part, cluster.owner, str(part.key))
    for job in jobs:
        for pod in job.submitters:
            yield from _in_pod(pod, "the submitter")


def _pods(clusters: Iterable[Cluster], jobs: Iterable[Job]) -> Iterator[Pod]:
    """The pods of groups, and those that submit."""
    yield from (group.pod for cluster in clusters for group in cluster.groups)
    yield from (pod for job in jobs for pod in job.submitters)


def _in_pod(pod: Pod, holder: str) -> Iterator[Found]:
    for field in ("containers", "initContainers"):
        for container in pod.field(field).items():
            yield from _in_container(container, pod.owner, holder)


def _in_container(container: Node[Any], owner: Owner, holder: str) -> Iterator[Found]:
    if type(container.value) is dict and "env" in container.value:
        for entry in container.get("env").items():
            yield owner, entry.get("name"), entry.get("value"), holder


def _in_lines(pods: Iterable[Pod], jobs: Iterable[Job]) -> Iterator[Found]:
    """What command lines set: those of containers, and entrypoints."""
    for text in free_texts(pods, jobs, ()):
        value, key = text.node.value, text.node.key
        if (
            text.variable is None
            and key != "runtimeEnvYAML"
            and type(value) is str
            and "=" in value
        ):
            for name, secret in assigned_secrets(value):
                holder = "the entrypoint" if key == "entrypoint" else "a command"
                yield text.owner, text.node.part(*name), text.node.part(*secret), holder


def _in_job(job: Job) -> Iterator[Found]:
    for root in _documents(job.field("runtimeEnvYAML")):
        yield from _in_runtime_env(root, job.owner, "runtimeEnvYAML")


def _in_service(service: Service) -> Iterator[Found]:
    for root in _documents(service.field("serveConfigV2")):
        for application in root.get("applications").items():
            parts = [application]
            parts += (
                each.get("ray_actor_options") for each in application.get("deployments").items()
            )
            for part in parts:
                environment = part.get("runtime_env")
                yield from _in_runtime_env(environment, service.owner, "serveConfigV2")


def _in_runtime_env(environment: Node[Any], owner: Owner, holder: str) -> Iterator[Found]:
    for name, value in environment.get("env_vars").entries():
        yield owner, value.at_key(name), value, holder


def _documents(text: Node[Any]) -> Iterator[Node[Any]]:
    """The first document of a text that may have variables in it."""
    if type(text.value) is str and "env_vars" in text.value:
        yield from (root_of(document) for document in embedded(text)[:1])


def _in_urls(
    clusters: Iterable[Cluster], jobs: Iterable[Job], services: Iterable[Service]
) -> Iterator[PlainSecret]:
    """The passwords in the URLs of commands, variables, entrypoints and what Serve reads."""
    jobs = tuple(jobs)
    for text in free_texts(_pods(clusters, jobs), jobs, services):
        value = text.node.value
        if type(value) is str and "://" in value and "@" in value:
            for start, end, host in passwords_in_urls(value):
                secret = text.node.part(start, end)
                yield PlainSecret(secret, text.owner, secret.put(host), "")
