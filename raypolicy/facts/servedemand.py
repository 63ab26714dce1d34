"""What replicas of Ray Serve ask of a node, beside what the pods of the groups have.

Source: Ray `python/ray/serve/_private/deployment_state.py` (a replica is an actor, or a placement
group), `python/ray/llm/_internal/serve/engines/vllm/vllm_models.py`. Not here: what pods have
(`logical`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from raypolicy.facts.cluster import Cluster
from raypolicy.facts.demand import found_gpus
from raypolicy.facts.group import Group
from raypolicy.facts.view import Owner, View, fact
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder

_OF_ACTOR: Final = {"num_cpus": "CPU", "num_gpus": "GPU", "memory": "memory"}
_OF_HARDWARE: Final = ("node:", "accelerator_type:", "TPU", "HPU", "NPU", "neuron_cores", "RBLN")
"""What names of resources begin with that Ray may find on a node by itself."""
_TPU: Final = "TPU"
_OVERRIDE: Final = "RAY_OVERRIDE_RESOURCES"  # of Ray's `ray_constants.py`
_BUILDER: Final = "ray.serve.llm:build_openai_app"


class ReplicaDemand(View):
    """What a replica needs on one node: as an actor, or as a bundle of a placement group."""

    apart = True

    def __init__(
        self, node: Node[Any], owner: Owner, amounts: Mapping[str, Node[Any]], groups: list[Group]
    ) -> None:
        super().__init__(node, owner)
        self._amounts = amounts
        self._groups = groups

    @fact
    def resource(self) -> Node[str]:
        """The resource of which no pod of the cluster has enough; absent where some pod may have
        enough of each."""
        for name, amount in self._amounts.items():
            asked = _number(amount.known)
            if asked is not None and self._groups:
                most = [_has(group, name, self._groups) for group in self._groups]
                if all(each is not None and each < asked for each in most):
                    return amount.put(name)
        return self.node.put(ABSENT)

    @fact
    def amount(self) -> Node[float]:
        """How much of it is asked for."""
        return self._amounts.get(str(self.resource.known), self.node.put(ABSENT))

    @fact
    def most(self) -> Node[float]:
        """The most of it that a pod of any group has."""
        name = self.resource.known
        if name is None:
            return self.node.put(ABSENT)
        best = max(self._groups, key=lambda group: _has(group, name, self._groups) or 0)
        return best.node.at_key(_plain(_has(best, name, self._groups) or 0))


class Model(View):
    """A language model that `ray.serve.llm` serves; its node is its configuration."""

    apart = True

    def __init__(self, node: Node[Any], owner: Owner, clusters: tuple[Cluster, ...]) -> None:
        super().__init__(node, owner)
        self._clusters = clusters

    @fact
    def gpus(self) -> Node[int]:
        """GPUs of one replica: tensor_parallel_size times pipeline_parallel_size; unknown where
        its placement is written by hand."""
        engine = self.node.get("engine_kwargs")
        sizes = [engine.get(f"{kind}_parallel_size") for kind in ("tensor", "pipeline")]
        written = [size for size in sizes if not size.absent]
        if not written:
            return engine.put(ABSENT)
        by_hand = [
            self.node.get("placement_group_config"),
            self.node.get("resources_per_bundle"),
            engine.get("data_parallel_size"),
        ]
        known = [size.known for size in written]
        if any(not each.absent for each in by_hand) or any(type(each) is not int for each in known):
            return written[0].put(Unknown("its placement is written by hand"))
        total = 1
        for each in known:
            total *= each if type(each) is int else 1
        return written[0].put(total, *written[1:])

    @fact
    def cluster_gpus(self) -> Node[int]:
        """GPUs of all pods that the cluster can have."""
        return most_gpus(self._clusters, self.node)


def most_gpus(clusters: tuple[Cluster, ...], otherwise: Node[Any]) -> Node[int]:
    """GPUs of all pods that the cluster can have; absent without a cluster."""
    for cluster in clusters:
        total = 0
        for group in cluster.groups:
            pods = 1 if group.role.value == "head" else _most_pods(group)
            gpus = _has(group, "GPU", cluster.groups)
            if gpus is None or (gpus and pods is None):
                return group.gpus.put(Unknown("not known of all groups"))
            total += int(gpus) * (pods or 0)
        return cluster.node.at_key(total)
    return otherwise.put(ABSENT)


def least_gpus(deployment: Node[Any]) -> Node[float]:
    """GPUs of the replicas that a deployment always has, as far as they are written; absent where
    its replicas have none.
    """
    each = deployment.get("ray_actor_options", "num_gpus")
    count = deployment.get("num_replicas")
    if not deployment.get("autoscaling_config").absent or count.value == "auto":
        count = deployment.get("autoscaling_config", "min_replicas")
    number = 1 if count.absent else count.known
    if each.absent or not deployment.get("placement_group_bundles").absent:
        return each.put(ABSENT)
    if type(each.known) not in (int, float) or type(number) is not int:
        return each.put(Unknown("not known how many"))
    return each.put(each.value * number, count)


def demands(
    deployment: Node[Any], owner: Owner, clusters: tuple[Cluster, ...]
) -> Iterator[ReplicaDemand]:
    """Of one deployment; the bundles of a placement group replace the actor's own wants."""
    groups = [group for cluster in clusters for group in cluster.groups]
    bundles = deployment.get("placement_group_bundles")
    if not bundles.absent:
        for bundle in bundles.items():
            yield ReplicaDemand(bundle, owner, dict(_some(bundle.entries())), groups)
        return
    actor = deployment.get("ray_actor_options")
    amounts = {_OF_ACTOR[name]: actor.get(name) for name in _OF_ACTOR}
    custom = dict(_some(actor.get("resources").entries()))
    yield ReplicaDemand(actor, owner, {**amounts, **custom}, groups)


