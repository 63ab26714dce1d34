"""The Redis of a bundle that clusters keep their state in: its Service, its port, its password. Not
here: what is said of them (rules).

Source: https://redis.io/docs/latest/operate/oss_and_stack/management/security/; the images `redis`
and `valkey` ask for no password unless they are told to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.effective import statestore
from raypolicy.effective.redisaddress import RedisAddress, read
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.redislink import Redis, RedisLink, nothing
from raypolicy.inventory import Inventory
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder

_WORKLOADS: Final = ("Deployment", "StatefulSet", "Pod")
_LINE: Final = r"(?m)^[ \t]*requirepass[ \t]+\S+"
_HIDDEN: Final = Unknown("its Redis is not in the bundle, or hard to read")
_PLAIN: Final = r"(?:docker\.io/)?(?:library/redis|redis|valkey/valkey)(?::[\w.-]+)?"


def redis_links(inventory: Inventory, clusters: Iterable[Cluster]) -> tuple[RedisLink, ...]:
    """The clusters that keep their state in a Redis whose address is written."""
    seen: dict[tuple[str, ...], Cluster] = {}
    found: list[RedisLink] = []
    for cluster in clusters:
        store = cluster.state_store
        text = store.address.known
        address = read(text) if store.kind.value == statestore.REDIS and text else None
        if address is not None:
            sharer = _sharer(cluster, address, seen)
            found.append(_link(cluster, address, inventory, sharer))
    return tuple(found)


def _link(
    cluster: Cluster, address: RedisAddress, inventory: Inventory, sharer: Node[str]
) -> RedisLink:
    store, node = cluster.state_store, cluster.state_store.address
    redis = _redis(node, address, cluster.owner.resource, inventory)
    at = statestore.place(cluster.node, cluster.owner.resource, cluster.owner.release)
    return RedisLink(
        node, cluster.owner, address, redis, statestore.password(at), store.space, sharer
    )


def _redis(
    node: Node[str], address: RedisAddress, resource: Resource, inventory: Inventory
) -> Redis:
    none = nothing(node)
    name, *rest = address.host or ("",)
    namespace = rest[0] if rest else resource.namespace
    unknown = Redis(none, none, none, node.put(_HIDDEN))
    if not name or (len(rest) > 1 and rest[1] != "svc"):
        return unknown
    here = inventory.named("Service", name, namespace)
    if len(here) == 1:
        service = here[0]
        ports = _closed(address.port, service, node)
        return Redis(none, none, ports, _lock(service, node, inventory))
    if here or rest:
        return unknown
    others = inventory.elsewhere("Service", name, namespace)
    if others:
        space = others[0].node.get("metadata", "namespace") if len(others) == 1 else none
        return unknown._replace(elsewhere=space)
    near = inventory.nearest("Service", name, namespace)
    return unknown if near is None else unknown._replace(nearest=near.node.get("metadata", "name"))


def _closed(port: int, service: Resource, node: Node[str]) -> Node[Any]:
    """The ports of a Service, where a port is none of them."""
    spec = service.node.get("spec")
    numbers = [each.get("port") for each in spec.get("ports").items()]
    sure = numbers and all(type(each.value) is int for each in numbers)
    headless = spec.get("clusterIP").value == "None" or spec.get("type").value == "ExternalName"
    if not sure or headless or any(each.value == port for each in numbers):
        return nothing(node)
    return node.put(tuple(each.value for each in numbers), numbers[0])


def _lock(service: Resource, node: Node[str], inventory: Inventory) -> Node[Any]:
    """What makes the Redis behind a Service ask for a password."""
    pods = list(_behind(service, inventory))
    if len(pods) != 1:
        return node.put(_HIDDEN)
    pod, namespace = pods[0], service.namespace
    containers = list(pod.get("containers").items())
    serving = [each for each in containers if _is_redis(each)]
    if len(serving) != 1:
        return node.put(_HIDDEN)
    words = [*serving[0].get("command").items(), *serving[0].get("args").items()]
    texts = [word.value for word in words if type(word.value) is str]
    for word in words:
        if type(word.value) is str and "requirepass" in word.value:
            return word
    if any(".conf" in text for text in texts):
        return next(_lines(pod, namespace, inventory), node.put(_HIDDEN))
    bare = re.fullmatch(_PLAIN, str(serving[0].get("image").value)) is not None
    quiet = not any("$" in text or "/" in text or "acl" in text for text in texts)
    return node.put(ABSENT if bare and quiet else _HIDDEN)


def _is_redis(container: Node[Any]) -> bool:
    image = container.get("image").value
    return type(image) is str and re.search(r"(?:redis|valkey)(?:[:@]|$)", image) is not None


def _lines(pod: Node[Any], namespace: str, inventory: Inventory) -> Iterator[Node[Any]]:
    """The lines of mounted configurations that ask for a password."""
    for volume in pod.get("volumes").items():
        name = volume.get("configMap", "name").value
        found = inventory.named("ConfigMap", name, namespace) if type(name) is str else ()
        for _, text in found[0].node.get("data").entries() if len(found) == 1 else ():
            match = re.search(_LINE, text.value) if type(text.value) is str else None
            if match is not None:
                yield text.part(match.start(), match.end()).put("requirepass")


def _behind(service: Resource, inventory: Inventory) -> Iterator[Node[Any]]:
    """The specs of the pods that a Service selects."""
    wanted = {key: each.value for key, each in service.node.get("spec", "selector").entries()}
    for kind in _WORKLOADS if wanted else ():
        for workload in inventory.of_kind(kind):
            template = workload.node if kind == "Pod" else workload.node.get("spec", "template")
            labels = {k: each.value for k, each in template.get("metadata", "labels").entries()}
            if workload.namespace == service.namespace and wanted.items() <= labels.items():
                yield template.get("spec")


def _sharer(
    cluster: Cluster, address: RedisAddress, seen: dict[tuple[str, ...], Cluster]
) -> Node[str]:
    """An earlier cluster of another name that keeps its state under the same one."""
    store, resource = cluster.state_store, cluster.owner.resource
    space, text = store.space.known, str(store.address.value)
    none: Node[str] = nothing(store.address)
    if space is None or placeholder(space):
        return none
    home = resource.namespace if len(address.host) == 1 else ""
    first = seen.setdefault((text, home, space), cluster)
    other = first.owner.resource
    if first is cluster or (other.kind, other.name) == (resource.kind, resource.name):
        return none
    return none.put(f"{other.kind} {other.name}", first.state_store.space)
