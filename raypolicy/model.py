"""A bundle → the views that rules start from. Not here: what any of them knows (`facts`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from raypolicy import kubenames
from raypolicy.bundle import Bundle, Resource, read_mentioning, read_plain
from raypolicy.effective.podlabels import group_labels
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.cronjob import CronJob
from raypolicy.facts.document import DocumentView
from raypolicy.facts.job import Job
from raypolicy.facts.metadata import Metadata
from raypolicy.facts.pod import Pod
from raypolicy.facts.rayobject import RayObject
from raypolicy.facts.resource import ResourceView
from raypolicy.facts.serve import Service
from raypolicy.facts.target import Target
from raypolicy.facts.view import Owner
from raypolicy.mentions import speaks_of_ray
from raypolicy.neighbours import Neighbours
from raypolicy.releases import KubeRayRelease
from raypolicy.seen import Seen
from raypolicy.tree import NOWHERE, Node, placeless, root_of
from raypolicy.values import Version

if TYPE_CHECKING:  # few bundles have any of these
    from raypolicy.facts.kustomization import KustomizationView
    from raypolicy.facts.suppression import Judged, SuppressionView
    from raypolicy.facts.violation import Violation
    from raypolicy.inventory import Inventory

OWN: Final = frozenset(
    """clusters checked_clusters jobs services cronjobs pods objects metadata resources documents
    violations kustomizations suppressions""".split()
)
"""The roots that are lists of a model itself; the others are those of its `neighbours`."""
_POD_TEMPLATES: Final = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
_WORKLOADS: Final = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"}
)


_NOTHING: Final = Resource("", "", "", "", root_of(NOWHERE))


class Aim(NamedTuple):
    """What the manifests are judged for, and when: the inputs that are not in them.

    `today` is a date such as 2026-11-25; `named` says that the user chose the release of KubeRay;
    that of Kubernetes is None where nobody has.
    """

    release: KubeRayRelease
    today: str
    gates: tuple[str, ...] = ()
    named: bool = False
    kubernetes: Version | None = None


class Model:
    """The views of one bundle, each list made once when it is first asked for.

    `judged` are suppressions, known once the rules of all else have run.
    """

    def __init__(self, bundle: Bundle, aim: Aim, judged: Iterable[Judged] = ()) -> None:
        self.bundle = bundle
        self._aim = aim
        self._judged = tuple(judged)

    def of(self, bundle: Bundle) -> Model:
        """The views of another bundle, judged for the same."""
        return Model(bundle, self._aim)

    def root(self, name: str) -> tuple[Any, ...]:
        """The views under a name of `roots`."""
        if name in OWN:
            return getattr(self, name)  # type: ignore[no-any-return]
        return self.neighbours.root(name)

    @cached_property
    def target(self) -> Target:
        return Target(root_of(NOWHERE), self._nobody)

    @cached_property
    def today(self) -> Node[str]:
        return placeless(self._aim.today)

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        found = [Cluster(*self._spec(resource)) for resource in self._ray("RayCluster")]
        found += (cluster for job in self.jobs for cluster in job.clusters)
        found += (cluster for service in self.services for cluster in service.clusters)
        return tuple(found)

    @cached_property
    def checked_clusters(self) -> tuple[Cluster, ...]:
        """The clusters, and those that KubeRay checks though it makes none of them."""
        return (*self.clusters, *(each for job in self.jobs for each in job.unmade_clusters))

    @cached_property
    def known_clusters(self) -> tuple[Cluster, ...]:
        """The clusters, and those of files that are not audited but belong to the bundle."""
        if not self.bundle.context:
            return self.clusters
        beside = self.bundle._replace(resources=tuple(self.inventory.beside), context=())
        return (*self.clusters, *Model(beside, self._aim).clusters)

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """RayJobs, those that a RayCronJob will make included."""
        made = (cron.job for cron in self.cronjobs)
        return (*(Job(*self._spec(resource)) for resource in self._ray("RayJob")), *made)

    @cached_property
    def services(self) -> tuple[Service, ...]:
        return tuple(Service(*self._spec(resource)) for resource in self._ray("RayService"))

    @cached_property
    def cronjobs(self) -> tuple[CronJob, ...]:
        return tuple(CronJob(*self._spec(resource)) for resource in self._ray("RayCronJob"))

    @cached_property
    def pods(self) -> tuple[Pod, ...]:
        """Every pod template that Ray kinds embed, and those of workloads that mention Ray."""
        found = [group.pod for cluster in self.clusters for group in cluster.groups]
        found += [pod for job in self.jobs for pod in job.submitters]
        found += self._workloads()
        return tuple(pod for pod in found if not pod.node.absent)

    @cached_property
    def objects(self) -> tuple[RayObject, ...]:
        """Ray's own objects, each as a whole."""
        return tuple(RayObject(r.node, self._owner(r)) for r in self.bundle.ray)

    @cached_property
    def metadata(self) -> tuple[Metadata, ...]:
        """Of Ray's resources and of the pod templates in them; the labels of their groups."""
        found: list[Metadata] = []
        names = Counter(map(_dashed, self.bundle.ray))
        for resource in self.bundle.ray:
            node, owner = resource.node.get("metadata"), self._owner(resource)
            taken = names[_dashed(resource)] > 1
            found.append(Metadata(node, owner, resource.kind, taken=taken))
        made = {*self.clusters}
        for cluster in self.checked_clusters:
            for group in cluster.groups:
                role, owner = str(group.role.value), group.owner
                if cluster in made:
                    found.append(Metadata(group.pod.metadata, owner, role, group.node))
                labels = group_labels(group.node, owner.release)
                found.append(Metadata(labels, owner, f"{role} group", group.node))
        for pod in (pod for job in self.jobs for pod in job.submitters):
            found.append(Metadata(pod.metadata, pod.owner, "submitter"))
        return tuple(each for each in found if not each.node.absent)

    @cached_property
    def resources(self) -> tuple[ResourceView, ...]:
        """Everything in the bundle, what does not speak of Ray included."""
        everything = (*self.bundle.resources, *read_plain(self.bundle.plain))
        return tuple(ResourceView(r.node, self._owner(r)) for r in everything)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """Where Ray's objects break the schema that the release has of them."""
        from raypolicy.violations import violations

        return tuple(violations(self.bundle.resources, self._owner))

    @cached_property
    def kustomizations(self) -> tuple[KustomizationView, ...]:
        """The kustomization that the bundle is, if it is one."""
        overlay = self.bundle.overlay
        if overlay is None or overlay.closure.folder not in overlay.closure.parts:
            return ()
        from raypolicy.facts.kustomization import KustomizationView

        node = overlay.closure.parts[overlay.closure.folder].root
        return (KustomizationView(overlay, node, self._nobody),)

    @cached_property
    def suppressions(self) -> tuple[SuppressionView, ...]:
        """What hides findings, comments and annotations."""
        if not self._judged:
            return ()
        from raypolicy.facts.suppression import SuppressionView

        return tuple(
            SuppressionView(self._owner(each.suppression.resource or _NOTHING), each)
            for each in self._judged
        )

    @cached_property
    def documents(self) -> tuple[DocumentView, ...]:
        return tuple(DocumentView(document, self._nobody) for document in self.bundle.documents)

    @cached_property
    def inventory(self) -> Inventory:
        from raypolicy.inventory import Inventory

        return Inventory(self.bundle)

    @cached_property
    def neighbours(self) -> Neighbours:
        seen = Seen(
            self.bundle,
            self.inventory,
            self.clusters,
            self.known_clusters,
            self.jobs,
            self.services,
            self.pods,
            partial(
                Owner,
                release=self._aim.release,
                gates=self._aim.gates,
                kubernetes=self._aim.kubernetes,
            ),
            self._nobody,
        )
        return Neighbours(seen)

    def _workloads(self) -> Iterator[Pod]:
        if not any(True for _ in self.bundle.ray):
            return
        for resource in chain(self.bundle.resources, read_mentioning(self.bundle.plain)):
            if resource.kind in _WORKLOADS:
                template = resource.node.get("spec", "template")
            elif resource.kind in _POD_TEMPLATES:
                template = resource.node.get(*_POD_TEMPLATES[resource.kind])
            else:
                continue
            if speaks_of_ray(resource.node.span.text):
                yield Pod(template, self._owner(resource), "workload")

    def _ray(self, kind: str) -> Iterator[Resource]:
        return (resource for resource in self.bundle.ray if resource.kind == kind)

    def _spec(self, resource: Resource) -> tuple[Node[Any], Owner]:
        return resource.node.get("spec"), self._owner(resource)

    @property
    def _nobody(self) -> Owner:
        return self._owner(_NOTHING)

    def _owner(self, resource: Resource) -> Owner:
        return Owner(resource, self._aim.release, self._aim.gates, self._aim.kubernetes)


def _dashed(resource: Resource) -> tuple[str, str, str]:
    return resource.kind, resource.namespace, kubenames.dashed(resource.name)
