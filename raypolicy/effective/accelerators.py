"""Accelerators among the extended resources of a container, and slips of their names. Not here:
what Ray is told of them.

Source: the device plugins' own names, as in the documentation of each; Ray
`python/ray/autoscaler/_private/kuberay/autoscaling_config.py`, _get_num_gpus and _get_num_tpus.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.kubenames import key_fault
from raypolicy.nearnames import slip
from raypolicy.tree import Node

NAMES: Final = frozenset(
    """aws.amazon.com/neuron aws.amazon.com/neuroncore aws.amazon.com/neurondevice
    cambricon.com/mlu enflame.com/gcu gpu.intel.com/i915 gpu.intel.com/xe habana.ai/gaudi
    habana.ai/gaudi2 huawei.com/Ascend310 huawei.com/Ascend310P huawei.com/Ascend910
    huawei.com/Ascend910A huawei.com/Ascend910B huawei.com/ascend-1980 nvidia.com/gpu.shared
    nvidia.com/pgpu rebellions.ai/ATOM furiosa.ai/warboy""".split()
)


_USUAL: Final = (
    "nvidia.com/gpu",
    "amd.com/gpu",
    "google.com/tpu",
    "aws.amazon.com/neuron",
    "aws.amazon.com/neuroncore",
    "aws.amazon.com/neurondevice",
    "gpu.intel.com/i915",
    "gpu.intel.com/xe",
    "habana.ai/gaudi",
)
"""Those that slips are told of; siblings of the others differ by a letter or a figure."""
_LONG: Final = 5
"""Letters of a domain or name from which on one mistaken letter makes no other."""


def meant(name: str) -> str | None:
    """The accelerator that a name must be meant for, which no device plugin has: its domain cut
    short, other letters, or one slip. None for more than one, and for what may be a name.
    """
    domain, _, own = name.partition("/")
    if name in NAMES or name in _USUAL or not own or key_fault(name) is not None:
        return None
    found = [each for each in _USUAL if _is_slip(domain, own, each)]
    return found[0] if len(found) == 1 else None


def _is_slip(domain: str, own: str, usual: str) -> bool:
    """Whether either half of a name is a slip, and the other is right."""
    its_domain, _, its_own = usual.partition("/")
    if domain == its_domain:
        return own.lower() == its_own or own == f"{its_own}s" or _is_near(own, its_own)
    cut = domain == its_domain.partition(".")[0]
    return own == its_own and (cut or _is_near(domain, its_domain))


def _is_near(text: str, other: str) -> bool:
    """Whether texts differ by one slip that is told from another word: letters exchanged, or one
    doubled, left out or mistaken in a long word.
    """
    found = slip(text, other)
    if found is None:
        return False
    few, instead, _ = found
    if any(each.isdigit() for each in few + instead):
        return False
    return len(few) == 2 or len(other.partition(".")[0]) >= _LONG


def unseen(limits: Node[Any]) -> Iterator[Node[Any]]:
    """The limits of accelerators, at their names, that Ray's autoscaler does not know: it takes
    what ends in gpu for GPUs, knows `google.com/tpu`, and nothing else.
    """
    for name, limit in limits.entries():
        if name in NAMES and not name.endswith("gpu") and limit.value not in (0, "0"):
            yield limit.at_key(name)
