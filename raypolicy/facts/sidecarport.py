"""Ports of sidecars on which Ray listens in the same pod. Not here: Ray's own ports (`port`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.effective.ports import protocol
from raypolicy.effective.startports import holder
from raypolicy.facts.container import Container
from raypolicy.facts.pod import Pod
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import Node

_PARTS: Final = {
    "port": "the GCS",
    "dashboard-port": "Ray's dashboard",
    "ray-client-server-port": "the server of Ray Client",
    "metrics-export-port": "Ray's metrics",
    "dashboard-agent-listen-port": "Ray's dashboard agent",
}


class SidecarPort(View):
    """A port that a sidecar lists and Ray listens on; its node is the number."""

    def __init__(self, node: Node[int], owner: Owner, container: Node[str], option: str) -> None:
        super().__init__(node, owner)
        self._container = container
        self._option = option

    @fact
    def number(self) -> Node[int]:
        """The number of the port."""
        return self.node

    @fact
    def container(self) -> Node[str]:
        """The name of the sidecar."""
        return self._container

    @fact
    def option(self) -> Node[str]:
        """The start parameter by which Ray's port would be moved."""
        return self.node.put(self._option)

    @fact
    def part(self) -> Node[str]:
        """The part of Ray that listens there."""
        return self.node.put(_PARTS.get(self._option, f"Ray ({self._option})"))


def sidecar_ports(pod: Pod, start_params: Node[Any], head: bool) -> Iterator[SidecarPort]:
    """Those of a pod; none where another container is Ray's, or Ray is started by hand."""
    if not pod.later_ray.absent or pod.ray_container.by_hand:
        return
    for sidecar in (*pod.sidecars, *_native(pod)):
        if sidecar.is_named_for_ray.value is not False:
            continue
        for port in sidecar.field("ports").items():
            number = port.get("containerPort")
            taken = type(number.value) is int and protocol(port.value) == "TCP"
            option = holder(number.value, start_params, head) if taken else None
            if option is not None:
                yield SidecarPort(number, pod.owner, sidecar.field("name"), option)


def _native(pod: Pod) -> Iterator[Container]:
    """Init containers that run on beside the others."""
    return (each for each in pod.init_containers if each.field("restartPolicy").value == "Always")
