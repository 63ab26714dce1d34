"""What Kubernetes would refuse in pods of the operator. Not here: the checks (`refusals`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from raypolicy.effective import addedvolumes
from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.refusals.containers import LISTS
from raypolicy.refusals.fault import Fault, Faults, Path, Written, choice, mapping, mappings
from raypolicy.tree import ABSENT, Node

_PLAIN: Final = (str, int, float)


class Refusal(View):
    """Something in a pod that Kubernetes would refuse; its node is the value, or its place."""

    stands_alone = True

    def __init__(self, node: Node[Any], owner: Owner, found: Fault) -> None:
        super().__init__(node, owner)
        self._found = found

    @fact
    def kind(self) -> Node[str]:
        """What it is about: image, mount, probe, toleration …"""
        return self.node.put(self._found.kind)

    @fact
    def name(self) -> Node[str]:
        """The name of the field, and its value where that is short."""
        named = next(key for key in (*reversed(self._found.path), "") if type(key) is str)
        value = self.node.value
        short = type(value) in _PLAIN and value != "" and len(str(value)) <= 60
        return self.node.put(f"{named} {value}" if short else named)

    @fact
    def fault(self) -> Node[str]:
        """What is wrong with it, as the end of a sentence."""
        at_key = type(self.node.value) in (dict, list)
        return (self.node.at_key if at_key else self.node.put)(self._found.said)

    @written
    def value(self) -> Node[Any]:
        """The value, or the place where one is missing."""
        return self.node

    @fact
    def meant(self) -> Node[Any]:
        """The value that is probably meant; absent where that is not plain."""
        meant = self._found.meant
        return self.node.put(ABSENT if meant is None else meant)


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
        return (*self._views(found), *self._scaler(_policies))

    @only_with("ports")
    @fact
    def ports(self) -> tuple[Refusal, ...]:
        """Of ports of the node, and of protocols."""
        from raypolicy.refusals.hostports import check

        return self._views(check(self._spec, self._role))

    @only_with("env", "envFrom")
    @fact
    def env(self) -> tuple[Refusal, ...]:
        """Of environment variables."""
        from raypolicy.refusals.env import check

        return (*self._views(self._each(check)), *self._scaler(check))

    @only_with("volumeMounts", "volumeDevices")
    @fact
    def mounts(self) -> tuple[Refusal, ...]:
        """Of what containers mount."""
        from raypolicy.refusals.mounts import check, volumes_of

        group = self._group
        added = (
            frozenset[str]()
            if group is None
            else addedvolumes.names(group, self._role, self.owner.release)
        )
        volumes = volumes_of(self._spec, added)

        def of_container(container: Written, at: Path) -> Faults:
            return check(container, at, volumes)

        return (*self._views(self._each(of_container)), *self._scaler(of_container))

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
        from raypolicy.refusals.amounts import check, of_container

        return (*self._views(check(self._spec)), *self._scaler(of_container))

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

        return (*self._views(check(self._spec)), *self._scaler(of_scaler))

    @only_with("nodeSelector", "tolerations", "affinity", "topologySpreadConstraints")
    @fact
    def placement(self) -> tuple[Refusal, ...]:
        """Of where the pod is to run."""
        from raypolicy.refusals.placement import check

        return self._views(check(self._spec))

    @only_with("hostname", "subdomain", "dnsPolicy", "dnsConfig", "hostAliases")
    @fact
    def network(self) -> tuple[Refusal, ...]:
        """Of its names and of how it looks up others."""
        from raypolicy.refusals.settings import network

        return self._views(network(self._spec))

    @fact
    def settings(self) -> tuple[Refusal, ...]:
        """Of the rest: restart policy, names of classes and accounts, gates …"""
        from raypolicy.refusals.settings import check

        return self._views(check(self._spec, not self._never))

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

    def _each(self, check: Callable[[Written, Path], Faults]) -> Iterator[Fault]:
        for part in LISTS:
            for container, at in mappings(self._spec, part, ()):
                yield from check(container, at)

    def _scaler(self, check: Callable[[Written, Path], Faults]) -> tuple[Refusal, ...]:
        """The same of the autoscaler beside the head, whose settings are options of the cluster."""
        cluster = self._cluster
        if self._role != "head" or cluster is None:
            return ()
        options = cluster.get("autoscalerOptions")
        on = cluster.get("enableInTreeAutoscaling").value is True
        return self._views(check(mapping(options.value), ()), options) if on else ()

    def _views(self, found: Iterable[Fault], base: Node[Any] | None = None) -> tuple[Refusal, ...]:
        base = self.node if base is None else base
        return tuple(Refusal(base.get(*each.path), self.owner, each) for each in found)


def _policies(options: Written, at: Path) -> Faults:
    from raypolicy.refusals.containers import PULLS

    return choice(options, "imagePullPolicy", PULLS, at, "pull policy")


def in_service(spec: Node[Any], kind: Node[str], owner: Owner) -> tuple[Refusal, ...]:
    """What Kubernetes would refuse in a Service of a written spec, of a type in the end."""
    from raypolicy.refusals.services import check

    found = check(mapping(spec.value), kind.known)
    return tuple(Refusal(spec.get(*each.path), owner, each) for each in found)


def in_serve_service(
    spec: Node[Any], kind: Node[str], head: Node[Any], owner: Owner
) -> tuple[Refusal, ...]:
    """The same of the Service for Serve, whose ports are looked at if they are kept."""
    from raypolicy.refusals.services import TYPES, check

    ports = head.get("template", "spec", "containers", 0, "ports")
    named = {port.get("name").value for port in ports.items()}
    serving = {each for each in named if type(each) is str and f"{each}-".startswith("serve-")}

    def kept(path: Path) -> bool:
        port = spec.get(*path[:2])
        return path[:1] != ("ports",) or not serving or port.get("name").value in serving

    found = (
        *check(mapping(spec.value), kind.known),
        *choice(mapping(spec.value), "type", TYPES, (), "service setting"),
    )
    return tuple(Refusal(spec.get(*each.path), owner, each) for each in found if kept(each.path))
