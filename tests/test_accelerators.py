"""Names of accelerators: which are slips, and of what."""

from __future__ import annotations

import pytest

from raypolicy.effective.accelerators import NAMES, meant

SLIPS = [
    ("a plural", "nvidia.com/gpus", "nvidia.com/gpu"),
    ("a plural of a long name", "aws.amazon.com/neuroncores", "aws.amazon.com/neuroncore"),
    ("a domain cut short", "nvidia/gpu", "nvidia.com/gpu"),
    ("a letter left out", "nvdia.com/gpu", "nvidia.com/gpu"),
    ("a letter too many", "nividia.com/gpu", "nvidia.com/gpu"),
    ("a letter for another", "goggle.com/tpu", "google.com/tpu"),
    ("letters exchanged", "nvidia.com/gup", "nvidia.com/gpu"),
    ("capital letters", "nvidia.com/GPU", "nvidia.com/gpu"),
]
NAMES_OF_THEIR_OWN = """nvidia.com/gpu nvidia.com/gpu.shared nvidia.com/mig-1g.5gb nvidia.com/vgpu
    nvidia.com/gpumem nvidia.com/gpucores gpu.intel.com/i915 gpu.intel.com/i915_monitoring
    habana.ai/gaudi3 k8s.amazonaws.com/vgpu intel.com/gpu arm.com/gpu example.com/gpus
    cpu hugepages-2Mi ${VENDOR}/gpu NVIDIA.com/gpu requests.nvidia.com/gpu""".split()


@pytest.mark.parametrize(
    ("name", "usual"), [row[1:] for row in SLIPS], ids=[row[0] for row in SLIPS]
)
def test_a_slip(name: str, usual: str) -> None:
    assert meant(name) == usual


@pytest.mark.parametrize("name", [*NAMES_OF_THEIR_OWN, *sorted(NAMES)])
def test_a_name_of_its_own(name: str) -> None:
    assert meant(name) is None
