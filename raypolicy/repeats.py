"""Which objects of a bundle are written twice in one file or stream. Not here: whether that is a
mistake (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from raypolicy.bundle import Resource
from raypolicy.facts.repeat import Repeat
from raypolicy.facts.view import Owner
from raypolicy.values import placeholder


def repeats(
    resources: Iterable[Resource], owner_of: Callable[[Resource], Owner]
) -> tuple[Repeat, ...]:
    """The second and later ones of objects of one API group, kind, namespace and name. Those of
    different files are left out: a folder of samples often has one a file.
    """
    seen: dict[tuple[str, ...], Resource] = {}
    found: list[Repeat] = []
    for resource in resources:
        group = resource.api_version.rpartition("/")[0]
        identity = (resource.source, group, *resource[:1], *resource[2:4])
        first = seen.setdefault(identity, resource)
        if first is resource:
            continue
        name = resource.node.get("metadata", "name")
        if name.known and not placeholder(resource.name) and not placeholder(resource.namespace):
            found.append(Repeat(name, owner_of(resource), first))
    return tuple(found)
