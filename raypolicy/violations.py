"""Which places of a bundle's Ray objects break the schema of the release. Not here: facts about each
(`facts.violation`), the schema (`schema`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from raypolicy.bundle import RAY_KINDS, Resource
from raypolicy.facts.violation import NO_KIND, NO_SPEC, V1, Violation
from raypolicy.facts.view import Owner
from raypolicy.schema.fields import root
from raypolicy.schema.walk import REQUIRED, UNKNOWN_FIELD, Fault, faults
from raypolicy.values import placeholder


def violations(
    resources: Iterable[Resource], owner_of: Callable[[Resource], Owner]
) -> Iterator[Violation]:
    """What breaks the schema in Ray's objects; and objects of Ray's API group of which no release has
    the kind, and those without a spec. What several groups have that another release knows is told
    once. Objects that the release does not serve, and releases before 1.0, have no schema.
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
    node, told = owner.resource.node, set()
    for fault in faults(node.value, number):
        found = Violation(node.get(*fault.path), owner, fault, number)
        if fault.kind == UNKNOWN_FIELD and (found.since.known or found.until.known):
            field = tuple(0 if type(step) is int else step for step in fault.path)
            if field in told:
                continue
            told.add(field)
        yield found
    metadata = node.get("metadata")
    named = metadata.get("name").either(metadata.get("generateName"))
    if named.absent and not any(placeholder(key) for key, _ in metadata.entries()):
        yield Violation(
            metadata.get("name"), owner, Fault(REQUIRED, ("metadata", "name"), "string"), number
        )
    if node.get("spec").absent and not any(placeholder(key) for key, _ in node.entries()):
        yield Violation(node.get("spec"), owner, Fault(NO_SPEC, ("spec",), None), number)


def _unknown_kind(resource: Resource, owner: Owner) -> Iterator[Violation]:
    if resource.kind.endswith("List") or placeholder(resource.kind + resource.api_version):
        return
    known = resource.kind in RAY_KINDS
    at, expected = ("apiVersion", [V1]) if known else ("kind", sorted(RAY_KINDS))
    yield Violation(resource.node.get(at), owner, Fault(NO_KIND, (at,), expected), 0)
