"""What Kubernetes would refuse in the pods that the operator makes. Not here: the checks
(`refusals`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from raypolicy.effective.origin import kept
from raypolicy.facts.refusal import Refusal, at
from raypolicy.facts.view import Owner, View, fact, only_with
from raypolicy.refusals.containers import LISTS
from raypolicy.refusals.fault import Fault, Faults, Path, Written, choice, mapping, mappings, name
from raypolicy.tree import ABSENT, Node


class Refused(View):
    """What Kubernetes would refuse in a pod, family by family; its node is the pod's spec.

    `role` is head, worker or submitter; `group` the head or worker group that it is of.
    """

    def __init__(self, node: Node[Any], owner: Owner, role: str, group: Node[Any] | None) -> None:
        super().__init__(node, owner)
        self._role = role
        self._group = group

    @fact
    def containers(self) -> tuple[Refusal, ...]:
        """Of names, images and policies of containers."""
        from raypolicy.refusals.containers import check

        restart = "Never" if self._never else self.field("restartPolicy").known
        found = check(self._spec, self._alone, restart if type(restart) is str else None)
        return (*self._views(found), *self._beside(_of_options))

    @only_with("hostPort", "hostNetwork", "protocol")
    @fact
    def ports(self) -> tuple[Refusal, ...]:
        """Of ports of the node, and of protocols."""
        from raypolicy.refusals.hostports import check

        return self._views(check(self._spec, self._role))

    @only_with("env", "envFrom", "valueFrom")
    @fact
    def env(self) -> tuple[Refusal, ...]:
        """Of environment variables."""
        from raypolicy.refusals.env import check, value

        found = (*self._views(self._each(check)), *self._beside(check))
        cluster = self._cluster
        if self._role != "head" or cluster is None:
            return found
        redis = kept(cluster, "gcsFaultToleranceOptions")
        for key in ("redisUsername", "redisPassword"):
            option = redis.get(key)
            found += self._views(value(mapping(option.value), ()), option)
        return found

    @only_with("volumeMounts", "volumeDevices")
    @fact
    def mounts(self) -> tuple[Refusal, ...]:
        """Of what containers mount."""
        from raypolicy.refusals.mounts import check, repeated, volumes_of

        volumes = volumes_of(self._spec, self._added_volumes)

        def of_container(container: Written, at: Path) -> Faults:
            return check(container, at, volumes)

        def of_added(written: Written, at: Path) -> Faults:
            yield from of_container(written, at)
            yield from repeated(written, at)

        return (*self._views(self._each(of_container)), *self._beside(of_added))

    @only_with("volumes")
    @fact
    def volumes(self) -> tuple[Refusal, ...]:
        """Of volumes and their sources."""
        from raypolicy.refusals.volumes import check

        return self._views(check(self._spec, self._alone))

    @only_with("limits", "requests", "claims", "resourceClaims", "overhead")
    @fact
    def amounts(self) -> tuple[Refusal, ...]:
        """Of resources that are asked for."""
        from raypolicy.refusals.amounts import check, claims_of, of_claims, of_container

        claims = claims_of(self._spec)

        def of_added(written: Written, at: Path) -> Faults:
            yield from of_container(written, at)
            yield from of_claims(written, at, claims)

        return (*self._views(check(self._spec)), *self._beside(of_added))

    @only_with("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")
    @fact
    def handlers(self) -> tuple[Refusal, ...]:
        """Of probes and hooks."""
        from raypolicy.refusals.handlers import check

        return self._views(check(self._spec))

    @only_with("securityContext", "shareProcessNamespace", "hostUsers")
    @fact
    def security(self) -> tuple[Refusal, ...]:
        """Of security contexts, and of what is shared with the node."""
        from raypolicy.refusals.security import check, of_container

        def of_scaler(container: Written, at: Path) -> Faults:
            context = mapping(container.get("securityContext"))
            return of_container(context, (*at, "securityContext"), self._spec)

        return (*self._views(check(self._spec)), *self._beside(of_scaler))

    @only_with("nodeSelector", "tolerations", "affinity", "topologySpreadConstraints")
    @fact
    def placement(self) -> tuple[Refusal, ...]:
        """Of where the pod is to run."""
        from raypolicy.refusals.placement import check

        return self._views(check(self._spec))

    @only_with("hostname", "subdomain", "hostnameOverride", "dnsPolicy", "dnsConfig", "hostAliases")
    @fact
    def network(self) -> tuple[Refusal, ...]:
        """Of its names and of how it looks up others."""
        from raypolicy.refusals.settings import network

        return self._views(network(self._spec))

    @fact
    def settings(self) -> tuple[Refusal, ...]:
        """Of the rest: restart policy, names of classes and accounts, gates …"""
        from raypolicy.refusals.settings import check

        found = self._views(check(self._spec, not self._never, self._alone))
        above = self.node.parent
        named = self._role == "head" and not self.owner.release.has("fixed-head-pod-name")
        if above is None or not named:
            return found
        metadata = above.get("metadata")
        kind = "pod setting"
        return found + at(
            metadata, name(mapping(metadata.value), "name", (), kind, of="subdomain"), self.owner
        )

    @only_with("annotations", "finalizers")
    @fact
    def annotations(self) -> tuple[Refusal, ...]:
        """Of annotations that Kubernetes reads, and of finalizers."""
        from raypolicy.refusals.podmeta import check

        above = self.node.parent
        metadata = self.node.put(ABSENT) if above is None else above.get("metadata")
        found = check(mapping(metadata.value), self._spec)
        return () if self.node.absent else self._views(found, metadata)

    @property
    def _spec(self) -> Written:
        return mapping(self.node.value)

    @property
    def _alone(self) -> bool:
        return self._role != "submitter"

    @property
    def _cluster(self) -> Node[Any] | None:
        parent = None if self._group is None else self._group.parent
        return parent.parent if parent is not None and self._role == "worker" else parent

    @property
    def _never(self) -> bool:
        """Whether the operator allows, or writes, no restart policy but Never."""
        cluster = self._cluster
        if cluster is None:
            return False
        above = cluster.parent
        sidecar = above is not None and above.get("submissionMode").value == "SidecarMode"
        scaled = cluster.get("enableInTreeAutoscaling").value is True
        return sidecar or (scaled and cluster.get("autoscalerOptions", "version").value == "v2")

    def _added_volumes(self) -> frozenset[str]:
        from raypolicy.effective import addedvolumes

        group = self._group
        if group is None:
            return frozenset()
        return addedvolumes.names(group, self._role, self.owner.release)

    def _each(self, check: Callable[[Written, Path], Faults]) -> Iterator[Fault]:
        for part in LISTS:
            for container, place in mappings(self._spec, part, ()):
                yield from check(container, place)

    def _beside(self, check: Callable[[Written, Path], Faults]) -> tuple[Refusal, ...]:
        """The same of containers that the head gets, whose settings are options of the cluster."""
        cluster = self._cluster
        if self._role != "head" or cluster is None:
            return ()
        from raypolicy.effective.added import options

        written = options(cluster, self.owner.release, self.owner.gates)
        return tuple(
            found for each in written for found in self._views(check(mapping(each.value), ()), each)
        )

    def _views(self, found: Faults, base: Node[Any] | None = None) -> tuple[Refusal, ...]:
        return at(self.node if base is None else base, found, self.owner)


def _of_options(written: Written, at: Path) -> Faults:
    from raypolicy.refusals.containers import PULLS, image

    if "image" in written and written["image"] is not None:  # they have one by default
        yield from image(written, at, alone=True)
    yield from choice(written, "imagePullPolicy", PULLS, at, "pull policy")
