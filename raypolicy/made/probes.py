"""The probes that the operator gives a Ray container. Not here: from which Ray on they ask by HTTP
(`effective.probes`).

Source: KubeRay `controllers/ray/common/pod.go`, initLivenessAndReadinessProbe.
"""

from __future__ import annotations

import re
from typing import Any, Final

from raypolicy.effective.probes import health_path
from raypolicy.made.building import built, leaf, listed
from raypolicy.made.parts import Part, value
from raypolicy.made.plan import Plan
from raypolicy.made.startcommand import Parameters
from raypolicy.tree import ABSENT, INJECTED, Node, Unknown

_WGET: Final = "wget --tries 1 -T {} -q -O- http://localhost:{}/{} | grep success"
_MOST: Final = 2**31 - 1


def add_probes(
    plan: Plan, ray: dict[str, Part], params: Parameters, head: bool, serves: bool, place: Node[Any]
) -> None:
    """Adds those that the container has none of; `serves` says that it belongs to a RayService."""
    agent = _port(plan, params, "dashboard-agent-listen-port", 52365)
    dashboard = _port(plan, params, "dashboard-port", 8265)
    commands = [_command(2, agent, "api/local_raylet_healthz", place)]
    if head:
        commands.append(_command(10, dashboard, "api/gcs_healthz", place))
    version = leaf(plan.spec, "rayVersion")
    path = health_path(place.put(ABSENT) if version is None else version, plan.release)
    timing = {"timeoutSeconds": 5 if head else 2, "periodSeconds": 5, "successThreshold": 1}
    if path.unknown:
        action: dict[str, Any] = {"exec": {"command": ["bash", "-c", path]}}
    elif path.absent:
        action = _asked(commands, place)
    else:
        action = {"httpGet": {"path": path, "port": agent}}
    if ray.get("livenessProbe") is None:
        form = {"initialDelaySeconds": 30, **timing, "failureThreshold": 120, **action}
        ray["livenessProbe"] = built(place, form)
    if ray.get("readinessProbe") is None:
        form = {"initialDelaySeconds": 10, **timing, "failureThreshold": 10, **action}
        if serves and not head:
            proxy = _command(10, _serve_port(ray, place), "-/healthz", place)
            form = {"initialDelaySeconds": 10, **timing, "failureThreshold": 1}
            form |= _asked([*commands, proxy], place)
        ray["readinessProbe"] = built(place, form)


def _asked(commands: list[Node[str]], place: Node[Any]) -> dict[str, Any]:
    for each in commands:
        if each.unknown:
            return {"exec": {"command": ["bash", "-c", each]}}
    line = " && ".join(str(each.value) for each in commands)
    return {"exec": {"command": ["bash", "-c", place.put(line, how=INJECTED)]}}


def _command(seconds: int, port: Node[int], path: str, place: Node[Any]) -> Node[str]:
    if type(port.value) is not int:
        reason = port.value if port.unknown else Unknown("not a port number")
        return place.put(reason, how=INJECTED)
    return place.put(_WGET.format(seconds, port.value, path), how=INJECTED)


def _port(plan: Plan, params: Parameters, name: str, default: int) -> Node[int]:
    """A port as Go reads it from a start parameter; the default where it gives up."""
    written = params.get(name)
    if written is None or not plan.release.has("probes-follow-ports"):
        return plan.place.put(default, how=INJECTED)
    if type(written.value) is not str:
        reason = written.value if written.unknown else Unknown("not a text")
        return written.put(reason, how=INJECTED)
    found = re.fullmatch(r"[+-]?[0-9]{1,12}", written.value)
    number = default if found is None else int(found[0])
    return written.put(number if -_MOST <= number <= _MOST else default, how=INJECTED)


def _serve_port(ray: dict[str, Part], place: Node[Any]) -> Node[int]:
    for port in listed(ray.get("ports")):
        if value(port, "name") == "serve":
            return leaf(port, "containerPort") or place.put(0)
    return place.put(8000, how=INJECTED)
