"""What Ray answers to who asks after its health: on which port, under which path. Not here: the
probes that KubeRay adds (`probes`).

Source: Ray `python/ray/dashboard/modules/healthz/healthz_agent.py` and `healthz_head.py` (2.9.3 to
2.60.0; `/api/healthz` of the agent is there from 2.53 on), `python/ray/serve/_private/proxy.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from raypolicy.effective.ports import CLIENT, DASHBOARD, GCS, Component, listening
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import Version, whole_number

AGENT: Final = Component("dashboard agent", (), "dashboard-agent-listen-port", 52365, False)
UNIFIED: Final = "/api/healthz"
SERVE: Final = "/-/healthz"
_SINCE: Final = (2, 53)
_PARTS: Final = (GCS, DASHBOARD, CLIENT, AGENT)
_NOT_SERVED: Final = {
    DASHBOARD.name: ("/api/local_raylet_healthz", UNIFIED, SERVE),
    AGENT.name: ("/api/gcs_healthz", SERVE),
}
_HERE: Final = (ABSENT, "", "localhost", "127.0.0.1")
_RANGES: Final = ("min-worker-port", "max-worker-port", "worker-port-list")
_URL: Final = r"https?://(?:localhost|127\.0\.0\.1)(?::(\d{1,5}))?(/[^\s\"'?|;&)]*)?"


class Target(NamedTuple):
    """A port that is asked, and the path where it is asked over HTTP."""

    port: Node[Any]
    path: Node[Any] | None


def targets(probe: Node[Any]) -> Iterator[Target]:
    """What a probe asks for in its own pod; nothing where it asks another host or in another way.
    Of a command those addresses of localhost that all have to answer.
    """
    for kind in ("httpGet", "tcpSocket"):
        action = probe.get(kind)
        if type(action.value) is dict and action.get("host").value in _HERE:
            yield Target(action.get("port"), action.get("path") if kind == "httpGet" else None)
    words = [word for word in probe.get("exec", "command").items() if type(word.value) is str]
    if _all_must_answer(" ".join(word.value for word in words)):
        for word in words:
            for found in re.finditer(_URL, word.value):
                if found[1]:
                    port = word.part(*found.span(1))
                    yield Target(port, word.part(*found.span(2)) if found[2] else None)


def _all_must_answer(text: str) -> bool:
    """Whether a command fails if one of its addresses does: no choices, nothing that hides it."""
    if re.search(r"\|\||;|!|\n|\bif\b|`|\$\(|\s-v|\s(?:-w|--write-out)\b", text):
        return False
    fetches, greps = (
        len(re.findall(r"\b(?:curl|wget)\b", text)),
        len(re.findall(r"\|\s*grep\b", text)),
    )
    if text.count("|") - len(re.findall(r"'[^']*\|[^']*'", text)) > greps:
        return False
    fails = "curl" not in text or re.search(r"\s(?:-[a-zA-Z]*f|--fail\b)", text) is not None
    return fetches > 0 and (fails or greps == fetches)


def port_number(target: Target, ports: Node[Any]) -> int | None:
    """The number of the port, looked up in the container's list where it is a name."""
    value = target.port.value
    if type(value) is int:
        return value
    if type(value) is not str:
        return None
    number = whole_number(value)
    if number is not None:
        return number
    for port in ports.items():
        if port.get("name").value == value:
            listed = port.get("containerPort").value
            return listed if type(listed) is int else None
    return None


def nobody_at(port: int, head: bool, params: Node[Any]) -> bool:
    """Whether a port is one of Ray's by default, that part of Ray is elsewhere, and no start
    parameter brings another part there.
    """
    part = next((each for each in _PARTS if each.default == port), None)
    taken = any(name in _RANGES or _is(value, port) for name, value in params.entries())
    if part is None or taken:
        return False
    return (part.head_only and not head) or _elsewhere(part, params)


def _elsewhere(part: Component, params: Node[Any]) -> bool:
    at = listening(part, params, False).known
    return at is not None and at != part.default


def _is(value: Node[Any], port: int) -> bool:
    return not isinstance(value.value, str) or str(port) in value.value or "$" in value.value


def asks_serve(probe: Node[Any], ports: Node[Any]) -> bool | Unknown:
    """Whether a probe asks for Serve's proxy, by its path or its port."""
    serve = next((p for p in ports.items() if p.get("name").value == "serve"), None)
    at = 8000 if serve is None else serve.get("containerPort").value
    asked = list(targets(probe))
    for target in asked:
        path = "" if target.path is None else target.path.value
        if port_number(target, ports) == at or (type(path) is str and "/-/" in path):
            return True
    return False if asked else Unknown("what it asks for is not known")


def unserved(
    port: int, path: str, head: bool, params: Node[Any], ray: Node[Version]
) -> Component | None:
    """The part of Ray at a port, where it does not serve the path."""
    for part in (AGENT, DASHBOARD) if head else (AGENT,):
        if listening(part, params, False).known == port:
            old = part is AGENT and ray.known is not None and ray.known.minor < _SINCE
            return part if path in _NOT_SERVED[part.name] or (old and path == UNIFIED) else None
    return None
