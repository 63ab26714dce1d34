"""RayJobs. Not here: the RayCronJobs that make them (`cronjob`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raypolicy.effective.origin import kept
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.pod import Pod
from raypolicy.facts.setting import Setting
from raypolicy.facts.view import View, fact, only_with
from raypolicy.tree import ABSENT, DEFAULTED, PLACEHOLDER, Node, Unknown
from raypolicy.values import placeholder, plain_text

if TYPE_CHECKING:  # few jobs have them
    from raypolicy.facts.batch import Batch
    from raypolicy.facts.deletion import Deletion
    from raypolicy.facts.ending import Ending
    from raypolicy.facts.runtimeenv import RuntimeEnv
    from raypolicy.facts.submission import Submission


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
    def batch(self) -> Batch:
        """What its labels say to Kueue and to batch schedulers."""
        from raypolicy.facts.batch import Batch

        return Batch(self.owner.resource.node.get("metadata"), self.owner)

    @fact
    def submission_mode(self) -> Node[str]:
        """How the entrypoint is submitted; K8sJobMode by default."""
        written = kept(self.node, "submissionMode")
        return written.put("K8sJobMode", how=DEFAULTED) if written.absent else written

    @only_with("submissionMode")
    @fact
    def idle_mode(self) -> Node[str]:
        """submissionMode, where it is none in which this release of KubeRay submits anything or
        waits for somebody who does."""
        from raypolicy.effective import submission

        written = kept(self.node, "submissionMode").map(plain_text, "no text")
        known = submission.modes(self.owner.release)
        done = not known or written.value in known
        return written.put(ABSENT) if done else written

    @only_with("submissionMode")
    @fact
    def nearest_mode(self) -> Node[str]:
        """The mode that must be meant by such a one."""
        from raypolicy.effective import submission

        found = submission.nearest(self.idle_mode.known, self.owner.release)
        return self.idle_mode.put(ABSENT if found is None else found)

    @fact
    def submission(self) -> Submission:
        """How the entrypoint gets to the cluster."""
        from raypolicy.facts.submission import Submission

        mode, idle = self.submission_mode, self.idle_mode
        known = mode if idle.absent else mode.put(idle.value if idle.unknown else ABSENT)
        return Submission(self.node, self.owner, known, self.clusters)

    @fact
    def ending(self) -> Ending:
        """What becomes of it and its cluster once the job has ended."""
        from raypolicy.facts.ending import Ending

        return Ending(self.node, self.owner, self.selects, self.deletion)

    @only_with("clusterSelector", otherwise=False)
    @fact
    def selects(self) -> Node[bool]:
        """Whether it runs on a cluster that is there already, which clusterSelector names."""
        written = self.field("clusterSelector")
        if written.absent:
            return written.put(False, how=DEFAULTED)
        return written.map(lambda value: bool(value) if type(value) is dict else None, "no mapping")

    @only_with("clusterSelector")
    @fact
    def names_cluster(self) -> Node[bool]:
        """Whether clusterSelector names the cluster, as it must."""
        selector = self.field("clusterSelector")
        if selector.absent:
            return selector
        name = selector.get("ray.io/cluster")
        if any(type(value.value) is not str for _, value in selector.entries()):
            return name.put(Unknown("its values must be texts"))
        return name.put(name.value if name.unknown else name.value not in (ABSENT, ""))

    @only_with("shutdownAfterJobFinishes", otherwise=False)
    @fact
    def shuts_down(self) -> Node[bool]:
        """Whether its cluster is deleted once the job has ended; it is not by default."""
        written = self.field("shutdownAfterJobFinishes")
        if written.absent:
            return written.put(False, how=DEFAULTED)
        return written.map(lambda value: value if type(value) is bool else None, "no boolean")

    @only_with("backoffLimit")
    @fact
    def backoff_limit(self) -> Node[int]:
        """backoffLimit, where this version of the API has it."""
        return kept(self.node, "backoffLimit")

    @only_with("activeDeadlineSeconds")
    @fact
    def active_deadline(self) -> Node[int]:
        """activeDeadlineSeconds, where this version of the API has it."""
        return kept(self.node, "activeDeadlineSeconds")

    @only_with("submitterPodTemplate", "submitterConfig")
    @fact
    def submitter_settings(self) -> tuple[Setting, ...]:
        """What is written for a pod that submits the job: a template, a configuration."""
        from raypolicy.effective import submission

        fields = (kept(self.node, name) for name in submission.SETTINGS)
        return tuple(Setting(node, self.owner) for node in fields if not node.absent)

    @only_with("deletionStrategy", "deletionPolicy")
    @fact
    def deletion(self) -> Deletion:
        """What is to be deleted once the job has ended: `deletionStrategy`, in KubeRay 1.3 and 1.4
        `deletionPolicy`."""
        from raypolicy.effective.deletion import written
        from raypolicy.facts.deletion import Deletion

        autoscaling = self.node.get("rayClusterSpec", "enableInTreeAutoscaling")
        asked = written(self.node, self.owner.release)
        return Deletion(asked, self.owner, self.selects, autoscaling)

    @fact
    def repeats(self) -> Node[bool]:
        """Whether a RayCronJob makes it, again and again."""
        return self.node.put(self.owner.resource.kind == "RayCronJob")

    @only_with("runtimeEnvYAML")
    @fact
    def runtime_env(self) -> RuntimeEnv:
        """What runtimeEnvYAML says, a text that is YAML itself."""
        from raypolicy.facts.rayoption import ray_of
        from raypolicy.facts.runtimeenv import RuntimeEnv

        text = self.field("runtimeEnvYAML")
        return RuntimeEnv(text, self.owner, "job", ray_of(self.clusters, text), text)

    @only_with("metadata")
    @fact
    def unfit_metadata_ray(self) -> Node[str]:
        """rayVersion of its cluster, where that keeps the operator from making the command that
        submits the job with `metadata`: it is no version to it, or one before 2.6."""
        from raypolicy.effective import submission

        version = self.node.get("rayClusterSpec", "rayVersion").map(plain_text, "no text")
        asked = self.field("metadata").known and not self.field("rayClusterSpec").absent
        if not asked or submission.takes_metadata(version.value, self.owner.release):
            return version.put(version.value if version.unknown else ABSENT)
        return version.put("not written") if version.absent else version

    @only_with("clusterSelector")
    @fact
    def unread_labels(self) -> tuple[Node[str], ...]:
        """The keys of clusterSelector that nobody reads: all but that of the cluster's name."""
        entries = self.field("clusterSelector").entries()
        others = (node.at_key(key) for key, node in entries if key != "ray.io/cluster")
        return tuple(node.put(PLACEHOLDER) if placeholder(node.value) else node for node in others)

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

    @only_with("submitterPodTemplate")
    @fact
    def submitter_container_count(self) -> Node[int]:
        """How many containers the submitter's template lists; absent without a template."""
        template = self.field("submitterPodTemplate")
        listed = template.get("spec", "containers")
        if template.absent or not listed.absent:
            return listed.map(lambda value: len(value) if type(value) is list else None, "no list")
        return template.put(0)
