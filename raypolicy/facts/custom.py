"""Custom resources that Ray is given, and the start parameter `resources`.

Source: Ray `python/ray/_private/parameter.py`, RayParams._check_usage, and
`resource_and_label_spec.py` beside it (`resource_spec.py` before 2.50), to_resource_dict. Not here:
CPUs, GPUs and memory (`logical`), the group's own `resources` (`ownresource`).
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective import logical, resourcetext
from raypolicy.effective.logical import Inputs, entry, quantity
from raypolicy.facts.ownresource import standard
from raypolicy.facts.view import Owner, View, fact
from raypolicy.startoptions import json_object
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import Quantity, placeholder

_PARAMETERS: Final = {
    "CPU": "num-cpus",
    "GPU": "num-gpus",
    "memory": "memory",
    "object_store_memory": "object-store-memory",
}
_MOST: Final = 10**14  # MAX_RESOURCE_QUANTITY


class CustomResource(View):
    """A custom resource that Ray is given; its node is where its name or its amount is written."""

    def __init__(self, node: Node[Any], owner: Owner, name: str, amount: Any) -> None:
        super().__init__(node, owner)
        self._name = name
        self._amount = amount

    @fact
    def name(self) -> Node[str]:
        """Its name."""
        return self.node.put(self._name)

    @fact
    def amount(self) -> Node[str]:
        """The amount, as it is written."""
        return self.node.put(str(self._amount))

    @fact
    def parameter(self) -> Node[str]:
        """The start parameter that is for a resource of this name: that of CPU, GPU, memory and
        object_store_memory; absent for all others."""
        return self.node.put(_PARAMETERS.get(self._name, ABSENT))

    @fact
    def countable(self) -> Node[bool]:
        """Whether Ray takes the amount: a whole number, not below zero."""
        return self.node.put(_countable(self._amount))


class ResourcesText(View):
    """The start parameter `resources`; its node is the text."""

    def __init__(self, node: Node[Any], owner: Owner, inputs: Inputs) -> None:
        super().__init__(node, owner)
        self._inputs = inputs

    @fact
    def text(self) -> Node[str]:
        """The text as written."""
        return self.node

    @fact
    def read_by_ray(self) -> Node[bool]:
        """Whether it is a JSON object once the shell has had it; unknown where KubeRay writes
        another in its place."""
        given = logical.resources(self._inputs)
        if given.known is None:
            return given  # type: ignore[return-value]  # absent or unknown
        word = resourcetext.word(given.known)
        if type(word) is Unknown:
            return given.put(word)
        return given.put(type(word) is str and json_object(word) is not None)

    @fact
    def unquoted(self) -> Node[bool]:
        """Whether it is a JSON object, but no more once the shell has taken quotes away."""
        read = self.read_by_ray
        if read.known is None:
            return read
        inner = resourcetext.trimmed(self.node.value)
        return read.put(not read.known and json_object(inner) is not None)

    @fact
    def quoted(self) -> Node[str]:
        """The text in quotes for the shell; unknown where it has single quotes or backslashes."""
        text = resourcetext.trimmed(str(self.node.value))
        if set(text) & set("'\\"):
            return self.node.put(Unknown("it has quotes of its own"))
        return self.node.put(f"'{text}'")

    @fact
    def read_by_autoscaler(self) -> Node[bool]:
        """Whether Ray's autoscaler can read it; unknown where Ray itself cannot, or would refuse
        what it reads."""
        if type(self.node.value) is not str:
            return self.node.put(Unknown("not a text"))
        if not logical.adds_accelerator(self._inputs) and self.read_by_ray.value is not True:
            return self.node.put(Unknown("Ray itself cannot read it"))
        entries = customs(self._inputs, self.owner)
        accepted = all(each.countable.value and each.parameter.absent for each in entries)
        if logical.replaced(self._inputs) or not accepted:
            return self.node.put(Unknown("Ray would refuse it"))
        return self.node.put(resourcetext.for_autoscaler(self.node.value) is not None)

    @fact
    def plain(self) -> Node[str]:
        """The same as JSON in single quotes with whole numbers, which Ray, KubeRay and the
        autoscaler read; absent where Ray cannot read it, or would refuse it."""
        read = _read(self._inputs, self.node)
        return self.node.put(resourcetext.quoted(read) or ABSENT)

    @fact
    def meant(self) -> Node[str]:
        """The same for a text that Ray cannot read, where it is in Python's notation."""
        value = self.node.value if self.plain.absent else None
        read = resourcetext.python_object(value) if type(value) is str else None
        return self.node.put((resourcetext.quoted(read) if read else None) or ABSENT)

    @fact
    def unread_limit(self) -> Node[str]:
        """The name of a GPU or accelerator limit that KubeRay does not tell Ray of, since it cannot
        read this text; absent where none is lost."""
        inputs, value = self._inputs, self.node.value
        none: Node[str] = self.node.put(ABSENT)
        if inputs.by_hand or not inputs.release.has("accelerator-resources"):
            return none
        for doubt in (entry(inputs.limits), self.read_by_ray):
            if doubt.unknown:
                return self.node.put(doubt.value)
        if type(value) is not str or resourcetext.for_kuberay(value) is not None:
            return none
        said = {each.name.value for each in customs(inputs, self.owner)}
        gpus = logical.gpu_limits(inputs) if inputs.start_params.get("num-gpus").absent else []
        known = logical.ACCELERATORS
        others = [each for each in logical.accelerators(inputs) if known[str(each.key)] not in said]
        lost = next(iter((*gpus, *others)), None)
        return none if lost is None else lost.at_key(str(lost.key))


def customs(inputs: Inputs, owner: Owner) -> tuple[CustomResource, ...]:
    """What Ray is given besides CPUs, GPUs and memory, as far as that is written."""
    if inputs.by_hand:
        return ()
    if logical.replaced(inputs):
        found = ((key, node, quantity(node).known) for key, node in inputs.own.entries())
        return tuple(
            CustomResource(node, owner, key, amount)
            for key, node, amount in found
            if amount is not None and standard(key, owner.release) is None
        )
    text = inputs.start_params.get("resources")
    read = _read(inputs, text)
    return tuple(CustomResource(_place(text, name), owner, name, read[name]) for name in read)


def _read(inputs: Inputs, text: Node[Any]) -> dict[str, Any]:
    if type(text.value) is not str or placeholder(text.value):
        return {}
    if logical.adds_accelerator(inputs):
        return resourcetext.for_kuberay(text.value) or {}
    word = resourcetext.word(text.value)
    return (json_object(word) or {}) if type(word) is str else {}


def _countable(amount: Any) -> bool:
    if type(amount) is Quantity:
        return amount.nano >= 0 and amount.nano % 10**9 == 0
    if type(amount) not in (int, float, bool):
        return False
    return 0 <= amount <= _MOST and (type(amount) is not float or amount.is_integer())


def _place(text: Node[Any], name: str) -> Node[Any]:
    value = text.value
    start = value.find(name) if name and value.count(name) == 1 else -1
    return text if start < 0 else text.part(start, start + len(name))
