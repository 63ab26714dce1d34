"""How a RayJob's entrypoint gets to its cluster. Not here: what a shell makes of it (`entrypoint`),
the pod that submits (`submitter`), what is asked for (`demand`).

Source: KubeRay `controllers/ray/rayjob_controller.go`, configureSubmitterContainer.
"""

from __future__ import annotations

from typing import Any

from raypolicy.effective import script
from raypolicy.effective.injected import SUBMITTER
from raypolicy.effective.submission import RESTARTS
from raypolicy.facts import demand
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.demand import Demand
from raypolicy.facts.entrypoint import Entrypoint
from raypolicy.facts.pod import Pod
from raypolicy.facts.submitter import OwnSubmission, SubmitterGap, gaps
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.tree import ABSENT, Node


class Submission(View):
    """The submission of a RayJob; its node is the RayJob's spec."""

    def __init__(
        self, node: Node[Any], owner: Owner, mode: Node[str], clusters: tuple[Cluster, ...]
    ) -> None:
        """`mode` is absent where it is none that the operator knows."""
        super().__init__(node, owner)
        self._mode = mode
        self._clusters = clusters

    @fact
    def runs_entrypoint(self) -> Node[bool]:
        """Whether the entrypoint is what is submitted: not in InteractiveMode, nor where the
        submitter has a command of its own."""
        mode = self._mode
        if mode.known is None:
            return mode.put(mode.value if mode.unknown else False)
        own = mode.value == "K8sJobMode" and not self._own.absent
        return mode.put(mode.value != "InteractiveMode" and not own)

    @only_with("entrypoint")
    @fact
    def entrypoint(self) -> Entrypoint:
        """The entrypoint, where a shell reads it before it gets to the cluster: in K8sJobMode and
        SidecarMode, from KubeRay 1.3 on."""
        mode, release = self._mode.value, self.owner.release
        read = self._in_shell and self.runs_entrypoint.value is True
        node = self.field("entrypoint")
        restarts = release.has("sidecar-restart") and RESTARTS in self.owner.gates
        groups = (group for cluster in self._clusters for group in cluster.groups)
        ray = (*(g.pod.ray_container.node for g in groups), self.field("runtimeEnvYAML"))
        last = mode == "SidecarMode" and not restarts
        return Entrypoint(node if read else node.put(ABSENT), self.owner, ray, self._submits, last)

    @only_with("submitterPodTemplate")
    @fact
    def own(self) -> OwnSubmission:
        """The command that the submitter has of its own, in K8sJobMode."""
        node = self._own if self._mode.value == "K8sJobMode" else self._own.put(ABSENT)
        return OwnSubmission(node, self.owner, self.field("entrypoint"))

    @only_with("imagePullSecrets", "tolerations", "nodeSelector", "securityContext")
    @fact
    def gaps(self) -> tuple[SubmitterGap, ...]:
        """What the head pod of its cluster has and the pod that submits has not, in K8sJobMode."""
        if self._mode.value != "K8sJobMode" or not self._clusters:
            return ()
        return tuple(gaps(self._clusters[0].head.pod, self._submitter, self.owner))

    @only_with("entrypointResources", "entrypointNumCpus", "entrypointNumGpus")
    @fact
    def demands(self) -> tuple[Demand, ...]:
        """What the entrypoint asks for on its node, where it runs on a cluster of its own."""
        if not self._clusters or self.runs_entrypoint.value is not True:
            return ()
        made, shell = self._clusters[0], self._in_shell
        return tuple(demand.demands(self.node, self.owner, made, in_shell=shell))

    @only_with("configMap")
    @fact
    def script_elsewhere(self) -> Node[str]:
        """The Python file that the entrypoint runs on the head, where it lies in a ConfigMap that
        the submitter or a worker group mounts, and the head mounts nothing there; else absent."""
        none: Node[str] = self.field("entrypoint").put(ABSENT)
        if not self._clusters or self.runs_entrypoint.value is not True or self.demands:
            return none
        cluster = self._clusters[0]
        pods = (*(group.pod for group in cluster.workers), self._submitter)
        others = (pod.node for pod in pods)
        return script.elsewhere(self.field("entrypoint"), cluster.head.pod.node, others) or none

    @only_with("entrypointResources")
    @fact
    def resources_fault(self) -> Node[str]:
        """Why entrypointResources is no object of numbers in JSON, as it has to be; absent where it
        is, or nobody reads it."""
        written = self.field("entrypointResources")
        read = self.runs_entrypoint.value is True
        return demand.fault(written if read else written.put(ABSENT), in_shell=self._in_shell)

    @property
    def _submitter(self) -> Pod:
        return Pod(self.field("submitterPodTemplate"), self.owner, "submitter")

    @property
    def _submits(self) -> Node[Any]:
        """The container that submits, as far as it is written: in SidecarMode one of the head's."""
        if self._mode.value != "SidecarMode" or not self._clusters:
            return self._submitter.node.get("containers", 0)
        found = (c.node for c in self._clusters[0].head.pod.containers)
        named = (node for node in found if node.get("name").value == SUBMITTER)
        return next(named, self.node.put(ABSENT))

    @property
    def _own(self) -> Node[Any]:
        """The container that submits, where it has a command of its own."""
        first = self._submitter.node.get("containers", 0)
        return first.put(ABSENT) if first.get("command").value in (ABSENT, []) else first

    @property
    def _in_shell(self) -> bool:
        mode, has = self._mode.value, self.owner.release.has("entrypoint-in-shell")
        return mode in ("K8sJobMode", "SidecarMode") and has
