"""What probes and hooks do. Not here: how many handlers a probe has (`facts.probe`)."""

from __future__ import annotations

import re
from typing import Final

from raypolicy.refusals.containers import LISTS
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    choice,
    mapping,
    mappings,
    number,
    port_fault,
    port_meant,
    text,
    within,
)

PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_OF_PROBES: Final = ("exec", "httpGet", "tcpSocket", "grpc")
_OF_HOOKS: Final = ("exec", "httpGet", "tcpSocket", "sleep")
_TIMES: Final = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)
_GRACE: Final = "terminationGracePeriodSeconds"


def check(spec: Written) -> Faults:
    """Of a pod's spec."""
    for part in LISTS:
        for container, at in mappings(spec, part, ()):
            if part == "initContainers" and container.get("restartPolicy") != "Always":
                yield from _of_init(container, at)
                continue
            for kind in PROBES:
                if type(container.get(kind)) is dict:
                    yield from _probe(container[kind], kind, (*at, kind))
            lifecycle = mapping(container.get("lifecycle"))
            for kind in ("postStart", "preStop"):
                if type(lifecycle.get(kind)) is dict:
                    yield from _hook(lifecycle[kind], (*at, "lifecycle", kind), spec.get(_GRACE))


def _of_init(container: Written, at: Path) -> Faults:
    restarts = container.get("restartPolicy")
    if restarts is not None and text(restarts) is None:
        return
    for key in (*PROBES, "lifecycle"):
        if container.get(key) is not None:
            yield Fault((*at, key), "of init", "is for init containers that run on only")


def _probe(probe: Written, kind: str, at: Path) -> Faults:
    given = [key for key in _OF_PROBES if probe.get(key) is not None]
    if given:
        yield from _action(probe[given[0]], given[0], (*at, given[0]), "probe")
    for key in _TIMES:
        yield from within(probe, key, at, "probe", 0)
    threshold, grace = number(probe.get("successThreshold")), number(probe.get(_GRACE))
    if kind != "readinessProbe" and threshold is not None and threshold > 1:
        said = f"is too large: in a {kind} it can only be 1"
        yield Fault((*at, "successThreshold"), "probe", said, 1)
    if kind == "readinessProbe" and grace is not None:
        yield Fault((*at, _GRACE), "probe", "cannot be had in a readinessProbe")
    elif grace is not None and grace <= 0:
        yield Fault((*at, _GRACE), "probe", "is too small: 1 is the least")


def _hook(hook: Written, at: Path, written: object) -> Faults:
    given = [key for key in _OF_HOOKS if hook.get(key) is not None]
    if not given and not hook.keys() - set(_OF_HOOKS):
        yield Fault(at, "hook", "has no handler")
    for other in given[1:]:
        yield Fault((*at, other), "hook", f"stands beside {given[0]}")
    if not given:
        return
    yield from _action(hook[given[0]], given[0], (*at, given[0]), "hook")
    grace = 30 if written is None else number(written)
    if given[0] == "sleep" and grace is not None:
        place = (*at, "sleep")
        yield from within(mapping(hook["sleep"]), "seconds", place, "hook", 0, grace)


def _action(action: object, kind: str, at: Path, family: str) -> Faults:
    if type(action) is not dict:
        return
    if kind == "exec":
        command = action.get("command")
        if command is None or command == []:
            said = "is missing" if command is None else "is empty"
            yield Fault((*at, "command"), family, said)
    elif kind != "sleep":
        port = action.get("port")
        fault = port_fault(port)
        if fault is not None:
            yield Fault((*at, "port"), family, fault, port_meant(port))
    if kind == "httpGet":
        yield from choice(action, "scheme", ("HTTP", "HTTPS"), at, family)
        for header, place in mappings(action, "httpHeaders", at):
            named = text(header.get("name"))
            if named is not None and not re.fullmatch("[-A-Za-z0-9]+", named):
                yield Fault((*place, "name"), family, "is no name of a header")
