"""Whether ports of Services and monitors lead to the pods that they select. Not here: which those
are (`selectors`).

Source: Kubernetes `pkg/api/v1/pod/util.go`, FindPort, for ports by name; KubeRay
`controllers/ray/common/pod.go`, DefaultHeadPodTemplate, for the port `metrics` that is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.effective import ports
from raypolicy.facts.group import Group
from raypolicy.facts.selector import Astray
from raypolicy.tree import ABSENT, Node
from raypolicy.values import placeholder
from raypolicy.ways.labelindex import Choice
from raypolicy.ways.madeservices import Derived
from raypolicy.ways.podsets import PodSet

_ENDPOINTS: Final = {"PodMonitor": "podMetricsEndpoints", "ServiceMonitor": "endpoints"}

_INJECTED: Final = ("envoy", "linkerd", "dapr", "proxy", "istio")
"""Words in the names of ports of sidecars that a service mesh puts into pods."""


def astray_ports(resource: Resource, choice: Choice) -> tuple[Astray, ...]:
    """The ports of an object that lead to nothing of what it selects, where that is known."""
    if not choice.complete or not choice.chosen:
        return ()
    things = [bearer.thing for bearer in choice.chosen]
    spec = resource.node.get("spec")
    if resource.kind == "Service":
        wanted = (target_of(port) for port in spec.get("ports").items())
    elif resource.kind in _ENDPOINTS:
        wanted = (each.get("port") for each in spec.get(_ENDPOINTS[resource.kind]).items())
    else:
        return ()
    found = (_astray(port, things) for port in wanted)
    return tuple(each for each in found if each is not None)


def target_of(port: Node[Any]) -> Node[Any]:
    """The port of the pods that a port of a Service leads to: a number, or a name."""
    target = port.get("targetPort")
    return port.get("port") if target.value in (ABSENT, 0, "") else target


def _astray(port: Node[Any], things: list[Any]) -> Astray | None:
    value = port.known
    if isinstance(value, str):
        if placeholder(value) or not any(letter.isalpha() for letter in value):
            return None
        if any(word in value for word in _INJECTED):
            return None
        names: dict[str, None] = {}
        for thing in things:
            listed = _names(thing)
            if listed is None:
                return None
            names.update(dict.fromkeys(listed))
        if value in names:
            return None
        return Astray(port, offered=tuple(names), listening=_called(value, things))
    return _silent(port, value, things) if type(value) is int else None


def _called(name: str, things: list[Any]) -> Node[int] | None:
    """Where the part of Ray listens whose port usually has a name; None where that is not the same
    on all the pods, or it is on none of them.
    """
    part = ports.component(name)
    groups = [each.group if isinstance(each, PodSet) else None for each in things]
    if part is None or any(each is None for each in groups):
        return None
    if part.head_only and any(each.role != "head" for each in things):
        return None
    found = {node.known: node for node in (each.listening(part) for each in groups if each)}
    return next(iter(found.values())) if len(found) == 1 else None


def _names(thing: Any) -> Iterable[str] | None:
    """The names of the ports of pods or a Service; None if they are not all known."""
    if isinstance(thing, PodSet):
        found = [*_listed(thing, "name")]
        if thing.cluster is not None:
            found.append(ports.METRICS.name)
        if not thing.pod.containers:
            return None
    elif isinstance(thing, Derived):
        found = [port.name.value for port in thing.ports]
    else:
        found = [port.get("name").value for port in thing.node.get("spec", "ports").items()]
    written = [each for each in found if each is not ABSENT]
    unsure = any(type(each) is not str or placeholder(each) for each in written)
    return None if unsure else written


def _listed(pods: PodSet, field: str) -> Iterator[Any]:
    """What the containers of pods list of their ports; something that is no name for what is no
    list.
    """
    for container in pods.pod.all_containers:
        listed = container.field("ports")
        if listed.value is not ABSENT and type(listed.value) is not list:
            yield listed.value
        for port in listed.items():
            yield port.get(field).value


def _silent(port: Node[Any], number: int, things: list[Any]) -> Astray | None:
    """A number that is usually a part of Ray's, where none of the pods listens there."""
    part = next((each for each in ports.COMPONENTS if each.default == number), None)
    if part is None or not part.head_only:
        return None
    elsewhere: Node[int] | None = None
    for thing in things:
        group = thing.group if isinstance(thing, PodSet) else None
        if group is None or len(thing.pod.all_containers) != 1 or _may_listen(thing, group, number):
            return None
        if thing.role == "head":
            elsewhere = group.listening(part)
    return Astray(port, part=part.name, listening=elsewhere)


def _may_listen(pods: PodSet, group: Group, number: int) -> bool:
    """Whether something in pods of Ray's listens on a port: what lists it, what a start parameter
    or a default puts there.
    """
    parameters = group.field("rayStartParams")
    for part in ports.COMPONENTS:
        if part.head_only and pods.role != "head":
            continue
        listening = group.listening(part)
        if listening.known is None or listening.value == number:
            return True
    if any(each is not ABSENT and type(each) is not int for each in _listed(pods, "containerPort")):
        return True
    return number in _listed(pods, "containerPort") or any(
        node.value == str(number) for _, node in parameters.entries()
    )
