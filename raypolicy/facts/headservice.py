"""The Service in front of a head pod. Not here: a port of it (`serviceport`)."""

from __future__ import annotations

from typing import Any

from raypolicy.effective import ports
from raypolicy.effective.ports import Component, ServicePortFact
from raypolicy.facts.headgroup import HeadGroup
from raypolicy.facts.serviceport import ServicePort
from raypolicy.facts.view import View, fact, written
from raypolicy.tree import ABSENT, INJECTED, Node, placeless


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
        seen = _Seen()
        made = [self._view(port, seen) for port in self._found if not port.own]
        listed = _Seen(seen)
        own = [self._view(port, listed) for port in self._found if port.own]
        return (*own, *made)

    def _view(self, port: ServicePortFact, seen: _Seen) -> ServicePort:
        same_name, same_number = seen.name(port), seen.number(port)
        if port.number.how == INJECTED:
            same_name = same_number = None
        return ServicePort(port, self._head, same_name, same_number)

    @fact
    def _found(self) -> tuple[ServicePortFact, ...]:
        container = self._head.pod.ray_container.node
        return (*ports.head_service_ports(self._head.node, container, self.owner.release),)

    @fact
    def repeated_ports(self) -> tuple[ServicePort, ...]:
        """Those of its ports that have the name or the number of another, and are superfluous; not
        those that one list in the manifest has twice."""
        names = {port.name.value for port in self._found}
        numbers = {(port.number.value, port.protocol) for port in self._found}
        if len(self._found) == len(names) == len(numbers):
            return ()
        return tuple(
            port
            for port in self.ports
            if not (port.same_name.absent and port.same_number.absent) and not port.refused_before
        )

    @fact
    def astray_ports(self) -> tuple[ServicePort, ...]:
        """Those of its ports that have the name of a part of Ray, and a number or a target that is
        not known to be where that part listens."""
        astray = [
            index
            for index, port in enumerate(self._found)
            if port.name.value in ports.BY_PORT_NAME
            and not port.number.value == port.target.value == self._listening(port).value
        ]
        return tuple(self.ports[index] for index in astray)

    def _listening(self, port: ServicePortFact) -> Node[int]:
        return self._head.listening(ports.BY_PORT_NAME[port.name.value])

    @fact
    def gcs_port(self) -> Node[int]:
        """The port that leads to the GCS and has its number; absent if none does."""
        return self._leading_to(ports.GCS)

    @fact
    def dashboard_port(self) -> Node[int]:
        """The port that leads to the dashboard; absent where none does."""
        return self._leading_to(ports.DASHBOARD)

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
        for part, port, name in (
            (ports.GCS, self.gcs_port, self.named_gcs),
            (ports.DASHBOARD, self.dashboard_port, self.named_dashboard),
        ):
            if port.unknown or name.unknown:
                return self.node.put(port.value if port.unknown else name.value)
            if port.absent and name.absent:
                hidden.append(part.name)
        return self.node.put(tuple(hidden) or ABSENT)

    @fact
    def _alone(self) -> Component | None:
        """The one that is hidden, unless both are."""
        hidden = self.hidden.known or ()
        return ports.NAMED[hidden[0]] if len(hidden) == 1 else None

    @fact
    def hidden_name(self) -> Node[str]:
        """The usual name of the port that is hidden; absent where none is, or both are."""
        part = self._alone
        return self.node.put(ABSENT if part is None else part.usual_name)

    @fact
    def hidden_port(self) -> Node[int]:
        """Where that part of Ray will listen."""
        part = self._alone
        return self.node.put(ABSENT) if part is None else self._head.listening(part)

    @written
    def next_entry(self) -> Node[dict[str, Any]]:
        """The place for one more port in the list of the Ray container; absent where nothing is
        listed, so that the defaults hold."""
        listed = self.node.value
        filled = type(listed) is list and listed
        return self.node.get(len(listed)) if filled else placeless(ABSENT)

    @written
    def serve_entry(self) -> Node[dict[str, Any]]:
        """The entry of that list for 8000, the usual port of Serve, or the place for one; absent
        where the `http_options` of Serve may name another port.
        """
        if "http_options" in str(self.owner.resource.node.get("spec", "serveConfigV2").value):
            return placeless(ABSENT)
        listed = (each for each in self.node.items() if each.get("containerPort").value == 8000)
        return next(listed, self.next_entry)

    @fact
    def metrics_clash(self) -> Node[int]:
        """A listed port 8080 of another name, beside which the operator adds `metrics` 8080."""
        *listed, last = self._found
        if last.number.how != INJECTED:
            return self.node.put(ABSENT)
        clashes = (port.number for port in listed if port.number.value == 8080)
        return next(clashes, self.node.put(ABSENT))

    def _leading_to(self, part: Component) -> Node[int]:
        wanted = self._head.listening(part)
        if wanted.known is None:
            return wanted
        unknown: Node[int] | None = None
        for port in self._found:
            if port.target.value == wanted.value == port.number.value:
                return port.number
            ends = (port.target, port.number) if part is ports.GCS else (port.target,)
            if all(end.value == wanted.value for end in ends):
                return port.number
            doubtful = next((end for end in ends if end.unknown), None)
            if all(end.unknown or end.value == wanted.value for end in ends):
                unknown = doubtful or unknown
        return unknown if unknown is not None else self.node.put(ABSENT, wanted)

    def _called(self, *names: str) -> Node[str]:
        unknown: Node[str] | None = None
        for port in self._found:
            if port.name.value in names:
                return port.name
            unknown = port.name if port.name.unknown else unknown
        return unknown if unknown is not None else self.node.put(ABSENT)


class _Seen:
    """The first port of each name, and of each number and protocol; then those `after` it."""

    def __init__(self, after: _Seen | None = None) -> None:
        self._after = after
        self._names: dict[object, Node[str]] = {}
        self._numbers: dict[object, Node[int]] = {}

    def name(self, port: ServicePortFact) -> Node[str] | None:
        """The name of another port that is the same."""
        if port.name.known is None:
            return None
        first = self._names.setdefault(port.name.value, port.name)
        if first is not port.name:
            return first
        return None if self._after is None else self._after._names.get(port.name.value)

    def number(self, port: ServicePortFact) -> Node[int] | None:
        """The number of another port, of the same protocol, that is the same."""
        if port.number.known is None:
            return None
        key = (port.number.value, port.protocol)
        first = self._numbers.setdefault(key, port.number)
        if first is not port.number:
            return first
        return None if self._after is None else self._after._numbers.get(key)
