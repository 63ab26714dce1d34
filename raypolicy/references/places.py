"""Where names of other objects stand, as a table. Not here: reading them (`references`).

Sources: the API reference of Kubernetes (PodSpec, Container, Volume); KubeRay
`apis/ray/v1/raycluster_types.go`, `rayjob_types.go` and `controllers/ray/batchscheduler/`; Kueue's
documentation of its labels.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

# base | path | kind | via | options. A path begins at `base`: at the spec of a `pod`, at a
# `container` of one (what is like one in Ray's options included), at the spec of a `cluster` or a
# `job`, at an `object` as a whole (Ray's, and workloads that mention Ray), or at any object of the
# kind that `base` is called like. `*` is each item of a list or each entry of a mapping; the last
# key is where the name stands.
#
# Options are keys of what stands beside the name: `keys`, a path to what is asked of a ConfigMap or
# Secret; `kind_at` and `namespace_at`, whose values win over `kind` and over the namespace of the
# whole; `only_if`, a key and the text it must have for the name to count. `asks` is a key that is
# asked for though it isn't written. `optional: true` beside the name is always looked for.
#
# The model looks for references where a text has any of the words in `neighbours.IN_REFERENCES`.
_TABLE: Final = """
container | env * valueFrom configMapKeyRef name | ConfigMap | env | keys=key
container | env * valueFrom secretKeyRef name | Secret | env | keys=key
container | envFrom * configMapRef name | ConfigMap | envFrom
container | envFrom * secretRef name | Secret | envFrom
pod | volumes * configMap name | ConfigMap | volume | keys=items * key
pod | volumes * secret secretName | Secret | volume | keys=items * key
pod | volumes * projected sources * configMap name | ConfigMap | projected volume | keys=items * key
pod | volumes * projected sources * secret name | Secret | projected volume | keys=items * key
pod | volumes * projected sources * clusterTrustBundle name | ClusterTrustBundle | projected volume
pod | volumes * persistentVolumeClaim claimName | PersistentVolumeClaim | volume
pod | volumes * ephemeral volumeClaimTemplate spec storageClassName | StorageClass | volume
pod | volumes * csi nodePublishSecretRef name | Secret | CSI volume
pod | volumes * csi volumeAttributes secretProviderClass | SecretProviderClass | CSI volume
pod | volumes * azureFile secretName | Secret | volume
pod | volumes * cephfs secretRef name | Secret | volume
pod | volumes * flexVolume secretRef name | Secret | volume
pod | volumes * iscsi secretRef name | Secret | volume
pod | volumes * rbd secretRef name | Secret | volume
pod | imagePullSecrets * name | Secret | imagePullSecrets
pod | serviceAccountName | ServiceAccount | serviceAccountName
pod | priorityClassName | PriorityClass | priorityClassName
pod | runtimeClassName | RuntimeClass | runtimeClassName
pod | resourceClaims * resourceClaimName | ResourceClaim | resourceClaims
pod | resourceClaims * resourceClaimTemplateName | ResourceClaimTemplate | resourceClaims
job | clusterSelector ray.io/cluster | RayCluster | clusterSelector
cluster | gcsFaultToleranceOptions * valueFrom secretKeyRef name | Secret | GCS | keys=key
cluster | gcsFaultToleranceOptions * valueFrom configMapKeyRef name | ConfigMap | GCS | keys=key
cluster | gcsFaultToleranceOptions storage claimName | PersistentVolumeClaim | GCS
cluster | gcsFaultToleranceOptions storage storageClassName | StorageClass | GCS
cluster | authOptions secretName | Secret | authOptions | asks=auth_token | only_if=mode token
cluster | ingressOptions tls * secretName | Secret | ingressOptions
object | metadata labels kueue.x-k8s.io/queue-name | LocalQueue | label
object | metadata labels kueue.x-k8s.io/priority-class | WorkloadPriorityClass | label
object | metadata labels volcano.sh/queue-name | Queue | label
object | metadata labels kai.scheduler/queue | Queue | label
object | metadata labels ray.io/priority-class-name | PriorityClass | label
PersistentVolumeClaim | spec storageClassName | StorageClass | storageClassName
HTTPRoute | spec parentRefs * name | Gateway | parentRefs | kind_at=kind | namespace_at=namespace
GRPCRoute | spec parentRefs * name | Gateway | parentRefs | kind_at=kind | namespace_at=namespace
"""
_USUAL: Final = frozenset({"*", "name"})


class Place(NamedTuple):
    """A line of the table."""

    base: str
    path: tuple[str, ...]
    kind: str
    via: str
    keys: tuple[str, ...] = ()
    asks: str = ""
    kind_at: str = ""
    namespace_at: str = ""
    only_if: tuple[str, ...] = ()

    mark: str = ""


@cache
def table() -> dict[str, tuple[Place, ...]]:
    """The lines of the table by their bases. `mark` is a key without which a text has no such
    place.
    """
    found: dict[str, tuple[Place, ...]] = {}
    for line in _TABLE.strip().splitlines():
        base, path, kind, via, *options = map(str.strip, line.split("|"))
        said = dict(option.split("=") for option in options)
        keys, only_if = (tuple(said.pop(name, "").split()) for name in ("keys", "only_if"))
        steps = tuple(path.split())
        mark = next(key for key in reversed(steps) if key not in _USUAL)
        place = Place(base, steps, kind, via, keys, only_if=only_if, mark=mark, **said)
        found[base] = (*found.get(base, ()), place)
    return found
