"""The ports that flows go to, as ranges. Not here: the flows (`flows`).

Source: https://docs.ray.io/en/latest/ray-core/configure.html#ports-configurations; KubeRay
`controllers/ray/rayservice_controller.go`, updateHeadPodServeLabel.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from raypolicy.effective import ports, replicas, startports
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.group import Group
from raypolicy.facts.workergroup import WorkerGroup
from raypolicy.tree import Node
from raypolicy.values import whole_number

Range: TypeAlias = tuple[int, int]
ANY: Final = (1, 65535)
FREE: Final = (32768, 60999)
"""The ports of which Linux picks a free one, unless it is set otherwise."""
_SERVE: Final = 8000


def ports_of(port: Node[int]) -> Range:
    """A port as a range; any where its number is not known."""
    return ANY if not port.known else (port.known, port.known)


def one_port_each(*numbers: int) -> tuple[Range, ...]:
    """Single ports as ranges."""
    return tuple((number, number) for number in numbers)


def node_ports(group: Group) -> tuple[Range, ...]:
    """The ports of node manager, object manager and worker processes in the pods of a group."""
    """The ports of node manager, object manager and worker processes."""
    params = group.field("rayStartParams")
    if group.pod.ray_container.by_hand:
        return (ANY,)
    found = [_start_port(params.get(f"{name}-manager-port")) for name in ("node", "object")]
    first, last = startports.worker_ports(params)
    if not params.get("worker-port-list").absent or first.known is None or last.known is None:
        found.append(ANY)
    elif 0 < first.known <= last.known:
        found.append((first.known, last.known))
    else:
        found.append(FREE)
    return tuple(dict.fromkeys(found))


def _start_port(written: Node[Any]) -> Range:
    number = 0 if written.absent else whole_number(written.value)
    return ANY if number is None else (number, number) if number else FREE


def is_single(group: WorkerGroup, cluster: Cluster) -> bool:
    """Whether a worker group has one pod at most, however it is scaled."""
    most = replicas.at_most(group.node, cluster.autoscaling).known
    if cluster.owner.resource.kind == "RayCluster":
        most = group.max_replicas.known if group.hosts.value == 1 else None
    return most is not None and most <= 1


def serve_port(cluster: Cluster) -> Range:
    """The port of Serve, as the operator goes by it."""
    for port in cluster.head.pod.ray_container.field("ports").items():
        if port.get("name").value == "serve":
            return ports_of(ports.number(port.get("containerPort")))
    return (_SERVE, _SERVE)
