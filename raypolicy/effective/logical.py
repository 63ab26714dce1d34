"""The logical CPUs, GPUs and memory that `ray start` is told. Not here: other start parameters.

Source: KubeRay `controllers/ray/common/pod.go`, generateRayStartCommand,
addWellKnownAcceleratorResources, getResourcesMap and updateRayStartParamsResources;
`utils/resources.go` beside it, IsGPUResourceKey.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from raypolicy.effective import resourcetext
from raypolicy.effective.origin import kept
from raypolicy.effective.start import BY_HAND
from raypolicy.releases import KubeRayRelease
from raypolicy.tree import ABSENT, DERIVED, INJECTED, OVERRIDDEN, Node, Unknown
from raypolicy.values import Quantity, whole_number

ACCELERATORS: Final = {"google.com/tpu": "TPU", "aws.amazon.com/neuroncore": "neuron_cores"}
"""Extended resources that KubeRay tells Ray of, and the names it uses for that."""
CPUS_OF_NODE: Final = Unknown("Ray counts the CPUs of the Kubernetes node")
_MEMORY_OF_NODE: Final = Unknown("Ray takes the memory of the Kubernetes node")
_NOT_READ: Final = Unknown("KubeRay cannot read the start parameter resources")
_MIG = r"nvidia\.com/mig-\d+g\.\d+gb"


class Inputs(NamedTuple):
    """What is written about a group's resources, and whether Ray is started by hand there.

    `own` are the `resources` of the group itself, as far as the operator has them.
    """

    own: Node[Any]
    container: Node[Any]
    release: KubeRayRelease
    start_params: Node[Any]
    limits: Node[Any]
    requests: Node[Any]
    by_hand: bool


def own_resources(group: Node[Any], release: KubeRayRelease) -> Node[Any]:
    """The `resources` beside a group's template; absent where API or operator don't have them."""
    own = kept(group, "resources")
    return own if release.has("group-resources") else own.put(ABSENT)


def entry(part: Node[Any]) -> Node[Any]:
    """Any entry of a mapping that has none so called: absent, or unknown where it is no mapping."""
    return part.get("")


def quantity(node: Node[Any]) -> Node[Quantity]:
    """A written Kubernetes quantity."""
    return node.map(Quantity.parse, "not a quantity")


def is_gpu(name: str, release: KubeRayRelease) -> bool:
    """Whether KubeRay counts a resource as Ray's GPU: `*gpu`, and MIG slices from 1.4 on."""
    if name.endswith("gpu"):
        return True
    return "/mig-" in name and release.has("num-gpus-from-mig") and bool(re.fullmatch(_MIG, name))


def cpus(inputs: Inputs) -> Node[int]:
    """CPUs: num-cpus, else the limit, else (from 1.3) the request, rounded up."""
    if inputs.by_hand:
        return inputs.container.put(BY_HAND)
    return _first(
        _group_resource(inputs, "cpu"),
        _parameter(inputs, "num-cpus"),
        _ceiling(inputs.limits.get("cpu")),
        _request(inputs),
    ) or inputs.container.put(CPUS_OF_NODE)


def memory(inputs: Inputs) -> Node[int]:
    """Bytes: the parameter, else the limit; requests are not considered."""
    if inputs.by_hand:
        return inputs.container.put(BY_HAND)
    return _first(
        _group_resource(inputs, "memory"),
        _parameter(inputs, "memory"),
        _ceiling(inputs.limits.get("memory")),
    ) or inputs.container.put(_MEMORY_OF_NODE)


def gpus(inputs: Inputs) -> Node[int]:
    """GPUs: num-gpus, else the first limit by name that KubeRay takes for GPUs, else none."""
    if inputs.by_hand:
        return inputs.container.put(BY_HAND)
    found = [_ceiling(limit) for limit in gpu_limits(inputs)]
    if found and not _resources_readable(inputs):
        found = [found[0].put(_NOT_READ)]
    return _first(_group_gpus(inputs), _parameter(inputs, "num-gpus"), *found) or inputs.limits.put(
        0, how=DERIVED
    )


