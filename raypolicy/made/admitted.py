"""A resource as the API server keeps it: no nulls, no unknown fields, with defaults. Not here: what
it refuses (`schema.walk`), what v1alpha1 had before 1.0.

Source: apiextensions-apiserver `pkg/apiserver/schema/`, pruning and defaulting.
"""

from __future__ import annotations

from typing import Any, Final

from raypolicy.effective.apiversion import served
from raypolicy.made.parts import Part
from raypolicy.releases import KubeRayRelease
from raypolicy.schema import fields
from raypolicy.tree import ABSENT, DEFAULTED, Node

_ROOT: Final = ("apiVersion", "kind", "metadata")
"""What the API server reads by rules of its own."""


def admitted(resource: Node[Any], release: KubeRayRelease) -> dict[str, Part] | None:
    """What the operator gets to see of a RayCluster, RayJob, RayService or RayCronJob: what the
    written version of the API lacks is gone, the defaults are those of v1, in which it is read.
    None where the release has no such kind in that version, or no resource is there. What is of the
    wrong type is kept as it is written.
    """
    kind, version = resource.get("kind").value, resource.get("apiVersion").value
    if type(kind) is not str or type(version) is not str or not served(kind, version, release):
        return None
    number = fields.root(version, kind, release.version)
    reader = fields.root(fields.V1, kind, release.version)
    made: dict[str, Part] = {}
    for name, node in resource.entries():
        if node.absent or name == "status":
            continue
        if name in _ROOT or number is None or reader is None:
            made[name] = _all(node)
        elif (inner := fields.child(number, name)) is not None:
            made[name] = _kept(node, inner, fields.child(reader, name))
    return made


def _kept(node: Node[Any], number: int, reader: int | None) -> Part:
    """What one schema leaves of a value, and another adds to it."""
    here = fields.part(number)
    if type(node.value) is dict and here.get("type") == "object":
        return _mapping(node, here, {} if reader is None else fields.part(reader))
    if type(node.value) is list and "items" in here:
        inner = None if reader is None else fields.part(reader).get("items")
        return [_kept(each, here["items"], inner) for each in node.items()]
    return _all(node)


def _mapping(node: Node[Any], here: fields.Part, there: fields.Part) -> dict[str, Part]:
    known, others = here.get("properties", {}), here.get("additionalProperties")
    read, rest = there.get("properties", {}), there.get("additionalProperties")
    made: dict[str, Part] = {}
    for name, each in node.entries():
        inner = known.get(name, others)
        if inner is not None and not each.absent:
            made[name] = _kept(each, inner, read.get(name, rest))
    for name, inner in read.items():
        if name not in made and "default" in fields.part(inner):
            made[name] = node.get(name).put(fields.part(inner)["default"], how=DEFAULTED)
    return made


def _all(node: Node[Any]) -> Part:
    """All that is written but nulls."""
    if type(node.value) is dict:
        return {name: _all(each) for name, each in node.entries() if not each.absent}
    if type(node.value) is list:
        return [_all(each) for each in node.items()]
    return None if node.value is ABSENT else node
