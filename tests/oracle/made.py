"""What the operator creates, compared field by field with what raypolicy says that it creates. Not
here: the building of either (`kuberay`, `raypolicy.made`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from raypolicy.bundle import bundle_of
from raypolicy.inputs.batches import Batch
from raypolicy.inputs.files import RawFile
from raypolicy.releases import kuberay
from raypolicy.tree import Unknown
from raypolicy.values import Quantity

_LEFT_OUT: Final = (
    "metadata.creationTimestamp",
    "metadata.ownerReferences",
    "metadata.resourceVersion",
    "metadata.uid",
    "metadata.managedFields",
    "metadata.generation",
)
"""Where an object differs from one moment to the next."""
_NOTHING: Final = ({}, [], None, 0, "0", "", False)
"""What Go writes where nothing is meant."""


class Leaf(NamedTuple):
    """A field of an object by its path, and what each side has there; `ABSENT` where nothing."""

    role: str
    path: str
    theirs: Any
    ours: Any


ABSENT: Final = "<absent>"


def objects(text: str, release: str, gates: tuple[str, ...]) -> dict[str, Any]:
    """What raypolicy says the operator creates of a resource, as plain data by role."""
    from raypolicy.made import objects as made_of
    from raypolicy.made.parts import plain

    bundle = bundle_of(Batch("case", (RawFile("case.yaml", None, text.encode()),)))
    (resource,) = bundle.ray
    on = (*gates, "RayCronJob")  # the oracle has it on
    return {made.role: plain(made.part) for made in made_of(resource, kuberay(release), on)}


def compare(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Leaf]:
    """Every field that either side has, in objects that KubeRay makes; an object that only
    raypolicy makes is one field.
    """
    for role, wanted in theirs.items():
        there, here = (dict(_leaves(_sorted(each))) for each in (wanted, ours.get(role, {})))
        for path in {**there, **here}:
            if not any(part in path for part in _LEFT_OUT) and not path.startswith("status"):
                yield Leaf(role, path, there.get(path, ABSENT), here.get(path, ABSENT))
    for role in ours.keys() - theirs.keys():
        yield Leaf(role, "", ABSENT, ours[role])


def _sorted(made: Any) -> Any:
    """An object with its ports by their names: the operator writes a Service's in any order."""
    spec = made.get("spec") or {}
    if made.get("kind") != "Service" or not isinstance(spec.get("ports"), list):
        return made
    ports = sorted(spec["ports"], key=lambda port: (str(port.get("name")), str(port.get("port"))))
    return {**made, "spec": {**spec, "ports": ports}}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield from _leaves(each, f"{path}[{number}]")
    elif value is not None:
        yield path, value


def counted(leaves: Iterator[Leaf]) -> tuple[Counter[str], Counter[str]]:
    """Fields compared and fields differing, by the kind of role: `worker-pod` for all groups."""
    compared: Counter[str] = Counter()
    differing: Counter[str] = Counter()
    for leaf in leaves:
        role = leaf.role.split("/")[0]
        compared[role] += 1
        differing[role] += not same(leaf)
    return compared, differing


def same(leaf: Leaf) -> bool:
    """Whether both sides have the same there; amounts may be numbers or texts, and what raypolicy
    says it cannot know, such as a hash, is not held against it.
    """
    if isinstance(leaf.ours, Unknown) or str(leaf.theirs) == str(leaf.ours):
        return True
    amounts = [Quantity.parse(str(each)) for each in (leaf.theirs, leaf.ours)]
    if "resources." in leaf.path and amounts[0] is not None and amounts[0] == amounts[1]:
        return True  # Go writes 1000m as 1
    return all(each == ABSENT or each in _NOTHING for each in (leaf.theirs, leaf.ours))
