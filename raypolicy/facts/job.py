"""RayJobs, and the RayCronJobs that make them."""

from __future__ import annotations

from raypolicy.effective.origin import kept
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.pod import Pod
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import ABSENT, DEFAULTED, Node


class Job(View):
    """A RayJob's spec, of a RayJob or inside a RayCronJob."""

    fields = frozenset(
        """activeDeadlineSeconds backoffLimit clusterSelector deletionStrategy entrypoint
        entrypointNumCpus entrypointNumGpus entrypointResources jobId managedBy metadata
        preRunningDeadlineSeconds rayClusterSpec runtimeEnvYAML shutdownAfterJobFinishes
        submissionMode submitterConfig submitterPodTemplate suspend
        ttlSecondsAfterFinished""".split()
    )

    @fact
    def name(self) -> Node[str]:
        """Its name; that of the RayCronJob, if one makes it."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def namespace(self) -> Node[str]:
        """The namespace, where one is written."""
        return self.owner.resource.node.get("metadata", "namespace")

    @fact
    def submission_mode(self) -> Node[str]:
        """How the entrypoint is submitted; K8sJobMode by default."""
        written = kept(self.node, "submissionMode")
        return written.put("K8sJobMode", how=DEFAULTED) if written.absent else written

    @only_with("clusterSelector")
    @fact
    def selected_cluster(self) -> Node[str]:
        """The RayCluster it runs on, where it selects one that is there already."""
        return self.field("clusterSelector").get("ray.io/cluster")

    @only_with("rayClusterSpec")
    @fact
    def clusters(self) -> tuple[Cluster, ...]:
        """The cluster it makes; none where it selects one."""
        return () if self._selects else self._written

    @only_with("clusterSelector")
    @fact
    def unmade_clusters(self) -> tuple[Cluster, ...]:
        """The cluster that is written although it selects one: the operator checks it, and does
        not make it."""
        return self._written if self._selects else ()

    @only_with("submitterPodTemplate")
    @fact
    def submitters(self) -> tuple[Pod, ...]:
        """The submitter pod, where a template for it is written."""
        template = self.field("submitterPodTemplate")
        return () if template.value is ABSENT else (Pod(template, self.owner, "submitter"),)

    @property
    def _selects(self) -> bool:
        selector = self.field("clusterSelector")
        return not selector.absent and selector.value != {}

    @property
    def _written(self) -> tuple[Cluster, ...]:
        spec = self.field("rayClusterSpec")
        return () if spec.absent else (Cluster(spec, self.owner),)


class CronJob(View):
    """A RayCronJob's spec."""

    fields = frozenset({"jobTemplate", "schedule", "suspend", "timeZone"})

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.owner.resource.node.get("metadata", "name")

    @fact
    def namespace(self) -> Node[str]:
        """The namespace, where one is written."""
        return self.owner.resource.node.get("metadata", "namespace")

    @fact
    def job(self) -> Job:
        """The RayJob that it makes at every turn."""
        return Job(self.field("jobTemplate"), self.owner)