def resources(inputs: Inputs) -> Node[str]:
    """The `resources` that `ray start` is given, as text; unknown where KubeRay writes it anew."""
    written = inputs.start_params.get("resources")
    if inputs.by_hand:
        return written.put(BY_HAND)
    if replaced(inputs) or adds_accelerator(inputs):
        return written.put(Unknown("KubeRay writes it anew"))
    return written.map(lambda value: value if type(value) is str else None, "not a text")


def adds_accelerator(inputs: Inputs) -> bool:
    """Whether KubeRay adds TPUs or the like to `resources`, and writes them all anew; where the
    limits are unknown it may. Over `null` it panics instead.
    """
    may = entry(inputs.limits).unknown or accelerators(inputs)
    if not may or not inputs.release.has("accelerator-resources"):
        return False
    said = inputs.start_params.get("resources").value
    value = resourcetext.for_kuberay(said) if type(said) is str else {}
    if type(said) is str and resourcetext.trimmed(said) == "null":
        return False
    return value is not None and not any(name in value for name in ACCELERATORS.values())


def accelerators(inputs: Inputs) -> list[Node[Any]]:
    """The limits of accelerators that KubeRay has a name of Ray's for; those of zero are none."""
    names = [name for name in ACCELERATORS if name in _written(inputs.limits)]
    limits = (inputs.limits.get(name) for name in names)
    return [limit for limit in limits if _ceiling(limit).value is not ABSENT]


def gpu_limits(inputs: Inputs) -> list[Node[Any]]:
    """The limits that KubeRay takes for Ray's GPUs, by name; those of zero are none."""
    names = sorted(name for name in _written(inputs.limits) if is_gpu(name, inputs.release))
    limits = (inputs.limits.get(name) for name in names)
    return [limit for limit in limits if _ceiling(limit).value is not ABSENT]


def _resources_readable(inputs: Inputs) -> bool:
    """Whether KubeRay gets as far as the limits: it reads the start parameter `resources` first."""
    written = inputs.start_params.get("resources")
    if written.absent or not inputs.release.has("accelerator-resources") or replaced(inputs):
        return True
    return type(written.value) is str and resourcetext.for_kuberay(written.value) is not None


def replaced(inputs: Inputs) -> bool:
    """Whether the group's own resources replace the start parameter of that name."""
    names = (name.lower() for name in _written(inputs.own))
    return any(n not in ("cpu", "memory") and not is_gpu(n, inputs.release) for n in names)


def _written(part: Node[Any]) -> dict[str, Any]:
    return part.value if type(part.value) is dict else {}


def _first(*candidates: Node[Any]) -> Node[int] | None:
    """The first that says anything; a later one that does is overridden, and kept as origin."""
    said = [node for node in candidates if node.value is not ABSENT]
    if not said:
        return None
    first, others = said[0], said[1:]
    return first.put(first.value, *others, how=first.how) if others else first


def _parameter(inputs: Inputs, name: str) -> Node[int]:
    return inputs.start_params.get(name).map(whole_number, "not a whole number in a text")


def _ceiling(node: Node[Any]) -> Node[int]:
    """A quantity rounded up; zero is as good as nothing written."""
    return _whole(node, INJECTED, zero=ABSENT)


def _whole(node: Node[Any], how: str, zero: object) -> Node[int]:
    parsed: Node[Any] = quantity(node)
    amount: Quantity | None = parsed.known
    if amount is None:
        return parsed
    return parsed.put(amount.ceil() or zero, how=how)


def _request(inputs: Inputs) -> Node[int]:
    request = inputs.requests.get("cpu")
    known = inputs.release.has("num-cpus-from-request")
    return _ceiling(request) if known else request.put(ABSENT)


def _group_resource(inputs: Inputs, name: str) -> Node[int]:
    """A key of the group's own `resources`, whose names are compared in lower case."""
    for key, node in inputs.own.entries():
        if key.lower() == name:
            return _whole(node, OVERRIDDEN, zero=0)
    return inputs.own if inputs.own.absent else inputs.own.put(ABSENT)


def _group_gpus(inputs: Inputs) -> Node[int]:
    found = [node for key, node in inputs.own.entries() if is_gpu(key.lower(), inputs.release)]
    if len(found) > 1:
        return found[0].put(Unknown("two GPU resources: which one KubeRay takes is chance"))
    if found:
        return _whole(found[0], OVERRIDDEN, zero=0)
    return inputs.own if inputs.own.absent else inputs.own.put(ABSENT)
