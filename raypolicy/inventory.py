"""What is in a bundle by kind, namespace and name. Not here: who asks for it (`references`).

Texts that don't speak of Ray are looked through for the kinds they hold, and parsed once one of
these is asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Final

from raypolicy.bundle import Bundle, Resource, objects_in, plain_chunks
from raypolicy.inputs.files import RawFile, speaks_of_ray
from raypolicy.nearnames import NearNames
from raypolicy.reader import Chunk
from raypolicy.values import placeholder

# Kept as text, to be compiled when first needed.
_KIND: Final = r"(?:^|[{,\s])[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?([A-Za-z]+)"
_NAME: Final = r"(?m)^  name:[ \t]*[\"']?([a-z0-9][a-z0-9.-]*)[\"']?[ \t]*\r?$"
UNNAMESPACED: Final = frozenset(
    """ClusterQueue ClusterRole ClusterRoleBinding CustomResourceDefinition DeviceClass GatewayClass
    IngressClass Namespace Node PersistentVolume PriorityClass ResourceFlavor RuntimeClass
    StorageClass WorkloadPriorityClass""".split()
)
"""Kinds whose objects lie in no namespace."""


class Inventory:
    """Everything in a bundle by kind, namespace and name."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._kinds: dict[str, dict[str, list[Resource]]] = {}
        self._near: dict[str, NearNames] = {}

    def of_kind(self, kind: str) -> Iterator[Resource]:
        """All objects of a kind."""
        return chain.from_iterable(self._named(kind).values())

    def named(self, kind: str, name: str, namespace: str) -> tuple[Resource, ...]:
        """The objects of a kind and name that may lie in a namespace: those in it, and those in
        none that is known where the bundle leaves it open.
        """
        bearers = self._named(kind).get(name, ())
        return tuple(each for each in bearers if may_share(kind, each.namespace, namespace))

    def elsewhere(self, kind: str, name: str, namespace: str) -> tuple[Resource, ...]:
        """The objects of a kind and name that lie in another namespace for sure."""
        bearers = self._named(kind).get(name, ())
        return tuple(each for each in bearers if not may_share(kind, each.namespace, namespace))

    def nearest(self, kind: str, name: str, namespace: str) -> Resource | None:
        """The one object of a kind whose name a name must be meant for, which no object of that
        kind has; None if none is near, or more than one.
        """
        if kind not in self._near:
            self._near[kind] = NearNames(self._named(kind), self.names)
        near = self._near[kind].nearest(name)
        found = () if near is None else self.named(kind, near, namespace)
        return found[0] if len(found) == 1 else None

    @property
    def beside(self) -> Iterator[Resource]:
        """Ray's objects in the files that are not audited."""
        for file in self._bundle.context:
            for chunk in plain_chunks(file) if speaks_of_ray(file.data) else ():
                yield from (each for each in objects_in(chunk) if each.is_ray)

    @cached_property
    def names(self) -> Counter[str]:
        """How many objects bear a name, those in texts that are not parsed included."""
        found = Counter(resource.name for resource in self._bundle.resources)
        find = re.compile(_NAME).finditer
        for chunk in self._chunks:
            found.update(match[1] for match in find(chunk.source.text, chunk.start, chunk.end))
        return found

    def _named(self, kind: str) -> dict[str, list[Resource]]:
        if kind not in self._kinds:
            found: dict[str, list[Resource]] = {}
            for resource in chain(self._parsed.get(kind, ()), self._unparsed(kind)):
                found.setdefault(resource.name, []).append(resource)
            self._kinds[kind] = found
        return self._kinds[kind]

    @cached_property
    def _parsed(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self._bundle.resources:
            found.setdefault(resource.kind, []).append(resource)
        return found

    def _unparsed(self, kind: str) -> Iterator[Resource]:
        chunks: Iterable[Chunk] = self._by_kind.get(kind, ())
        for chunk in chunks:
            for resource in objects_in(chunk):
                if resource.kind == kind:
                    yield resource

    @cached_property
    def _by_kind(self) -> dict[str, list[Chunk]]:
        """Texts by the kinds that are named in them, be it for a part of them."""
        found: dict[str, list[Chunk]] = {}
        find = re.compile(_KIND).finditer
        for chunk in self._chunks:
            kinds = [match[1] for match in find(chunk.source.text, chunk.start, chunk.end)]
            for kind in dict.fromkeys(kinds):
                found.setdefault(kind, []).append(chunk)
        return found

    @cached_property
    def _chunks(self) -> tuple[Chunk, ...]:
        found: list[Chunk] = []
        for text in (*self._bundle.plain, *self._bundle.context):
            found += plain_chunks(text) if isinstance(text, RawFile) else (text,)
        return tuple(found)


def may_share(kind: str, one: str, other: str) -> bool:
    """Whether objects written with these namespaces may lie in one; empty stands for the namespace
    that the user applies them to.
    """
    if kind in UNNAMESPACED or one == other or not one or not other:
        return True
    return placeholder(one) is not None or placeholder(other) is not None
