"""The Ray container of a pod: its command and its environment. Not here: probes (`probes`).

Source: KubeRay `controllers/ray/common/pod.go`, BuildPod, convertCmdToString, setContainerEnvVars,
setInitContainerEnvVars.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from raypolicy.effective.start import GENERATED, START
from raypolicy.made.building import built, injected, listed, text
from raypolicy.made.collector import collector_in, tell_ray
from raypolicy.made.environment import of_field, put_missing, put_variables
from raypolicy.made.parts import Part
from raypolicy.made.plan import Plan
from raypolicy.tree import INJECTED, OVERRIDDEN, Node, Unknown


class Surroundings(NamedTuple):
    """What a Ray container is told of its cluster: `address` is the name of the head Service with
    its namespace and domain, `port` that of the GCS, `creator` the kind that brought the cluster.
    """

    plan: Plan
    head: bool
    creator: str
    address: Node[str]
    port: Node[str]
    place: Node[Any]


def start_ray(
    ray: dict[str, Part], start: Node[str], overwritten: bool, around: Surroundings
) -> None:
    """Puts `ray start` behind the container's own command, unless that is to be left alone."""
    release = around.plan.release
    words = [*listed(ray.get("command")), *listed(ray.get("args"))]
    own = _joined(words, around.place)
    if overwritten or (type(own.value) is str and START in own.value):
        return
    limit = (
        "${RAY_START_ULIMIT_OPEN_FILES:-65536}" if release.has("open-files-variable") else "65536"
    )
    before = around.place.put(f"ulimit -n {limit}; ", how=INJECTED)
    if words:
        line = text("{} && {}{}", own, before, start, how=OVERRIDDEN)
    else:
        line = text("{}{}", before, start)
    shell = ["/bin/bash", "-lc" if release.has("login-shell") else "-c", "--"]
    for key, value in (("command", shell), ("args", [line])):
        written = next((each for each in listed(ray.get(key)) if isinstance(each, Node)), None)
        if written is None:
            ray[key] = built(around.place, value)
        else:
            ray[key] = [
                written.put(each.value if isinstance(each, Node) else each, how=OVERRIDDEN)
                for each in value
            ]


def _joined(words: list[Part], place: Node[Any]) -> Node[str]:
    nodes = [word for word in words if isinstance(word, Node)]
    if len(nodes) < len(words) or any(type(node.value) is not str for node in nodes):
        return place.put(Unknown("not all of its words are texts"))
    first = nodes[0] if nodes else place
    return first.put("".join(f" {node.value} " for node in nodes), *nodes[1:])


def tell_init_containers(pod: dict[str, Part], around: Surroundings) -> None:
    """Tells every init container where the head is."""
    for each in listed(pod.get("initContainers")):
        if type(each) is dict:
            _address(each, around)


def _address(container: dict[str, Part], around: Surroundings) -> None:
    first = around.address.map(lambda name: name.partition(".")[0], "")
    ip = {"FQ_RAY_IP": around.address, "RAY_IP": injected(first)}
    put_variables(container, around.place, **ip)


def tell_ray_container(
    pod: dict[str, Part], ray: dict[str, Part], start: Node[str], around: Surroundings
) -> None:
    """Puts what the operator tells Ray behind the container's own environment."""
    plan, place, head = around.plan, around.place, around.head
    if not head:
        _address(ray, around)
    put_variables(ray, place, RAY_CLUSTER_NAME=of_field("metadata.labels['ray.io/cluster']"))
    if plan.release.has("namespace-variable"):
        put_variables(ray, place, RAY_CLUSTER_NAMESPACE=of_field("metadata.namespace"))
    put_variables(ray, place, RAY_CLOUD_INSTANCE_ID=of_field("metadata.name"))
    put_variables(ray, place, RAY_NODE_TYPE_NAME=of_field("metadata.labels['ray.io/group']"))
    put_variables(ray, place, **{GENERATED: start})
    missing: dict[str, Any] = {"RAY_PORT": injected(around.port)}
    if around.creator == "RayService":
        missing["RAY_timeout_ms_task_wait_for_death_info"] = "0"
        missing["RAY_gcs_server_request_timeout_seconds"] = "5"
        missing["RAY_SERVE_KV_TIMEOUT_S"] = "5"
    ip = place.put("127.0.0.1", how=INJECTED) if head else around.address
    missing["RAY_ADDRESS"] = text("{}:{}", ip, around.port)
    missing["RAY_USAGE_STATS_KUBERAY_IN_USE"] = "1"
    put_missing(ray, place, **missing)
    if head:
        tags = f"kuberay_version=v{plan.release.version};kuberay_crd={around.creator}"
        put_variables(ray, place, RAY_USAGE_STATS_EXTRA_TAGS=tags)
    put_missing(ray, place, RAY_DASHBOARD_ENABLE_K8S_DISK_USAGE="1")
    if collector_in(plan, pod) is not None:
        tell_ray(ray, place)
