"""Probes that are written for containers. Not here: those that KubeRay adds (`cluster`)."""

from __future__ import annotations

from typing import Any, NamedTuple

from raypolicy.effective import healthchecks
from raypolicy.effective.ports import BY_PORT_NAME, METRICS, listening
from raypolicy.effective.replicas import whole
from raypolicy.facts.view import Owner, View, fact, written
from raypolicy.tree import ABSENT, DEFAULTED, Node, Unknown
from raypolicy.values import Version, placeholder

_HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")
KINDS = ("livenessProbe", "readinessProbe", "startupProbe")


class Ray(NamedTuple):
    """Which Ray a probe asks, where nothing but KubeRay's Ray listens in its pod."""

    head: bool
    params: Node[Any]
    version: Node[Version]


class Probe(View):
    """A probe of a container."""

    fields = frozenset(
        """exec failureThreshold grpc httpGet initialDelaySeconds periodSeconds successThreshold
        tcpSocket terminationGracePeriodSeconds timeoutSeconds""".split()
    )

    def __init__(
        self,
        node: Node[Any],
        owner: Owner,
        container: Node[Any],
        of_ray: bool,
        ray: Ray | None,
    ) -> None:
        super().__init__(node, owner)
        self._container = container
        self._of_ray = of_ray
        self._ray = ray

    @fact
    def kind(self) -> Node[str]:
        """livenessProbe, readinessProbe or startupProbe."""
        return self.node.at_key(str(self.node.key))

    @fact
    def container(self) -> Node[str]:
        """The name of its container."""
        return self._container.get("name")

    @fact
    def of_ray(self) -> Node[bool]:
        """Whether that is the Ray container of a head or worker."""
        return self.node.put(self._of_ray)

    @fact
    def patience(self) -> Node[int]:
        """Seconds that it has to fail in a row: failureThreshold (3) times periodSeconds (10)."""
        times = whole(self.field("failureThreshold"), 3)
        period = whole(self.field("periodSeconds"), 10)
        if times.known is None or period.known is None:
            return times if times.unknown else period
        written = times if times.how != DEFAULTED else period
        return written.put(times.known * period.known)

    @fact
    def handlers(self) -> Node[int]:
        """How many of exec, grpc, httpGet and tcpSocket it has; there must be one."""
        if type(self.node.value) is not dict:
            return self.node.map(lambda value: None, "not a mapping, as it should be")
        return self.node.at_key(sum(not self.node.get(each).absent for each in _HANDLERS))

    @written
    def without_handler(self) -> Node[Any]:
        """The probe itself where it has no handler at all; else unknown."""
        return self.node if self.handlers.value == 0 else self.node.put(Unknown("it has one"))

    @written
    def unlisted_port(self) -> Node[str]:
        """The name of a port that it asks and its container does not list; absent where there is
        none. KubeRay adds `metrics` to the ports of Ray's container."""
        for target in healthchecks.targets(self.node):
            name = target.port.value
            if type(name) is str and name.strip("0123456789") and not placeholder(name):
                listed = [port.get("name").value for port in self._ports.items()]
                if name not in listed and not (name == METRICS.name and self._of_ray):
                    unsure = any(placeholder(str(each)) for each in listed)
                    return self.node.put(ABSENT) if unsure else target.port
        return self.node.put(ABSENT)

    @fact
    def unlisted_number(self) -> Node[int]:
        """The port of the part of Ray that the name of `unlisted_port` is for; unknown
        where it is no such name, or that part is not in this pod."""
        port, ray = self.unlisted_port, self._ray
        part = BY_PORT_NAME.get(str(port.value))
        if part is None or ray is None or not self._of_ray or (part.head_only and not ray.head):
            return port.put(Unknown("no such part of Ray is here"))
        return port.put(listening(part, ray.params, False).value)

    @fact
    def silent_port(self) -> Node[int]:
        """The port of Ray's that it asks and nothing listens on in this pod, since that part of Ray
        is on the head only or was moved; absent where none is known."""
        for target, port in self._asked:
            if self._ray and healthchecks.nobody_at(port, self._ray.head, self._ray.params):
                return target.port.put(port, how=target.port.how)
        return self.node.put(ABSENT)

    @fact
    def unserved_path(self) -> Node[str]:
        """The path that it asks for and the part of Ray at that port does not have; absent where
        none is known."""
        found = self._unserved
        return self.node.put(ABSENT) if found is None else found[0]

    @fact
    def asked_part(self) -> Node[str]:
        """The part of Ray that has no such path."""
        found = self._unserved
        return self.node.put(ABSENT if found is None else found[1])

    @fact
    def asks_serve(self) -> Node[bool]:
        """Whether it asks for Serve's proxy, by its path `/-/healthz` or by its port."""
        asks: Any = healthchecks.asks_serve(self.node, self._ports)
        return self.node.at_key(asks)

    @property
    def _unserved(self) -> tuple[Node[str], str] | None:
        ray = self._ray
        for target, port in self._asked:
            path = None if target.path is None else target.path.known
            if ray is None or not isinstance(path, str) or target.path is None:
                continue
            bare = path.partition("?")[0]
            part = healthchecks.unserved(port, bare, ray.head, ray.params, ray.version)
            if part is not None:
                return target.path, part.name
        return None

    @property
    def _asked(self) -> list[tuple[healthchecks.Target, int]]:
        found = []
        for target in healthchecks.targets(self.node):
            port = healthchecks.port_number(target, self._ports)
            if port is not None:
                found.append((target, port))
        return found

    @property
    def _ports(self) -> Node[Any]:
        return self._container.get("ports")
