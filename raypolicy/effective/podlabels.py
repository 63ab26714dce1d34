"""Labels of Ray's pods: whose value they bear, and by which Services find the head.

Source: KubeRay `controllers/ray/common/pod.go`, labelPod and mergeLabels; service.go beside it,
HeadServiceLabels, BuildServiceForHeadPod, BuildHeadServiceForRayService; job.go,
BuildHeadServiceForRayJob; `raycluster_controller.go`, reconcileHeadService.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.origin import kept
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, DERIVED, Node, Unknown

LABEL: Final = "label"
ANNOTATION: Final = "annotation"
"""The two forms in which things are written in metadata."""
CLUSTER: Final = "ray.io/cluster"
NODE_TYPE: Final = "ray.io/node-type"
GROUP: Final = "ray.io/group"
IDENTITY: Final = (CLUSTER, NODE_TYPE, GROUP)
"""By these the operator finds its pods again."""
IDENTIFIER: Final = "ray.io/identifier"
RAY_NODE: Final = "ray.io/is-ray-node"
CREATED_BY: Final = "app.kubernetes.io/created-by"
APPLICATION: Final = "app.kubernetes.io/name"
SERVE: Final = "ray.io/serve"
ORIGIN: Final = "ray.io/originated-from-cr-name"
ORIGIN_KIND: Final = "ray.io/originated-from-crd"
RAY_SERVICE: Final = "ray.io/service"
WORKERS_SERVICE: Final = "ray.io/headless-worker-svc"
HEAD_GROUP: Final = "headgroup"
APPLICATION_NAME: Final = "kuberay"
CREATOR: Final = "kuberay-operator"
_LONGEST: Final = 63
_RANDOM: Final = Unknown("the name of its cluster has random letters")


def group_labels(group: Node[Any], release: KubeRayRelease) -> Node[Any]:
    """The `labels` beside a group's template; absent where API or operator don't have them."""
    labels = kept(group, "labels")
    return labels if release.has("group-labels") else labels.put(ABSENT)


def identity(name: str, kind: str, owner: Node[str], group: Node[Any] | None) -> Node[str]:
    """The value that the operator gives a label of IDENTITY on the pods of a worker group, or of
    the head where `group` is None.
    """
    if name == CLUSTER:
        return owner if kind == "RayCluster" else owner.put(_RANDOM)
    if name == NODE_TYPE:
        return owner.put("head" if group is None else "worker", how=DERIVED)
    return owner.put(HEAD_GROUP) if group is None else group.get("groupName")


def sought(name: str, kind: str, owner: Node[str], head: Node[Any]) -> Node[str]:
    """The value of a label by which the Service of a RayCluster looks for the head pod; absent for
    labels that it doesn't look at.
    """
    if name == CREATED_BY:
        return owner.put(CREATOR)
    if name == IDENTIFIER:
        return identifier(kind, owner, "head")
    if name == APPLICATION:
        written = head.get("template", "metadata", "labels", APPLICATION)
        return owner.put(APPLICATION_NAME) if written.absent else written
    return owner.put(ABSENT)


def has_service_of_its_own(kind: str, release: KubeRayRelease) -> bool:
    """Whether the resource has a Service for the head beside that of the cluster it makes, which
    knows nothing of the template's labels.
    """
    return kind == "RayService" or (
        kind in ("RayJob", "RayCronJob") and release.has("rayjob-head-service")
    )


def identifier(kind: str, owner: Node[str], role: str) -> Node[str]:
    """The value that the operator gives the label IDENTIFIER: CheckLabel of `<cluster>-<role>`."""
    if kind != "RayCluster":
        return owner.put(_RANDOM)
    return owner.map(lambda name: checked_label(f"{name}-{role}"), "")


def checked_label(text: str) -> str:
    """CheckLabel: the last 63 characters, an `r` for a first one that no label may begin with."""
    text = text[-_LONGEST:]
    return text if text[0].isalnum() else f"r{text[1:]}"
