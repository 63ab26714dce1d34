"""The ports of a cluster: what Ray listens on, what the head Service will show. Not here: names.

Source: KubeRay `controllers/ray/common/service.go`, getServicePorts, getPortsFromCluster and
BuildServiceForHeadPod; Ray `python/ray/scripts/scripts.py` for what Ray listens on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.effective.start import BY_HAND
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, DEFAULTED, INJECTED, Node, Unknown
from raypolicy.values import whole_number


class Component(NamedTuple):
    """A part of Ray that listens on a port: the names its container port goes by, the start
    parameter that moves it, and its default.
    """

    name: str
    port_names: tuple[str, ...]
    parameter: str
    default: int
    head_only: bool

    @property
    def usual_name(self) -> str:
        """The name that its port has in KubeRay's samples."""
        return "gcs-server" if self.parameter == "port" else self.port_names[0]


COMPONENTS: Final = (
    Component("GCS", ("gcs", "gcs-server", "redis"), "port", 6379, True),
    Component("dashboard", ("dashboard",), "dashboard-port", 8265, True),
    Component("Ray client", ("client",), "ray-client-server-port", 10001, True),
    Component("metrics", ("metrics",), "metrics-export-port", 8080, False),
)
GCS, DASHBOARD, CLIENT, METRICS = COMPONENTS
NAMED: Final = {part.name: part for part in COMPONENTS}
BY_PORT_NAME: Final = {name: part for part in COMPONENTS for name in part.port_names}


class ServicePortFact(NamedTuple):
    """A port of a Service that the operator makes: its name, its number, and the port of the pod
    that it leads to. `own` is one that headService lists itself.
    """

    name: Node[str]
    number: Node[int]
    target: Node[int]
    protocol: str = "TCP"
    own: bool = False


def component(port_name: str) -> Component | None:
    """The part of Ray that a container port of this name is meant for."""
    return BY_PORT_NAME.get(port_name)


def listening(part: Component, start_params: Node[Any], by_hand: bool) -> Node[int]:
    """The port that this part of Ray will listen on, from the start parameters or by default;
    unknown where Ray is started by hand.
    """
    written = start_params.get(part.parameter)
    if by_hand:
        return written.put(BY_HAND)
    if written.absent:
        return written.put(part.default, how=DEFAULTED)
    return written.map(_port, "not a port number")


def _port(value: object) -> int | None:
    number = whole_number(value)
    return number if number is not None and 0 < number < 65536 else None


def head_service_ports(
    head: Node[Any], container: Node[Any], release: KubeRayRelease
) -> Iterator[ServicePortFact]:
    """Ports of the head Service: those of `headService`, then those that the head's Ray container
    lists, else the defaults.

    Numbers are taken from the container ports, not from the start parameters. `metrics` 8080 is
    added where no listed port has that name.
    """
    straight = headless(head, release)
    for port in head.get("headService", "spec", "ports").items():
        yield _from_head_service(port, straight)
    ports = container.get("ports")
    listed = [*_from_container(ports)]
    yield from listed or _defaults(ports, release)
    if any(port.name.value == METRICS.name for port in listed):
        return
    if not listed or release.has("metrics-service-port"):
        added = ports.put(8080, how=INJECTED)
        yield ServicePortFact(ports.put("metrics", how=INJECTED), added, added)


def _from_head_service(port: Node[Any], straight: Node[bool]) -> ServicePortFact:
    """A port of headService; who resolves a headless one to the pod meets no targetPort."""
    listed, target = number(port.get("port")), port.get("targetPort")
    if target.value in (ABSENT, 0, "") or straight.value is True:
        target = listed
    elif straight.unknown or type(target.value) is not int:
        target = target.put(Unknown("targetPort is a name"))
    spoken = protocol(port.value) or "TCP"
    return ServicePortFact(text(port.get("name")), listed, target, spoken, own=True)


def _from_container(ports: Node[Any]) -> Iterator[ServicePortFact]:
    """One port of each name, the last, as in KubeRay's map of them; where it was named first. A
    number and protocol that is listed twice never reaches the operator.
    """
    found: dict[Any, ServicePortFact] = {}
    seen: set[tuple[int | None, str | None]] = set()
    for port in ports.items():
        name, at = text(port.get("name")), number(port.get("containerPort"))
        key = (at.known, protocol(port.value))
        if None not in key and key in seen:
            continue
        seen.add(key)
        if name.absent or name.value == "":
            known = at.known
            made = Unknown("its number is unknown") if known is None else f"{known}-port"
            name = name.put(made, how=DEFAULTED)
        called = id(port) if name.known is None else name.known
        found[called] = ServicePortFact(name, at, at)
    yield from found.values()


def protocol(port: object) -> str | None:
    """The protocol of a written port; None where it is no text."""
    written = port.get("protocol") if type(port) is dict else None
    return "TCP" if written is None else written if type(written) is str else None


def number(node: Node[Any]) -> Node[int]:
    """A port's number as it is written."""
    return node.map(lambda value: value if type(value) is int else None, "not a port number")


def text(node: Node[Any]) -> Node[str]:
    """A port's name as it is written."""
    return node.map(lambda value: value if type(value) is str else None, "not a name")


def _defaults(ports: Node[Any], release: KubeRayRelease) -> Iterator[ServicePortFact]:
    gcs = "gcs-server" if release.has("gcs-server-port-name") else "redis"
    for name, port in (("client", 10001), (gcs, 6379), ("dashboard", 8265), ("serve", 8000)):
        at = ports.put(port, how=DEFAULTED)
        yield ServicePortFact(ports.put(name, how=DEFAULTED), at, at)


def headless(head: Node[Any], release: KubeRayRelease) -> Node[bool]:
    """Whether the head Service has no address of its own, so that its port list closes nothing."""
    service = head.get("headService")
    if not service.absent:
        return (
            service.get("spec", "clusterIP")
            .map(lambda ip: ip == "None", "")
            .either(service.put(False))
        )
    service_type = head.get("serviceType")
    if not release.has("headless-head-service"):
        return service_type.put(False)
    if service_type.absent:
        return service_type.put(True, how=DEFAULTED)
    return service_type.map(lambda text: text in ("", "ClusterIP"), "")


def service_type(head: Node[Any]) -> Node[str]:
    """The type of the head Service: headService.spec.type, else serviceType, else ClusterIP."""
    written = head.get("headService", "spec", "type").either(head.get("serviceType"))
    return written.put("ClusterIP", how=DEFAULTED) if written.value in (ABSENT, "") else written
