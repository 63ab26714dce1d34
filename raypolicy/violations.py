"""Where a bundle's Ray objects break the schema of the release. Not here: facts about these places
(`facts.violation`), the schema (`schema`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from raypolicy.bundle import RAY_KINDS, Resource
from raypolicy.facts.view import Owner
from raypolicy.schema.fields import V1, root
from raypolicy.schema.walk import NO_KIND, NO_SPEC, REQUIRED, UNKNOWN_FIELD, Fault, faults
from raypolicy.tree import Node
from raypolicy.values import placeholder

if TYPE_CHECKING:
    from raypolicy.facts.violation import Violation

MOST: Final = 100
"""Places of one object that are told: what was meant takes milliseconds each to find out."""


def violations(
    resources: Iterable[Resource], owner_of: Callable[[Resource], Owner]
) -> Iterator[Violation]:
    """What breaks the schema in Ray's objects; and objects of Ray's API group of which no release
    has the kind, those without a name, and those without a spec.

    What several groups have that another release knows is told once. Objects that the release does
    not serve, and releases before 1.0, have no schema.
    """
    for resource in resources:
        if resource.is_unknown_ray:
            yield from _unknown_kind(resource, owner_of(resource))
        elif resource.is_ray:
            owner = owner_of(resource)
            number = root(resource.api_version, resource.kind, owner.release.version)
            if number is not None:
                yield from _broken(owner, number)


def _broken(owner: Owner, number: int) -> Iterator[Violation]:
    node = owner.resource.node
    found = [*_lacking(node), *islice(faults(node.value, number), MOST)]
    if not found:
        return
    from raypolicy.facts.violation import Violation  # most objects have none

    told = set()
    for fault in found:
        violation = Violation(node.get(*fault.path), owner, fault, number)
        if fault.kind == UNKNOWN_FIELD and (violation.since.known or violation.until.known):
            field = tuple(0 if type(step) is int else step for step in fault.path)
            if field in told:
                continue
            told.add(field)
        yield violation


def _lacking(node: Node[Any]) -> Iterator[Fault]:
    """What every object must have, whatever the schema says."""
    metadata = node.get("metadata")
    named = metadata.get("name").either(metadata.get("generateName"))
    if named.absent and not any(placeholder(key) for key, _ in metadata.entries()):
        yield Fault(REQUIRED, ("metadata", "name"), "string")
    if node.get("spec").absent and not any(placeholder(key) for key, _ in node.entries()):
        yield Fault(NO_SPEC, ("spec",), None)


def _unknown_kind(resource: Resource, owner: Owner) -> Iterator[Violation]:
    if resource.kind.endswith("List") or placeholder(resource.kind + resource.api_version):
        return
    from raypolicy.facts.violation import Violation

    known = resource.kind in RAY_KINDS
    at, expected = ("apiVersion", [V1]) if known else ("kind", sorted(RAY_KINDS))
    yield Violation(resource.node.get(at), owner, Fault(NO_KIND, (at,), expected), 0)
