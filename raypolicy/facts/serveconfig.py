"""serveConfigV2 of a RayService: what Serve is to run. Not here: its applications."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from raypolicy.facts.cluster import Cluster
from raypolicy.facts.rayoption import RayOption, meant_for, ray_of, walk
from raypolicy.facts.runtimeenv import RuntimeEnv
from raypolicy.facts.serveapplication import ServeApplication, ServeDeployment
from raypolicy.facts.view import Owner, View, fact
from raypolicy.inside import inside, no_mapping
from raypolicy.tree import ABSENT, DEFAULTED, WRITTEN, Node, Unknown
from raypolicy.values import Version

_LEVEL: Final = "serveConfigV2"
_OF_APPLICATION: Final = ("import_path", "deployments")
"""Keys that stand outside of an application only where the text is written for one."""
_PORT: Final = 8000


class ServeConfig(View):
    """What serveConfigV2 says; its node is the mapping in that text."""

    fields = frozenset(
        """controller_options grpc_options http_options logging_config proxy_location
        target_capacity tracing_config""".split()
    )
    apart = True

    def __init__(self, text: Node[str], owner: Owner, clusters: tuple[Cluster, ...]) -> None:
        super().__init__(inside(text).root, owner)
        self._text = text
        self._clusters = clusters

    @fact
    def fault(self) -> Node[str]:
        """Why the text is no mapping; absent where it is one, or says nothing."""
        return no_mapping(self._text)

    @fact
    def single_form(self) -> Node[str]:
        """A key that belongs into an application, where no applications are listed: the form for
        one application, which `serve run` knew once."""
        node = self.node
        for name in _OF_APPLICATION if type(node.value) is dict else ():
            if name in node.value and "applications" not in node.value:
                return node.get(name).at_key(name)
        return node.put(node.value if node.unknown else ABSENT)

    @fact
    def application_count(self) -> Node[int]:
        """How many applications it lists, 0 for an empty text; absent where there is no text, or
        one for a single application."""
        if self._text.absent or self.single_form.known is not None:
            return self.node.put(ABSENT)
        listed = self.node.get("applications")
        if listed.absent and meant_for(self.node, "applications", _LEVEL) is not None:
            return listed.put(Unknown("a misspelt key"))
        if listed.absent:
            return self.node.put(0)
        return listed.map(lambda value: len(value) if type(value) is list else None, "no list")

    @fact
    def applications(self) -> tuple[ServeApplication, ...]:
        """The applications that it lists."""
        found: list[ServeApplication] = []
        for item in self.node.get("applications").items():
            if type(item.value) is dict:
                found.append(ServeApplication(item, self.owner, self._clusters, tuple(found)))
        return tuple(found)

    @fact
    def deployments(self) -> tuple[ServeDeployment, ...]:
        """The deployments of all applications."""
        return tuple(each for app in self.applications for each in app.deployments)

    @fact
    def least_gpus(self) -> Node[float]:
        """GPUs of the replicas that all deployments always have, where their settings say so;
        absent where none has any."""
        from raypolicy.facts.servedemand import least_gpus

        asked = [least_gpus(each.node) for each in self.deployments]
        written = [each for each in asked if not each.absent]
        unknown = next((each for each in written if each.unknown), None)
        if unknown is not None or not written:
            return self.node.put(ABSENT) if unknown is None else unknown
        return written[0].put(sum(each.value for each in written), *written[1:])

    @fact
    def cluster_gpus(self) -> Node[int]:
        """GPUs of all pods that the cluster can have."""
        from raypolicy.facts.servedemand import most_gpus

        return most_gpus(self._clusters, self._text)

    @fact
    def runtime_envs(self) -> tuple[RuntimeEnv, ...]:
        """The runtime environments of its applications and their deployments."""
        holders: list[tuple[Node[Any], str]] = []
        for app in self.applications:
            holders.append((app.node.get("runtime_env"), "application"))
            for each in app.deployments:
                env = each.node.get("ray_actor_options", "runtime_env")
                holders.append((env, "deployment"))
        return tuple(
            RuntimeEnv(node, self.owner, where, self._ray)
            for node, where in holders
            if not node.absent
        )

    @fact
    def unknown_keys(self) -> tuple[RayOption, ...]:
        """Keys at any level that no release of Ray has there."""
        return tuple(each for each in self._keys if each.option is None)

    @fact
    def keys(self) -> tuple[RayOption, ...]:
        """Keys at any level that some release of Ray has."""
        return tuple(each for each in self._keys if each.option is not None)

    @fact
    def http_port(self) -> Node[int]:
        """The port that Serve listens on, 8000 by default."""
        port = self.node.get("http_options", "port")
        if port.absent:
            return port.put(_PORT, how=DEFAULTED)
        return port.map(lambda value: value if type(value) is int else None, "no number")

    @fact
    def misled_ports(self) -> tuple[MisledPort, ...]:
        """The first port that the Service for Serve leads to, where Serve listens on none of its
        ports; unknown ones may be right."""
        port = self.http_port
        for cluster in self._clusters if port.known is not None else ():
            targets = [each.target for each in cluster.serve_ports]
            right = (type(each.known) is not int or each.known == port.known for each in targets)
            if targets and not any(right):
                asked = (each.serve_probe_port for each in cluster.workers)
                also = [each for each in asked if each.known not in (None, port.known)]
                return (MisledPort(targets[0], self.owner, port, also),)
        return ()

    @fact
    def misleads(self) -> Node[bool]:
        """Whether the Service for Serve leads to no port that Serve listens on."""
        return self.node.put(bool(self.misled_ports))

    @fact
    def proxies_on_workers(self) -> Node[bool]:
        """Whether there is a proxy on each worker with a replica; so it is by default."""
        place = self.node.get("proxy_location")
        if place.absent:
            return place.put(True, how=DEFAULTED)
        return place.map(_has_proxies, "no such place")

    @cached_property
    def _keys(self) -> tuple[RayOption, ...]:
        single = self.single_form.known is not None
        return tuple(
            RayOption(node, self.owner, level, option, self._ray)
            for node, level, option in walk(self.node, _LEVEL, self._ray)
            if not (single and level == _LEVEL)
        )

    @property
    def _ray(self) -> Node[Version]:
        return ray_of(self._clusters, self._text)


class MisledPort(View):
    """A port of the pods that a Service for Serve leads to and Serve does not listen on."""

    apart = True

    def __init__(
        self, node: Node[int], owner: Owner, listening: Node[int], probes: list[Node[int]]
    ) -> None:
        super().__init__(node, owner)
        self._listening = listening
        self._probes = [each for each in probes if each.how == WRITTEN]

    @fact
    def number(self) -> Node[int]:
        """Its number; where only the other one is written, the place is of that. It goes with
        the ports of workers whose readiness probes ask no more of Serve."""
        written = self._listening.how == WRITTEN and self.node.how != WRITTEN
        here = self._listening if written else self.node
        return here.put(self.node.value, *self._probes) if written or self._probes else here

    @fact
    def listening(self) -> Node[int]:
        """The port that Serve listens on."""
        return self._listening


def _has_proxies(place: object) -> bool | None:
    return {"EveryNode": True, "HeadOnly": False, "Disabled": False}.get(str(place))
