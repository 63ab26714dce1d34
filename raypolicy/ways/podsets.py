"""The pods of a bundle, with the labels they will have. Not here: who selects them.

Source: KubeRay `controllers/ray/common/pod.go`, labelPod and mergeLabels; `rayjob_controller.go`,
getSubmitterTemplate; `rayservice_controller.go`, updateHeadPodServeLabel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from raypolicy.effective import podlabels
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.group import Group
from raypolicy.facts.pod import Pod
from raypolicy.facts.view import Owner
from raypolicy.tree import DERIVED, Node, Unknown
from raypolicy.values import placeholder

_SERVING: Final = Unknown("the operator sets it while Serve runs")
_SUBMITTED: Final = Unknown("the operator sets it from 1.7 on")
_OWN: Final = frozenset(
    {*podlabels.IDENTITY, podlabels.IDENTIFIER, podlabels.APPLICATION, podlabels.CREATED_BY}
    | {podlabels.RAY_NODE}
)
"""Labels that Ray's pods get from KubeRay, and from nobody else."""


class Labels(dict[str, Node[Any]]):
    """Labels by key; one that others may set is unknown where it is not written.

    `written` are the mappings that they come from: where one of them is a placeholder, or has one
    for a key, any label may be there. `is_open` says which keys others may set.
    """

    def __init__(
        self,
        known: Iterable[tuple[str, Node[Any]]],
        pod: Node[Any],
        *written: Node[Any],
        is_open: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__(known)
        self._pod = pod
        self._is_open = is_open or set_by_others
        self.unsure = any(_is_unsure(each) for each in written)

    def get(self, key: str, default: Any = None) -> Any:
        """The label; unknown where someone else than the manifest may set it."""
        found = super().get(key)
        if found is None and (self.unsure or self._is_open(key)):
            return self._pod.put(Unknown("a label that a controller may set"))
        return default if found is None else found


class PodSet(NamedTuple):
    """Pods that one template makes; `node` is the template.

    `cluster` and `group` are those it belongs to; None for a submitter and for plain workloads.
    `role` is head, worker, submitter or workload.
    """

    role: str
    node: Node[Any]
    owner: Owner
    labels: Labels
    pod: Pod
    cluster: Cluster | None = None
    group: Group | None = None

    @property
    def namespace(self) -> str:
        """The namespace that is written; empty where none is, or a placeholder."""
        written = self.owner.resource.namespace
        return "" if placeholder(written) else written


def pod_sets(clusters: Iterable[Cluster], others: Iterable[Pod]) -> Iterator[PodSet]:
    """The pods of all groups of clusters, and other pods: submitters and workloads."""
    for cluster in clusters:
        for group in cluster.groups:
            role = str(group.role.value)
            of_pods = group.pod.metadata.get("labels")
            of_group = podlabels.group_labels(group.node, cluster.owner.release)
            written = (of_pods, of_group)
            labels = Labels(_labels(cluster, group, role), group.pod.node, *written)
            yield PodSet(role, group.node, cluster.owner, labels, group.pod, cluster, group)
    for pod in others:
        role, of_pods = str(pod.role.value), pod.metadata.get("labels")
        found = [*of_pods.entries()]
        if role == "submitter":
            found.append((podlabels.CREATED_BY, pod.node.put(_SUBMITTED)))
        yield PodSet(role, pod.node, pod.owner, Labels(found, pod.node, of_pods), pod)


def _labels(cluster: Cluster, group: Group, role: str) -> Iterator[tuple[str, Node[Any]]]:
    """What labelPod makes of the template's labels and the group's; later ones win."""
    resource, release = cluster.owner.resource, cluster.owner.release
    written = [
        *group.pod.metadata.get("labels").entries(),
        *podlabels.group_labels(group.node, release).entries(),
    ]
    owner = cluster.owner_name
    identity = [
        (
            name,
            podlabels.identity(name, resource.kind, owner, None if role == "head" else group.node),
        )
        for name in podlabels.IDENTITY
    ]
    yield podlabels.RAY_NODE, owner.put("yes", how=DERIVED)
    yield podlabels.IDENTIFIER, podlabels.identifier(resource.kind, owner, role)
    yield podlabels.APPLICATION, owner.put(podlabels.APPLICATION_NAME)
    yield podlabels.CREATED_BY, owner.put(podlabels.CREATOR)
    if resource.kind == "RayService":
        yield podlabels.SERVE, owner.put(_SERVING)
    first, last = (written, identity) if release.has("identity-labels") else (identity, written)
    yield from first
    yield from last


def _is_unsure(labels: Node[Any]) -> bool:
    """Whether a mapping of labels may have others than are written."""
    if type(labels.value) is dict:
        return any(type(key) is not str or placeholder(key) for key in labels.value)
    return not labels.absent


def set_by_others(key: str) -> bool:
    """Whether a label may come from a controller or a webhook rather than from a manifest."""
    domain = key.rpartition("/")[0]
    return key in ("pod-template-hash", "controller-uid", "job-name") or (
        domain.endswith(("kubernetes.io", "k8s.io", "ray.io", "istio.io", "volcano.sh"))
        and key not in _OWN
        and not domain.startswith("app.")
    )
