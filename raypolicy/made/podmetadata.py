"""Names, labels and annotations of the pods that the operator makes. Not here: what is in them.

Source: KubeRay `controllers/ray/common/pod.go`, labelPod, mergeLabels, initTemplateAnnotations,
BuildPod; `raycluster_controller.go`, buildHeadPod, buildWorkerPod, createHeadPod.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.derived import pod_prefix
from raypolicy.effective.podlabels import (
    APPLICATION,
    APPLICATION_NAME,
    CLUSTER,
    CREATED_BY,
    CREATOR,
    GROUP,
    HEAD_GROUP,
    IDENTIFIER,
    IDENTITY,
    NODE_TYPE,
    ORIGIN_KIND,
    RAY_NODE,
    SERVE,
    checked_label,
)
from raypolicy.effective.start import OVERWRITE
from raypolicy.made.building import built, injected, laid_over, leaf, mapping, text
from raypolicy.made.parts import Part, value
from raypolicy.made.plan import RANDOM, Plan
from raypolicy.tree import INJECTED, OVERRIDDEN, Node, Unknown

_HASH: Final = Unknown("a hash of the cluster's spec")
_INDEXING: Final = "RayMultiHostIndexing"
_KINDS: Final = ("RayCluster", "RayJob", "RayService")


def creator(plan: Plan) -> str:
    """The kind that brought the cluster, as the operator knows it: by a label."""
    said = value(plan.metadata, "labels", ORIGIN_KIND)
    return said if said in _KINDS else "RayCluster"


def metadata(plan: Plan, group: dict[str, Part], head: bool, place: Node[Any]) -> dict[str, Part]:
    """The metadata of a pod of the group, annotations about fault tolerance excepted."""
    written = mapping(mapping(group.get("template")).get("metadata"))
    made = {key: each for key, each in written.items() if key not in ("labels", "annotations")}
    name = leaf(group, "groupName") or place.put("")
    prefix = pod_prefix(plan.name, None if head else name, plan.release)
    key = "generateName"
    if head and plan.release.has("fixed-head-pod-name"):
        key = "name"
    elif not head:
        made.pop("name", None)
    made[key] = injected(prefix)
    made["namespace"] = _replaced(made.get("namespace"), injected(plan.namespace))
    made["labels"] = _labels(plan, group, mapping(written.get("labels")), head, place)
    annotations = dict(mapping(written.get("annotations")))
    if overwrites(plan):
        annotations = laid_over(annotations, {OVERWRITE: place.put("true", how=INJECTED)})
    made["annotations"] = annotations
    return made


def overwrites(plan: Plan) -> bool:
    """Whether an annotation of the cluster has the operator leave commands alone."""
    said = value(plan.metadata, "annotations", OVERWRITE)
    heard = plan.release.has("overwrite-container-cmd")
    return heard and type(said) is str and said.lower() == "true"


def hashes(plan: Plan, place: Node[Any]) -> dict[str, Part]:
    """What a head pod says of the cluster that it was made for."""
    form = {
        "ray.io/upgrade-strategy-recreate-hash": _HASH,
        "ray.io/kuberay-version": f"v{plan.release.version}",
    }
    made: dict[str, Part] = built(place, form if plan.release.has("recreate-hash") else {})
    return made


def _labels(
    plan: Plan, group: dict[str, Part], written: dict[str, Part], head: bool, place: Node[Any]
) -> dict[str, Part]:
    name = leaf(group, "groupName") or place.put("")
    role = "head" if head else "worker"
    own = text(f"{{}}-{role}", plan.name)
    identity: dict[str, Part] = built(
        place,
        {
            CLUSTER: injected(plan.name),
            NODE_TYPE: role,
            GROUP: HEAD_GROUP if head else injected(name),
        },
    )
    defaults: dict[str, Part] = built(
        place,
        {
            RAY_NODE: "yes",
            IDENTIFIER: own.map(checked_label, ""),
            APPLICATION: APPLICATION_NAME,
            CREATED_BY: CREATOR,
        },
    )
    groups = mapping(group.get("labels")) if plan.release.has("group-labels") else {}
    labels = {**defaults, **laid_over(written, groups)}
    if plan.release.has("identity-labels"):
        labels = laid_over(labels, identity)
    else:
        labels = {**identity, **labels}
    if not head:
        labels = laid_over(labels, _indices(plan, group, name, place))
    if creator(plan) == "RayService":
        serves = place.put("false" if head else "true", how=INJECTED)
        labels = laid_over(labels, {SERVE: serves})
    return {key: labels[key] for key in (*IDENTITY, *labels) if key in labels}


def _indices(
    plan: Plan, group: dict[str, Part], name: Node[str], place: Node[Any]
) -> dict[str, Part]:
    """Which host of which replica the first pod is."""
    if not (plan.release.has("multi-host-indexing") or _INDEXING in plan.gates):
        return {}
    form: dict[str, Any] = {"ray.io/worker-group-replica-index": "0"}
    hosts = value(group, "numOfHosts")
    if type(hosts) is int and hosts > 1:
        form["ray.io/worker-group-replica-name"] = text(f"{{}}-{RANDOM}", name)
        form["ray.io/replica-host-index"] = "0"
    made: dict[str, Part] = built(place, form)
    return made


def _replaced(old: Part, new: Node[Any]) -> Node[Any]:
    if not isinstance(old, Node) or old.value == new.value:
        return new
    return old.put(new.value, new, how=OVERRIDDEN)
