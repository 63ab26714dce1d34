"""Accelerators among the extended resources of a container. Not here: what Ray is told of them.

Source: the device plugins' own names, as in the documentation of each; Ray
`python/ray/autoscaler/_private/kuberay/autoscaling_config.py`, _get_num_gpus and _get_num_tpus.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.tree import Node

NAMES: Final = frozenset(
    """aws.amazon.com/neuron aws.amazon.com/neuroncore aws.amazon.com/neurondevice
    cambricon.com/mlu enflame.com/gcu gpu.intel.com/i915 gpu.intel.com/xe habana.ai/gaudi
    habana.ai/gaudi2 huawei.com/Ascend310 huawei.com/Ascend310P huawei.com/Ascend910
    huawei.com/Ascend910A huawei.com/Ascend910B huawei.com/ascend-1980 nvidia.com/gpu.shared
    nvidia.com/pgpu rebellions.ai/ATOM furiosa.ai/warboy""".split()
)


def unseen(limits: Node[Any]) -> Iterator[Node[Any]]:
    """The limits of accelerators, at their names, that Ray's autoscaler does not know: it takes
    what ends in gpu for GPUs, knows `google.com/tpu`, and nothing else.
    """
    for name, limit in limits.entries():
        if name in NAMES and not name.endswith("gpu") and limit.value not in (0, "0"):
            yield limit.at_key(name)
