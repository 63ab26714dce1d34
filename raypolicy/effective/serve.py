"""The ports of the Service for Serve. Not here: its name (`names`), whether Serve listens there.

Source: KubeRay `controllers/ray/common/service.go`, BuildServeService and isServingPort.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective.ports import ServicePortFact, head_service_ports, number, text
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, Node

_SERVE: Final = "serve"


def serve_ports(
    kind: str,
    spec: Node[Any],
    head: Node[Any],
    container: Node[Any],
    release: KubeRayRelease,
    *,
    gradual: bool,
) -> tuple[ServicePortFact, ...]:
    """Ports of the Service for Serve: those of the head's Ray container that are named for it, as
    serveService describes them from 1.6 on; without any the ports of serveService. A port whose
    name is unknown is among them. `gradual` says that a RayService moves its traffic step by step,
    which leaves serveService unused.
    """
    found = [
        port
        for port in head_service_ports(head, container, release)
        if not port.own and _serves(port.name, release)
    ]
    if kind != "RayService" or gradual:
        return tuple(found)
    custom = [_custom(port) for port in spec.get("serveService", "spec", "ports").items()]
    if not release.has("serve-prefix-ports"):
        return tuple(found or [port for port in custom if _serves(port.name, release)][:1])
    if not found:
        return tuple(custom)
    by_name = {port.name.value: port for port in custom if port.name.known is not None}
    return tuple(by_name.get(port.name.value, port) for port in found)


def dropped_ports(
    spec: Node[Any], head: Node[Any], container: Node[Any], release: KubeRayRelease
) -> Iterator[Node[Any]]:
    """The names of ports in serveService that are left out: those that have the name of no port of
    the head's Ray container for Serve. Before 1.6 all are, where the container lists one; else all
    that are not named `serve`. None where a name is unknown.
    """
    custom = [*spec.get("serveService", "spec", "ports").items()]
    if not custom:
        return
    found = [
        port.name
        for port in head_service_ports(head, container, release)
        if not port.own and _serves(port.name, release)
    ]
    names = {name.known for name in found}
    merged = release.has("serve-prefix-ports")
    if None in names or (merged and not names):
        return
    kept_names = names if merged else (set() if names else {_SERVE})
    for port in custom:
        name = text(port.get("name"))
        if name.absent or (name.known is not None and name.known not in kept_names):
            yield name


def _serves(name: Node[str], release: KubeRayRelease) -> bool:
    known = name.known
    if known is None:
        return name.unknown
    return known == _SERVE or (release.has("serve-prefix-ports") and known.startswith(f"{_SERVE}-"))


def _custom(port: Node[Any]) -> ServicePortFact:
    at, target = number(port.get("port")), port.get("targetPort")
    leads = at if target.value in (ABSENT, 0, "") else number(target)
    return ServicePortFact(text(port.get("name")), at, leads, own=True)
