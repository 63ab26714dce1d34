"""The Service in front of a head pod, and its ports. Not here: what the head's containers list."""

from __future__ import annotations

from raypolicy.effective import ports
from raypolicy.effective.ports import Component
from raypolicy.facts.group import HeadGroup
from raypolicy.facts.view import View, fact
from raypolicy.tree import ABSENT, INJECTED, Node


class ServicePort(View):
    """A port of a Service that the operator makes; its node is what the number comes from."""

    def __init__(
        self,
        port: ports.ServicePortFact,
        head: HeadGroup,
        others: tuple[ports.ServicePortFact, ...],
    ) -> None:
        super().__init__(port.number, head.owner)
        self._port = port
        self._head = head
        self._others = others

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self._port.name

    @fact
    def number(self) -> Node[int]:
        """Its number."""
        return self._port.number

    @fact
    def target(self) -> Node[int]:
        """The port of the head pod that it leads to: `targetPort`, else its number."""
        return self._port.target

    @fact
    def same_name(self) -> Node[str]:
        """The name of another port of the Service before which this one is superfluous."""
        name = self._port.name
        same = (
            p.name for p in self._others if name.known is not None and p.name.value == name.value
        )
        return next(same, name.put(ABSENT))

    @fact
    def same_number(self) -> Node[int]:
        """The number of another port of the Service, of the same protocol, likewise."""
        number, protocol = self._port.number, self._port.protocol
        numbers = (p.number for p in self._others if p.protocol == protocol)
        same = (n for n in numbers if number.known is not None and n.value == number.value)
        return next(same, number.put(ABSENT))

    @fact
    def component(self) -> Node[str]:
        """The part of Ray that a port of this name is for; absent where it is none of Ray's."""
        part = self._component
        return self.name.put(ABSENT if part is None else part.name)

    @fact
    def ray_port(self) -> Node[int]:
        """Where that part of Ray will listen: its start parameter, else its default."""
        part = self._component
        return self.name.put(ABSENT) if part is None else self._head.listening(part)

    @property
    def _component(self) -> Component | None:
        name = self.name.known
        return ports.component(name) if isinstance(name, str) else None


class HeadService(View):
    """The Service in front of the head pod; its node is the port list of the Ray container."""

    stands_alone = True

    def __init__(self, head: HeadGroup, name: Node[str]) -> None:
        super().__init__(head.pod.ray_container.field("ports"), head.owner)
        self._head = head
        self._name = name

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
        """Its ports: those of `headService`, those the Ray container lists or else the defaults,
        and `metrics`."""
        container = self._head.pod.ray_container.node
        found = [*ports.head_service_ports(self._head.node, container, self.owner.release)]
        made = tuple(port for port in found if not port.own)
        seen: list[ServicePort] = []
        for index, port in enumerate(found):
            earlier = tuple(each for each in found[:index] if each.own == port.own)
            others = (*earlier, *made) if port.own else earlier
            seen.append(
                ServicePort(port, self._head, () if port.number.how == INJECTED else others)
            )
        return tuple(seen)

    @fact
    def gcs_port(self) -> Node[int]:
        """The port that leads to the GCS and has its number; absent if none does."""
        return self._leading_to(ports.GCS)

    @fact
    def dashboard_port(self) -> Node[int]:
        """The port that leads to the dashboard; absent where none does."""
        return self._leading_to(ports.DASHBOARD)

    @fact
    def client_port(self) -> Node[int]:
        """The port that leads to the Ray client server; absent where none does."""
        return self._leading_to(ports.CLIENT)

    @fact
    def named_gcs(self) -> Node[str]:
        """The name of a port that is for the GCS: gcs, gcs-server or redis."""
        return self._called(*ports.GCS.port_names)

    @fact
    def named_dashboard(self) -> Node[str]:
        """The name `dashboard`, by which the operator looks for the port, if a port has it."""
        return self._called(*ports.DASHBOARD.port_names)

    @fact
    def hidden(self) -> Node[tuple[str, ...]]:
        """Which of GCS and dashboard no port leads to or has the name of; absent if none."""
        hidden = []
        for part in (ports.GCS, ports.DASHBOARD):
            port = self._leading_to(part)
            name = self._called(*part.port_names)
            if port.unknown or name.unknown:
                return self.node.put(port.value if port.unknown else name.value)
            if port.absent and name.absent:
                hidden.append(part.name)
        return self.node.put(tuple(hidden) or ABSENT)

    @fact
    def metrics_clash(self) -> Node[int]:
        """A listed port 8080 of another name, beside which the operator adds `metrics` 8080."""
        added = self.ports[-1].name if self.ports else self.node
        if added.how != "injected":
            return self.node.put(ABSENT)
        clashes = (p.number for p in self.ports[:-1] if p.number.value == 8080)
        return next(clashes, self.node.put(ABSENT))

    def _leading_to(self, part: Component) -> Node[int]:
        wanted = self._head.listening(part)
        if wanted.known is None:
            return wanted
        unknown: Node[int] | None = None
        for port in self.ports:
            ends = (port.target, port.number) if part is ports.GCS else (port.target,)
            if all(end.value == wanted.value for end in ends):
                return port.number
            doubtful = next((end for end in ends if end.unknown), None)
            if all(end.unknown or end.value == wanted.value for end in ends):
                unknown = doubtful or unknown
        return unknown if unknown is not None else self.node.put(ABSENT, wanted)

    def _called(self, *names: str) -> Node[str]:
        unknown: Node[str] | None = None
        for port in self.ports:
            if port.name.value in names:
                return port.name
            unknown = port.name if port.name.unknown else unknown
        return unknown if unknown is not None else self.node.put(ABSENT)
