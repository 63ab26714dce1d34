"""What pods get so that Ray outlives its head: where its state is kept. Not here: that store.

Source: KubeRay `controllers/ray/common/pod.go`, configureGCSFaultTolerance, configureRedisFT,
configureEmbeddedFT; `utils/util.go`, IsGCSFaultToleranceEnabled, GetGCSStoragePVCName.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.statestore import ENABLED, SPACE
from raypolicy.made.building import built, filled, injected, laid_over, leaf, mapping, text
from raypolicy.made.environment import added_to, put_missing, put_variables
from raypolicy.made.parts import Part, at, value
from raypolicy.made.plan import Plan
from raypolicy.made.startcommand import Parameters, put
from raypolicy.tree import INJECTED, Node, Unknown

_ROCKSDB: Final = "rocksdb"
_VOLUME: Final = "gcs-storage"
_AT: Final = "/data/gcs"
_UID: Final = Unknown("the UID of the cluster")


def options_of(plan: Plan) -> dict[str, Part] | None:
    """`gcsFaultToleranceOptions`, None where nothing is written."""
    found = at(plan.spec, "gcsFaultToleranceOptions")
    return found if type(found) is dict else None


def enabled(plan: Plan) -> bool:
    """Whether options or an annotation ask for it."""
    said = value(plan.metadata, "annotations", ENABLED)
    return options_of(plan) is not None or (type(said) is str and said.lower() == "true")


def await_new_head(plan: Plan, ray: dict[str, Part]) -> None:
    """Lets a worker wait for a new head."""
    if enabled(plan):
        put_missing(ray, _place(plan), RAY_gcs_rpc_server_reconnect_timeout_s="600")


def keep_state(
    plan: Plan, annotations: dict[str, Part], pod: dict[str, Part], params: Parameters
) -> None:
    """Says in annotations whether Ray's state outlives the head, and where it is kept if so."""
    on = enabled(plan)
    said = plan.place.put("true" if on else "false", how=INJECTED)
    annotations.update(laid_over(annotations, {ENABLED: said}))
    if not on:
        return
    ray, options = mapping(at(pod, "containers", 0)), options_of(plan)
    if value(options, "backend") == _ROCKSDB and plan.release.has("embedded-gcs-storage"):
        _embedded(plan, pod, ray)
        return
    space = _space(plan, options)
    annotations.update(laid_over(annotations, {SPACE: injected(space)}))
    place = _place(plan)
    put_missing(ray, place, RAY_external_storage_namespace=injected(space))
    if options is None:
        password = params.get("redis-password")
        if password is not None:
            put_missing(ray, place, REDIS_PASSWORD=injected(password))
        return
    address = leaf(options, "redisAddress")
    put_variables(ray, place, RAY_REDIS_ADDRESS="" if address is None else address)
    for key, name in (("redisUsername", "REDIS_USERNAME"), ("redisPassword", "REDIS_PASSWORD")):
        if type(options.get(key)) is dict:
            _credential(ray, params, options[key], name)


def _credential(ray: dict[str, Part], params: Parameters, said: dict[str, Part], name: str) -> None:
    place = _first(said)
    if place is None:
        return
    put(params, name.lower().replace("_", "-"), place.put(f"${name}", how=INJECTED))
    entry: dict[str, Any] = {"name": name}
    for key in ("value", "valueFrom"):
        if key in said:
            entry[key] = said[key]
    added_to(ray, "env").append(built(place, entry))


def _first(part: Part) -> Node[Any] | None:
    """Any leaf of a part."""
    while type(part) is dict and part:
        part = next(iter(part.values()))
    return part if isinstance(part, Node) else None


def _space(plan: Plan, options: dict[str, Part] | None) -> Node[str]:
    """What the store calls the cluster."""
    said = leaf(plan.metadata, "annotations", SPACE)
    return filled(options, "externalStorageNamespace") or said or plan.place.put(_UID)


def _embedded(plan: Plan, pod: dict[str, Part], ray: dict[str, Part]) -> None:
    place = _place(plan)
    put_missing(ray, place, RAY_gcs_storage=_ROCKSDB, RAY_gcs_storage_path=_AT)
    storage = at(options_of(plan), "storage")
    mount = {"name": _VOLUME, "mountPath": _AT, "subPath": filled(storage, "subPath")}
    added_to(ray, "volumeMounts").append(built(place, mount))
    claim = filled(storage, "claimName") or text("{}-gcs-pvc", plan.name)
    volume = {"name": _VOLUME, "persistentVolumeClaim": {"claimName": claim}}
    added_to(pod, "volumes").append(built(place, volume))


def _place(plan: Plan) -> Node[Any]:
    return (
        _first(options_of(plan) or {}) or leaf(plan.metadata, "annotations", ENABLED) or plan.place
    )
