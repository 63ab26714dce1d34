"""Where the GCS of a cluster keeps its state: memory, Redis, RocksDB. Not here: what KubeRay
refuses of it (`facts.faulttolerance`).

Source: KubeRay `controllers/ray/common/pod.go`, configureGCSFaultTolerance, configureRedisFT;
`utils/util.go`, IsGCSFaultToleranceEnabled. Ray `python/ray/_private/node.py`, which reads
RAY_REDIS_ADDRESS, and `scripts/scripts.py`, which takes `--address` of a head for it.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from raypolicy.bundle import Resource
from raypolicy.effective.origin import kept
from raypolicy.effective.start import by_hand
from raypolicy.effective.variables import named, ray_container
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, DEFAULTED, PLACEHOLDER, Node, Unknown
from raypolicy.values import placeholder, plain_text, whole_number

ENABLED: Final = "ray.io/ft-enabled"
PATIENCE: Final = "RAY_gcs_rpc_server_reconnect_timeout_s"
SPACE: Final = "ray.io/external-storage-namespace"
MEMORY, REDIS, ROCKSDB = "memory", "redis", "rocksdb"
ADDRESS: Final = "RAY_REDIS_ADDRESS"
PASSWORD: Final = "REDIS_PASSWORD"
_USUAL: Final = 60
_LONG: Final = 600
_ELSEWHERE: Final = Unknown("it may come from elsewhere")


class Place(NamedTuple):
    """A cluster's options for the GCS, its spec, the container of Ray's in its head, the resource
    that it is written in, and the release that it is for."""

    options: Node[Any]
    spec: Node[Any]
    head: Node[Any]
    resource: Resource
    release: KubeRayRelease


def place(spec: Node[Any], resource: Resource, release: KubeRayRelease) -> Place:
    """The same for a cluster, given its spec; options that the release does not have are absent."""
    options = kept(spec, "gcsFaultToleranceOptions")
    if not release.has("gcs-options"):
        options = options.put(ABSENT)
    return Place(options, spec, ray_container(spec.get("headGroupSpec")), resource, release)


def switch(at: Place) -> Node[Any]:
    """What asks for a GCS that outlives its pod: the options, or the annotation that is true."""
    if not at.options.absent:
        return at.options
    said = _annotation(at, ENABLED)
    if said.unknown:
        return said
    on = isinstance(said.value, str) and said.value.lower() == "true"
    return said if on else said.put(ABSENT)


def kind(at: Place) -> Node[str]:
    """memory, redis or rocksdb."""
    asked = switch(at)
    if asked.absent:
        return at.spec.put(MEMORY, how=DEFAULTED)
    if asked.unknown:
        return asked
    backend = at.options.get("backend")
    embedded = at.release.has("embedded-gcs-storage")
    if backend.value in (ABSENT, "") or not embedded or backend.unknown:
        return backend if backend.unknown and embedded else asked.put(REDIS)
    if type(backend.value) is str and placeholder(backend.value):
        return backend.put(PLACEHOLDER)
    return backend


def address(at: Place) -> Node[str]:
    """Where Redis is, wherever that is written; unknown where something else may say it."""
    if not at.options.absent:
        return _text(at.options.get("redisAddress"))
    entry = next(named(at.head, ADDRESS), None)
    if entry is not None:
        value = entry.get("value")
        return value.put(_ELSEWHERE) if not entry.get("valueFrom").absent else _text(value)
    said = at.spec.get("headGroupSpec", "rayStartParams").get("address")
    if not said.absent:
        return _text(said)
    return said.put(_ELSEWHERE if _is_open(at) else ABSENT)


def space(at: Place) -> Node[str]:
    """What Redis calls the cluster, where that is written: a variable of the head counts before the
    options, these before an annotation. KubeRay takes the UID of the RayCluster."""
    entry = next(named(at.head, "RAY_external_storage_namespace"), None)
    if entry is not None:
        value = entry.get("value")
        return value.put(_ELSEWHERE) if value.absent else _text(value)
    written = _text(at.options.get("externalStorageNamespace"))
    return written if not written.absent else _text(_annotation(at, SPACE))


def password(at: Place) -> Node[Any]:
    """What Ray tells Redis to be let in: a value, or where one comes from; absent where nothing
    does."""
    if not at.options.absent:
        said = at.options.get("redisPassword")
        return said.put(ABSENT) if said.value in ({}, ABSENT) else said
    said = at.spec.get("headGroupSpec", "rayStartParams").get("redis-password")
    if said.value not in (ABSENT, ""):
        return said
    entry = next(named(at.head, PASSWORD), None)
    if entry is not None or _is_open(at):  # Ray itself does not read the variable
        return said.put(_ELSEWHERE)
    return said.put(ABSENT)


def _is_open(at: Place) -> bool:
    """Whether something that cannot be seen may say it: variables from elsewhere, a command."""
    return not at.head.get("envFrom").absent or by_hand(at.head, at.release)


def _annotation(at: Place, name: str) -> Node[Any]:
    found = at.resource.node.get("metadata", "annotations", name)
    handed_on = at.resource.kind != "RayCronJob"
    return found if handed_on and found.value != "" else found.put(ABSENT)


def _text(written: Node[Any]) -> Node[str]:
    """A text that says something; a start parameter may name a variable of the shell's."""
    if written.value == "":
        return written.put(ABSENT)
    return written.map(plain_text, "not a text")


def patience(container: Node[Any], default: int) -> Node[int]:
    """Seconds that Ray in a container waits for a new GCS before it gives up."""
    entry = next(named(container, PATIENCE), None)
    if entry is not None:
        value = entry.get("value")
        return value.put(_ELSEWHERE) if value.absent else value.map(whole_number, "not a number")
    if not container.get("envFrom").absent:
        return container.put(_ELSEWHERE, how=DEFAULTED)
    return container.put(default, how=DEFAULTED)


def worker_patience(at: Place, group: Node[Any]) -> Node[int]:
    """The same of a worker, whom KubeRay gives more where the state outlives the head's pod."""
    lasts = not switch(at).absent and at.release.has("patient-workers")
    return patience(ray_container(group), _LONG if lasts else _USUAL)


def head_patience(at: Place) -> Node[int]:
    """The same of the head."""
    return patience(at.head, _USUAL)
