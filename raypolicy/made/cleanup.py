"""The Job that empties Redis of what a cluster kept there, once the cluster is deleted.

Source: KubeRay `controllers/ray/raycluster_controller.go`, buildRedisCleanupJob; `util.go`,
IsGCSFaultToleranceEnabled, IsGCSFaultToleranceEmbedded.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.podlabels import NODE_TYPE, checked_label
from raypolicy.effective.statestore import ENABLED
from raypolicy.made.building import built, laid_over, listed, mapping, text
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.made.services import head_of
from raypolicy.tree import OVERRIDDEN

_DOCS: Final = "https://docs.ray.io/en/master/cluster/kubernetes/user-guides/kuberay-gcs-ft.html"
_BEFORE: Final = (
    'echo "To get more information about manually deleting the storage namespace in Redis and'
    f" removing the RayCluster's finalizer, please check {_DOCS} for more details.\" && "
    'python -c "from ray._private.gcs_utils import cleanup_redis_storage; '
    "from urllib.parse import urlparse; import os; import sys; "
    "redis_address = os.getenv('RAY_REDIS_ADDRESS', '').split(',')[0]; "
    "redis_address = redis_address if '://' in redis_address else 'redis://' + redis_address; "
    "parsed = urlparse(redis_address); sys.exit(1) if not cleanup_redis_storage("
    "host=parsed.hostname, port=parsed.port, "
)
_USER: Final = "username=os.getenv('REDIS_USERNAME', parsed.username), "
_BEHIND: Final = (
    "password=os.getenv('REDIS_PASSWORD', parsed.password or ''), "
    "use_ssl=parsed.scheme=='rediss', "
    "storage_namespace=os.getenv('RAY_external_storage_namespace')) else None\""
)
_SMALL: Final = {"cpu": "200m", "memory": "256Mi"}
_OF_HEAD: Final = ("ray.io/upgrade-strategy-recreate-hash", "ray.io/kuberay-version")
"""Annotations that the head's pod gets when it is created, and no sooner."""
_PROBES: Final = ("livenessProbe", "readinessProbe")
_PATIENCE: Final = {
    "RAY_redis_db_connect_retries": "120",
    "RAY_redis_db_connect_wait_milliseconds": "500",
}


def keeps_in_redis(plan: Plan) -> bool:
    """Whether the cluster's state is kept in Redis."""
    options = at(plan.spec, "gcsFaultToleranceOptions")
    if options is not None:
        return bool(value(options, "backend") != "rocksdb")
    asked = value(plan.metadata, "annotations", ENABLED)
    return isinstance(asked, str) and asked.lower() == "true"


def cleanup_job(plan: Plan, pod: dict[str, Part]) -> dict[str, Part] | None:
    """The Job that is made of a cluster's head pod when the cluster is deleted; None of a cluster
    that keeps nothing in Redis.
    """
    if not keeps_in_redis(plan):
        return None
    role = plan.place.put("redis-cleanup", how=OVERRIDDEN)
    metadata = mapping(pod.get("metadata"))
    labels = {**mapping(metadata.get("labels")), NODE_TYPE: role}
    kept = mapping(metadata.get("annotations"))
    kept = {key: each for key, each in kept.items() if key not in _OF_HEAD}
    metadata = {**metadata, "labels": labels, "annotations": kept}
    name = text("{}-redis-cleanup", plan.name).map(checked_label, "")
    head = head_of(plan, "batch/v1", "Job", name, labels)
    form: dict[str, Any] = {
        **head,
        "metadata": {**head["metadata"], "annotations": kept},
        "spec": {
            "backoffLimit": 0,
            "template": {"metadata": metadata, "spec": _pod(plan, mapping(pod.get("spec")))},
            "activeDeadlineSeconds": 300,
        },
    }
    made: dict[str, Part] = built(plan.place, form)
    return made


def _pod(plan: Plan, spec: dict[str, Part]) -> dict[str, Part]:
    ray = mapping(at(spec, "containers", 0))
    env = listed(ray.get("env"))
    user = _USER if any(value(each, "name") == "REDIS_USERNAME" for each in env) else ""
    shell = ["/bin/bash", "-lc" if plan.release.has("login-shell") else "-c", "--"]
    above = {
        "command": shell,
        "args": [f"{_BEFORE}{user}{_BEHIND}"],
        "env": [*env, *({"name": name, "value": each} for name, each in _PATIENCE.items())],
        "resources": {"limits": _SMALL, "requests": _SMALL},
    }
    kept = {key: part for key, part in ray.items() if key not in _PROBES}
    container = laid_over(kept, built(plan.place, above))
    waiting = [
        each
        for each in listed(spec.get("initContainers"))
        if value(each, "name") != "wait-for-tls-ip-san"
    ]
    never = built(plan.place, {"restartPolicy": "Never"})
    made = laid_over(spec, {**never, "containers": [container], "initContainers": waiting})
    return made if waiting else {key: part for key, part in made.items() if key != "initContainers"}