def models(application: Node[Any], owner: Owner, clusters: tuple[Cluster, ...]) -> Iterator[Model]:
    """The models of an application that Ray's own builder makes."""
    if application.get("import_path").value != _BUILDER:
        return
    for item in application.get("args", "llm_configs").items():
        if type(item.value) is dict:
            yield Model(item, owner, clusters)


def _some(entries: Iterable[tuple[str, Node[Any]]]) -> Iterator[tuple[str, Node[Any]]]:
    return ((key, node) for key, node in entries if key == _TPU or not key.startswith(_OF_HARDWARE))


def _has(group: Group, resource: str, groups: Iterable[Group]) -> float | None:
    """How much of a resource a pod of the group has; None where that is not known."""
    variables = group.pod.ray_container.field("env").items()
    if any(each.get("name").value == _OVERRIDE for each in variables):
        return None
    if resource in ("CPU", "GPU", "memory"):
        told = {"CPU": group.cpus, "GPU": found_gpus(group, groups), "memory": group.memory}
        return told[resource].known
    customs = group.logical.has_customs.known
    if customs is None:
        return None
    if resource == _TPU:
        return 0 if not customs and _has_no_devices(group) else None
    for each in group.logical.customs:
        if each.name.known == resource:
            return _number(each.amount.known)
    return 0


def _has_no_devices(group: Group) -> bool:
    """Whether nothing brings devices into the Ray container, where Ray counts TPUs by itself."""
    container, spec = group.pod.ray_container.node, group.pod.node
    resources = container.get("resources")
    amounts = (resources.get("limits"), resources.get("requests"))
    names = [name for each in amounts for name, _ in each.entries()]
    other = (
        resources.get("claims"),
        container.get("securityContext", "privileged"),
        *(each.get("hostPath") for each in spec.get("volumes").items()),
    )
    return (
        not any("/" in name or placeholder(name) for name in names)
        and not any(each.unknown for each in (resources, *amounts, spec.get("volumes")))
        and all(each.absent for each in other)
    )


def _most_pods(group: Group) -> int | None:
    pods: Node[int] = getattr(group, "pods_at_most", group.node.put(ABSENT))
    return pods.known


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else value
