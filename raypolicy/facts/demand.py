"""What a RayJob's entrypoint asks for on its node. Not here: the entrypoint itself (`entrypoint`).

Source: KubeRay `controllers/ray/common/job.go`, BuildJobSubmitCommand, which quotes
entrypointResources as Go does; Ray `python/ray/_private/utils.py`, parse_resources_json.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from raypolicy.facts.cluster import Cluster
from raypolicy.facts.group import Group
from raypolicy.facts.view import Owner, View, fact
from raypolicy.startoptions import json_object
from raypolicy.tree import ABSENT, DERIVED, PLACEHOLDER, Node, Unknown
from raypolicy.values import placeholder

_DETECTED: Final = frozenset("CPU GPU TPU HPU NPU neuron_cores memory object_store_memory".split())
"""Resources that Ray finds by itself, or counts by other parameters."""
_UNPRINTED: Final = "\n\t\r"


class Demand(View):
    """An amount of a resource that a node must have for the entrypoint; its node is the amount."""

    def __init__(
        self, node: Node[Any], owner: Owner, cluster: Cluster, name: str, amount: float
    ) -> None:
        super().__init__(node, owner)
        self._cluster = cluster
        self._name = name
        self._amount = amount

    @fact
    def name(self) -> Node[str]:
        """The resource: CPU, GPU or one of the user's."""
        return self.node.put(self._name)

    @fact
    def amount(self) -> Node[float]:
        """How much of it."""
        return self.node.put(self._amount)

    @fact
    def most(self) -> Node[float]:
        """The most of it that one pod of the cluster has, as Ray is told; groups that can't have
        pods count for nothing."""
        offers = [self._offer(group) for group in (self._cluster.head, *self._workers())]
        best = max(offers, key=lambda offer: offer.known or 0)
        if (best.known or 0) >= self._amount:
            return best
        return next((offer for offer in offers if offer.unknown), best)

    def _workers(self) -> Iterator[Group]:
        for group in self._cluster.workers:
            if group.pods_at_most.value != 0:
                yield group

    def _offer(self, group: Group) -> Node[Any]:
        if self._name == "CPU":
            return group.cpus
        if self._name == "GPU":
            return found_gpus(group, self._cluster.groups)
        text = group.resources_text
        if text.absent:
            return text.put(0)
        return text.map(_amount_of(self._name), "no JSON that can be read")


def found_gpus(group: Group, groups: Iterable[Group]) -> Node[int]:
    """GPUs that Ray has in each pod of one of a cluster's groups; unknown where nothing in the
    cluster speaks of any and the image is not one for CPUs: Ray looks for itself then, and may be
    shown those of the node.
    """
    gpus = group.gpus
    told = gpus.how != DERIVED or any(each.gpus.known != 0 for each in groups)
    plain = group.pod.ray_container.image.device.known == "cpu"
    return gpus if told or plain else gpus.put(Unknown("Ray looks for GPUs itself"))


def demands(job: Node[Any], owner: Owner, cluster: Cluster, *, in_shell: bool) -> Iterator[Demand]:
    """What a RayJob's spec asks for, where that is known, on a cluster that it makes."""
    for field, name in (("entrypointNumCpus", "CPU"), ("entrypointNumGpus", "GPU")):
        written = job.get(field)
        if type(written.value) in (int, float) and written.value > 0:
            yield Demand(written, owner, cluster, name, written.value)
    custom = job.get("entrypointResources")
    text = custom.value
    if type(text) is str and not placeholder(text) and fault(custom, in_shell=in_shell).absent:
        for name, amount in json.loads(text or "{}").items():
            if ":" not in name and name not in _DETECTED and amount > 0:
                yield Demand(custom, owner, cluster, name, amount)


def fault(written: Node[Any], *, in_shell: bool) -> Node[str]:
    """Why entrypointResources is no object of numbers in JSON; absent where it is. With `in_shell`,
    Go has quoted it for a shell, which leaves `\\n` as it is.
    """
    text = written.value
    if type(text) is not str or not text:
        return written if written.unknown else written.put(ABSENT)
    if placeholder(text):
        return written.put(PLACEHOLDER)
    reason = _fault(text)
    broken = in_shell and any(char in text for char in _UNPRINTED)
    if reason is None and broken:
        reason = "has a line break or tab in it, which the submitter passes on as `\\n` or `\\t`"
    return written.put(ABSENT if reason is None else reason)


def _fault(text: str) -> str | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "is no JSON"
    if type(value) is not dict:
        return "is no object in JSON"
    odd = next((name for name, each in value.items() if type(each) not in (int, float)), None)
    return None if odd is None else f"has something else than a number for {odd}"


def _amount_of(name: str) -> Callable[[object], Any]:
    def read(text: object) -> Any:
        bare = text.strip().strip("'\"").replace('\\"', '"') if type(text) is str else ""
        found = json_object(bare)
        amount = None if found is None else found.get(name, 0)
        return amount if type(amount) in (int, float) else None

    return read
