"""Ports of the node, and protocols. Not here: a port's name and number (`facts.port`)."""

from __future__ import annotations

from typing import Final

from raypolicy.refusals.containers import LISTS
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    mappings,
    number,
    protocol,
    within,
)

_METRICS: Final = 8080


def check(spec: Written, role: str) -> Faults:
    """Of a pod's spec. In the pods of heads and workers KubeRay adds a port called metrics."""
    shared = spec.get("hostNetwork") is True
    taken: dict[object, str] = {}
    for part in LISTS:
        for index, (container, at) in enumerate(mappings(spec, part, ())):
            if part == "initContainers":
                taken = {}
            elif index == 0:
                taken = _added(container, shared, role)
            for port, place in mappings(container, "ports", at):
                yield from protocol(port, place, "protocol")
                alike = shared and part == "containers"
                yield from _host_port(port, place, alike, taken, role)


def _added(ray: Written, shared: bool, role: str) -> dict[object, str]:
    """The port that is added to Ray's container: beside those of another container it is taken
    first. An own port of that number at the head is said to clash in its Service.
    """
    ports = [port for port, _ in mappings(ray, "ports", ())]
    named = any(port.get("name") == "metrics" for port in ports)
    in_service = role == "head" and any(port.get("containerPort") == _METRICS for port in ports)
    if not shared or role not in ("head", "worker") or named or in_service:
        return {}
    return {_key({}, _METRICS): "which KubeRay adds as `metrics`"}


def _host_port(
    port: Written, at: Path, shared: bool, taken: dict[object, str], role: str
) -> Faults:
    yield from within(port, "hostPort", at, "host port", 0, 65535)
    own, inside = number(port.get("hostPort")), number(port.get("containerPort"))
    if shared and own in range(1, 65536) and inside is not None and own != inside:
        said = f"is not {inside} as the containerPort, which hostNetwork demands"
        yield Fault((*at, "hostPort"), "host port", said, inside)
    used = own or (inside if shared and role != "submitter" else None)
    if not used:
        return
    key = _key(port, used)
    if key in taken:
        place = (*at, "hostPort") if own else (*at, "containerPort")
        yield Fault(place, "host port", f"is taken on the node by another port, {taken[key]}")
    else:
        taken[key] = f"that of {port['name']}" if port.get("name") else "listed before"


def _key(port: Written, used: int) -> object:
    return str(port.get("protocol") or "TCP"), str(port.get("hostIP") or ""), used
