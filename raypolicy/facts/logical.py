"""What Ray and its autoscaler are told of a pod's resources, beside what the pod really gets.

Source of what the autoscaler reads: Ray `python/ray/autoscaler/_private/kuberay/
autoscaling_config.py`, _get_num_cpus and _get_num_gpus. Not here: custom resources (`custom`).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from raypolicy.effective import logical
from raypolicy.effective.logical import Inputs, entry, quantity
from raypolicy.facts import custom, ownresource
from raypolicy.facts.custom import CustomResource, ResourcesText
from raypolicy.facts.ownresource import OwnResource
from raypolicy.facts.view import Owner, View, fact, only_with, written
from raypolicy.tree import ABSENT, INJECTED, Node, Unknown, placeless
from raypolicy.values import Quantity

_STATED = ("num-cpus", "num-gpus", "memory", "resources")
_OWN = {"num-cpus": "CPU", "num-gpus": "GPU", "memory": "memory"}


class Logical(View):
    """What Ray is told of the resources of a group's pods; its node is the Ray container."""

    def __init__(self, node: Node[Any], owner: Owner, inputs: Inputs) -> None:
        super().__init__(node, owner)
        self._inputs = inputs

    @cached_property
    def _gpu_limits(self) -> list[Node[Any]]:
        return logical.gpu_limits(self._inputs)

    @fact
    def cpus(self) -> Node[int]:
        """CPUs that Ray will be told each pod has."""
        return logical.cpus(self._inputs)

    @fact
    def gpus(self) -> Node[int]:
        """GPUs that Ray will be told each pod has."""
        return logical.gpus(self._inputs)

    @fact
    def memory(self) -> Node[int]:
        """Bytes of memory that Ray will be told each pod has."""
        return logical.memory(self._inputs)

    @fact
    def silent(self) -> Node[bool]:
        """Whether nothing at all is written: neither requests nor limits of the Ray container or
        its pod, nor a start parameter for them, nor the group's own resources."""
        inputs = self._inputs
        said = [inputs.start_params.get(name) for name in _STATED]
        for part in (inputs.limits, inputs.requests, inputs.own, self._of_pod, *said):
            if part.unknown:
                return self.node.put(part.value)
            if part.value not in (ABSENT, {}):
                return self.node.put(False)
        return self.node.put(True)

    @fact
    def counts_node(self) -> Node[bool]:
        """Whether Ray counts the CPUs of the Kubernetes node, since nothing says how many the pod
        has; unknown where Ray is started by hand or the pod as a whole has resources."""
        if not self._of_pod.absent:
            return self.node.put(Unknown("the pod as a whole has resources"))
        told = self.cpus
        if told.value is logical.CPUS_OF_NODE:
            return self.node.put(True)
        return told.put(told.value if told.unknown else False)

    @only_with("limits", "requests")
    @fact
    def rounded_cpus(self) -> Node[Quantity]:
        """The CPU limit or request that Ray is told rounded up; absent where it is a whole number,
        or something else says how many CPUs there are."""
        inputs = self._inputs
        if inputs.limits.absent and inputs.requests.absent:
            return self.node.put(ABSENT)
        told = self.cpus
        if told.how != INJECTED or told.parent is None:
            return told.put(told.value if told.unknown else ABSENT)
        amount = quantity(told.parent.get("cpu"))
        whole = amount.known is None or amount.known.nano % 10**9 == 0
        return amount.put(ABSENT) if whole else amount

    @written
    def stated_cpus(self) -> Node[Quantity]:
        """CPUs by start parameter or the group's own resources; absent where neither says."""
        return _stated(self.cpus)

    @written
    def stated_gpus(self) -> Node[Quantity]:
        """GPUs by start parameter or the group's own resources; absent where neither says."""
        return _stated(self.gpus)

    @written
    def stated_memory(self) -> Node[Quantity]:
        """Memory by start parameter or the group's own resources; absent where neither says."""
        return _stated(self.memory)

    @only_with("limits")
    @fact
    def whole_cpus(self) -> Node[Quantity]:
        """The CPU limit, rounded up."""
        limit = quantity(self._inputs.limits.get("cpu"))
        return limit if limit.known is None else limit.put(Quantity.parse(limit.known.ceil()))

    @only_with("limits")
    @fact
    def gpu_limit(self) -> Node[Quantity]:
        """GPUs that the container is limited to, those of all kinds; absent where it has none."""
        found = [quantity(limit) for limit in self._gpu_limits]
        if not found:
            return entry(self._inputs.limits)
        for each in found:
            if each.known is None:
                return each
        total = sum(each.known.ceil() for each in found if each.known is not None)
        return found[0] if len(found) == 1 else found[0].put(Quantity.parse(total), *found[1:])

    @only_with("limits")
    @fact
    def first_gpu(self) -> Node[str]:
        """The GPU limit that KubeRay tells Ray of, by name: the first in the order of letters."""
        found = self._gpu_limits
        return found[0].at_key(str(found[0].key)) if found else self._inputs.limits.put(ABSENT)

    @only_with("limits")
    @fact
    def second_gpu(self) -> Node[str]:
        """The name of a second kind of GPU that the container is limited to, of which Ray hears
        nothing; absent where there is none, or GPUs are stated otherwise."""
        found = self._gpu_limits
        stated = self.stated_gpus
        if len(found) < 2 or stated.known is not None:
            return self._inputs.limits.put(ABSENT)
        if stated.unknown:
            return stated.put(stated.value)
        return found[1].at_key(str(found[1].key))

    @only_with("limits")
    @fact
    def slices_only(self) -> Node[str]:
        """The name of a limit of MIG slices, where Ray's autoscaler finds no GPUs in the group:
        it looks for names that end in gpu; absent where it finds some, or there are no slices."""
        limits, own = self._inputs.limits, self._inputs.own
        found = self._gpu_limits
        if not found:
            return entry(limits)
        if entry(own).unknown:
            return entry(own)
        seen = any(str(each.key).endswith("gpu") for each in found)
        told = "GPU" in (own.value if type(own.value) is dict else {})
        if told or seen or not self._inputs.start_params.get("num-gpus").absent:
            return limits.put(ABSENT)
        return found[0].at_key(str(found[0].key))

    @fact
    def autoscaler_cpus(self) -> Node[Quantity]:
        """CPUs that Ray's autoscaler finds for the group in the RayCluster: CPU in the group's own
        resources, else num-cpus, else the limit, else the request; absent where there is none."""
        inputs = self._inputs
        own = inputs.own if inputs.own.absent else inputs.own.get("CPU")
        parameter = inputs.start_params.get("num-cpus")
        for each in (own, parameter, inputs.limits.get("cpu"), inputs.requests.get("cpu")):
            if not each.absent:
                return quantity(each)
        return self.node.put(ABSENT)

    @only_with("rayStartParams")
    @fact
    def stated_twice(self) -> Node[str]:
        """The first start parameter that says what the group's own resources are for, where it has
        such; absent otherwise."""
        inputs = self._inputs
        none: Node[str] = inputs.own.put(ABSENT)
        if entry(inputs.own).unknown:
            return entry(inputs.own)
        for name in _STATED if inputs.own.value not in (ABSENT, {}) else ():
            said = inputs.start_params.get(name)
            if said.value not in (ABSENT, ""):
                return said.at_key(name)
        return none

    @written
    def movable(self) -> Node[Any]:
        """The one start parameter that belongs among the group's own resources; absent where there
        are several, or where those say something else."""
        inputs = self._inputs
        said = [inputs.start_params.get(name) for name in _STATED]
        given = [each for each in said if each.value not in (ABSENT, "")]
        if len(given) != 1 or given[0].key not in _OWN:
            return placeless(ABSENT)
        there, here = (quantity(each).known for each in (self._own_entry(given[0]), given[0]))
        agrees = here is not None and there in (None, here)
        return given[0] if agrees else placeless(ABSENT)

    @written
    def own_place(self) -> Node[Any]:
        """Where those say the same as that start parameter, or would."""
        return self._own_entry(self.movable)

    @fact
    def own_amount(self) -> Node[str]:
        """What they say there, or should."""
        return self.own_place.either(self.movable.map(str, ""))

    def _own_entry(self, parameter: Node[Any]) -> Node[Any]:
        inputs, name = self._inputs, _OWN.get(str(parameter.key))
        alike = (
            node
            for key, node in inputs.own.entries()
            if ownresource.standard(key, inputs.release) == name
        )
        return placeless(ABSENT) if name is None else next(alike, inputs.own.get(name))

    @only_with("rayStartParams")
    @fact
    def text(self) -> ResourcesText:
        """The start parameter `resources`."""
        return ResourcesText(self._inputs.start_params.get("resources"), self.owner, self._inputs)

    @fact
    def own(self) -> tuple[OwnResource, ...]:
        """The entries of the group's own `resources`, as far as the release has them."""
        return ownresource.own(self._inputs, self.owner)

    @fact
    def customs(self) -> tuple[CustomResource, ...]:
        """Custom resources that Ray is given, by the start parameter or the group's own."""
        return custom.customs(self._inputs, self.owner)

    @fact
    def has_customs(self) -> Node[bool]:
        """Whether Ray is given any custom resource; unknown where the text cannot be read."""
        if self.customs or logical.adds_accelerator(self._inputs):
            return self.node.put(True)
        if logical.replaced(self._inputs):
            return self.node.put(Unknown("KubeRay skips what it cannot read"))
        read = self.text.read_by_ray
        if read.unknown or read.value is False:
            return read.put(Unknown("the start parameter resources cannot be read"))
        return self.node.put(False)

    @property
    def _of_pod(self) -> Node[Any]:
        """What is written under `resources` of the pod as a whole."""
        listed = self.node.parent
        spec = None if listed is None else listed.parent
        return self.node.put(ABSENT) if spec is None else spec.get("resources")


def _stated(told: Node[int]) -> Node[Quantity]:
    """What is written or overridden; what comes from limits or by default is not stated."""
    if told.known is None:
        return told  # type: ignore[return-value]  # unknown
    if told.how == INJECTED or (told.how not in ("written", "overridden")):
        return told.put(ABSENT)
    return told.put(Quantity.parse(told.known), how=told.how)
