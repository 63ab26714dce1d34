"""Clusters: wherever a cluster's spec is embedded, and the head Service it will have."""

from __future__ import annotations

from typing import Any

from raypolicy.effective import names, ports
from raypolicy.facts.group import Group, HeadGroup, WorkerGroup
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, DEFAULTED, Node
from raypolicy.values import Version


class ServicePort(View):
    """A port of a Service that the operator makes; its node is what the number comes from."""

    def __init__(self, port: ports.ServicePortFact, owner: Owner) -> None:
        super().__init__(port.number, owner)
        self._port = port

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self._port.name

    @fact
    def number(self) -> Node[int]:
        """Its number."""
        return self._port.number


class HeadService(View):
    """The Service in front of the head pod; its node is the port list of the Ray container."""

    stands_alone = True

    def __init__(self, head: HeadGroup, name: Node[str], kind: str) -> None:
        super().__init__(head.pod.ray_container.field("ports"), head.owner)
        self._head = head
        self._name = name
        self._kind = kind

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self._name

    @fact
    def type(self) -> Node[str]:
        """ClusterIP, NodePort or LoadBalancer."""
        return ports.service_type(self._head.node)

    @fact
    def headless(self) -> Node[bool]:
        """Whether it has no address of its own: then its name leads to every port of the head."""
        return ports.headless(self._head.node, self.owner.release)

    @fact
    def ports(self) -> tuple[ServicePort, ...]:
        """Its ports: those the Ray container lists or else the defaults, and `metrics`."""
        found = ports.head_service_ports(
            self._head.pod.ray_container.node,
            self._head.field("rayStartParams"),
            self.owner.release,
        )
        return tuple(ServicePort(port, self.owner) for port in found)

    @fact
    def gcs_port(self) -> Node[int]:
        """The port that leads to the GCS; absent where none has its number."""
        return self._leading_to(ports.COMPONENTS[0])

    @fact
    def dashboard_port(self) -> Node[int]:
        """The port that leads to the dashboard; absent where none has its number."""
        return self._leading_to(ports.COMPONENTS[1])

    @fact
    def client_port(self) -> Node[int]:
        """The port that leads to the Ray client server; absent where none has its number."""
        return self._leading_to(ports.COMPONENTS[2])

    @fact
    def named_dashboard(self) -> Node[str]:
        """The name `dashboard`, by which the operator looks for the port, if a port has it."""
        return self._called("dashboard")

    @fact
    def metrics_clash(self) -> Node[int]:
        """A listed port 8080 of another name, beside which the operator adds `metrics` 8080."""
        added = self.ports[-1].name
        if added.how != "injected":
            return self.node.put(ABSENT)
        clashes = (p.number for p in self.ports[:-1] if p.number.value == 8080)
        return next(clashes, self.node.put(ABSENT))

    def _leading_to(self, part: ports.Component) -> Node[int]:
        wanted = ports.listening(part, self._head.field("rayStartParams"))
        if wanted.known is None:
            return wanted
        unknown: Node[int] | None = None
        for port in self.ports:
            if port.number.value == wanted.value:
                return port.number
            unknown = port.number if port.number.unknown else unknown
        return unknown if unknown is not None else self.node.put(ABSENT, wanted)

    def _called(self, name: str) -> Node[str]:
        found = (port.name for port in self.ports if port.name.value == name)
        return next(found, self.node.put(ABSENT))


class Cluster(View):
    """A cluster: of a RayCluster, or the one a RayJob, RayService or RayCronJob makes."""

    fields = frozenset(
        """authOptions autoscalerOptions enableInTreeAutoscaling gcsFaultToleranceOptions
        headGroupSpec headServiceAnnotations historyServerOptions managedBy networkPolicy rayVersion
        suspend tlsOptions upgradeStrategy workerGroupSpecs""".split()
    )

    @fact
    def kind(self) -> Node[str]:
        """The kind of the resource it is written in: RayCluster, RayJob, RayService, RayCronJob."""
        return self.owner.resource.node.get("kind")

    @fact
    def name(self) -> Node[str]:
        """Its name; unknown where the operator adds random letters to it."""
        return names.cluster(self.owner.resource.kind, self._owner_name)

    @fact
    def namespace(self) -> Node[str]:
        """The namespace, where one is written."""
        return self.owner.resource.node.get("metadata", "namespace")

    @fact
    def ray_version(self) -> Node[Version]:
        """rayVersion, where it is a release."""
        return self.field("rayVersion").map(_version, "not a release of Ray")

    @fact
    def ray_minor(self) -> Node[Version]:
        """rayVersion without its patch number."""
        return self.ray_version.map(
            lambda version: Version.parse(f"{version.minor[0]}.{version.minor[1]}"), ""
        )

    @fact
    def autoscaling(self) -> Node[bool]:
        """Whether Ray's autoscaler is on; off by default."""
        written = self.field("enableInTreeAutoscaling")
        if written.absent:
            return written.put(False, how=DEFAULTED)
        return written.map(lambda value: value if type(value) is bool else None, "not a boolean")

    @fact
    def head(self) -> HeadGroup:
        """The head group."""
        return HeadGroup(self.field("headGroupSpec"), self.owner, self.autoscaling)

    @fact
    def workers(self) -> tuple[WorkerGroup, ...]:
        """The worker groups."""
        groups: list[WorkerGroup] = []
        seen: dict[Any, Node[Any]] = {}
        for node in self.field("workerGroupSpecs").items():
            name = node.get("groupName")
            earlier = seen.get(name.value) if isinstance(name.known, str) else None
            groups.append(WorkerGroup(node, self.owner, self.autoscaling, earlier))
            if isinstance(name.known, str):
                seen.setdefault(name.value, name)
        return tuple(groups)

    @fact
    def groups(self) -> tuple[Group, ...]:
        """The head group and the worker groups."""
        return (self.head, *self.workers)

    @fact
    def head_service(self) -> HeadService:
        """The Service in front of the head pod."""
        kind = self.owner.resource.kind
        name = names.head_service(kind, self._owner_name, self.head.node, self.owner.release)
        return HeadService(self.head, name, kind)

    @fact
    def serve_service(self) -> Node[str]:
        """Name of the Service for Serve, where there will be one."""
        resource = self.owner.resource
        return names.serve_service(
            resource.kind, self._owner_name, resource.node, self.owner.release
        )

    @property
    def _owner_name(self) -> Node[str]:
        return self.owner.resource.node.get("metadata", "name")


def _version(value: object) -> Version | None:
    return Version.parse(value) if type(value) is str else None
