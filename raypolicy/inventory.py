"""What is in a bundle by kind, namespace and name. Not here: who asks for it (`references`).

Texts that don't speak of Ray are looked through for the kinds they hold, and parsed once one of
these is asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final

from raypolicy.bundle import Bundle, Resource, objects_in, plain_chunks
from raypolicy.inputs.files import RawFile
from raypolicy.nearnames import NearNames
from raypolicy.reader import Chunk
from raypolicy.values import placeholder

# Kept as text, to be compiled when first needed.
_KIND: Final = r"kind(?<![A-Za-z0-9_./-]kind)[\"']?[ \t]*:[ \t]*[\"']?([A-Za-z]+)"
"""It begins with a word that can be searched for, which is ten times as fast."""
_TEXT: Final = r"[ \t]*[\"']?([a-z0-9][a-z0-9.-]*)[\"']?[ \t]*\r?$"
_NAME: Final = rf"(?m)^  name:{_TEXT}"
_OUTER: Final = (
    r"(?m)^[\"']?(kind|metadata)\b[\"']?[ \t]*:"
    r"(?:[ \t]*([A-Za-z]+)[ \t]*\r?$|[ \t]*\r?\n((?:[ ]+[^ \r\n#].*\r?\n)*))?"
)
_WRAPPING: Final = ("List", "AppWrapper")
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
        self._kinds: dict[str, dict[str, list[Resource | Chunk]]] = {}
        self._near: dict[str, NearNames] = {}

    def of_kind(self, kind: str) -> Iterator[Resource]:
        """All objects of a kind."""
        for name in [*self._named(kind)]:
            yield from self._bearers(kind, name)

    def names_of(self, kind: str) -> Collection[str]:
        """The names that objects of a kind have."""
        return self._named(kind).keys()

    def named(self, kind: str, name: str, namespace: str) -> tuple[Resource, ...]:
        """The objects of a kind and name that may lie in a namespace: those in it, and those in
        none that is known where the bundle leaves it open.
        """
        bearers = self._bearers(kind, name)
        return tuple(each for each in bearers if may_share(kind, each.namespace, namespace))

    def elsewhere(self, kind: str, name: str, namespace: str) -> tuple[Resource, ...]:
        """The objects of a kind and name that lie in another namespace for sure."""
        bearers = self._bearers(kind, name)
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

    @cached_property
    def names(self) -> Counter[str]:
        """How many objects bear a name, those in texts that are not parsed included."""
        found = Counter(resource.name for resource in self._bundle.resources)
        find = re.compile(_NAME).finditer
        for chunk in self._chunks:
            found.update(match[1] for match in find(chunk.source.text, chunk.start, chunk.end))
        return found

    def _bearers(self, kind: str, name: str) -> list[Resource]:
        """The objects of a kind and name, parsed."""
        bearers = self._named(kind).get(name, [])
        if any(isinstance(each, Chunk) for each in bearers):
            opened: list[Resource] = []
            for each in bearers:
                opened += objects_in(each) if isinstance(each, Chunk) else [each]
            bearers[:] = [each for each in opened if (each.kind, each.name) == (kind, name)]
        return bearers  # type: ignore[return-value]  # no Chunk is left

    def _named(self, kind: str) -> dict[str, list[Resource | Chunk]]:
        if kind not in self._kinds:
            found: dict[str, list[Resource | Chunk]] = {}
            for resource in self._parsed.get(kind, ()):
                found.setdefault(resource.name, []).append(resource)
            for chunk in self._by_kind.get(kind, ()):
                identity = _identity(chunk)
                if identity is not None and not identity[0].endswith(_WRAPPING):
                    if identity[0] == kind:
                        found.setdefault(identity[1], []).append(chunk)
                    continue
                for resource in objects_in(chunk):
                    if resource.kind == kind:
                        found.setdefault(resource.name, []).append(resource)
            self._kinds[kind] = found
        return self._kinds[kind]

    @cached_property
    def _parsed(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self._bundle.resources:
            found.setdefault(resource.kind, []).append(resource)
        return found

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
        for text in self._bundle.plain:
            found += plain_chunks(text) if isinstance(text, RawFile) else (text,)
        return tuple(found)


def _identity(chunk: Chunk) -> tuple[str, str] | None:
    """The kind and name of the one object that a text is, where they are plain to see without
    parsing it: one `kind` and one `metadata` at the start of lines, and a `name` under that.
    """
    text, start, end = chunk.source.text, chunk.start, chunk.end
    outer = re.compile(_OUTER).findall(text, start, end)
    kinds = [kind for key, kind, _ in outer if key == "kind"]
    inner = [block for key, _, block in outer if key == "metadata"]
    if len(kinds) != 1 or len(inner) != 1 or len(outer) != 2:
        return None
    indent = re.match(r"[ ]*", inner[0])[0]  # type: ignore[index]  # it always matches
    names = re.findall(rf"(?m)^{indent}name:{_TEXT}", inner[0])
    return (kinds[0], names[0]) if indent and len(names) == 1 and kinds[0] else None


def may_share(kind: str, one: str, other: str) -> bool:
    """Whether objects written with these namespaces may lie in one; empty stands for the namespace
    that the user applies them to.
    """
    if kind in UNNAMESPACED or one == other or not one or not other:
        return True
    return placeholder(one) is not None or placeholder(other) is not None
