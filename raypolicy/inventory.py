"""What is in a bundle by kind, namespace and name. Not here: who asks for it (`references`).

Texts that don't speak of Ray are looked through for the kinds they hold, and parsed once one of
these is asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cached_property, partial
from itertools import islice
from typing import Final, TypeAlias

from raypolicy.bundle import Bundle, Resource, objects_in, plain_chunks
from raypolicy.inputs.files import RawFile, speaks_of_ray
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
    r"(?:[ \t]*([A-Za-z]+)[ \t]*\r?$|[ \t]*\r?\n((?:[ ]+[^ \r\n#].*(?:\n|\Z))*))?"
)
_WRAPPING: Final = ("List", "AppWrapper")
_MOST_NEAR: Final = 50
"""Names of a kind among which one that is meant is looked for by its namespace."""
_Homes: TypeAlias = dict[str, list[Resource | Chunk]]
"""Objects of one kind and name by their namespaces; texts are parsed when they are asked for."""
UNNAMESPACED: Final = frozenset(
    """ClusterQueue ClusterRole ClusterRoleBinding ClusterTrustBundle CustomResourceDefinition
    DeviceClass GatewayClass IngressClass Namespace Node PersistentVolume PriorityClass Queue
    ResourceFlavor RuntimeClass StorageClass WorkloadPriorityClass""".split()
)
"""Kinds whose objects lie in no namespace."""


class Inventory:
    """Everything in a bundle by kind, namespace and name."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._kinds: dict[str, dict[str, _Homes]] = {}
        self._near: dict[str, NearNames] = {}

    def has(self, kind: str) -> bool:
        """Whether an object of a kind is there, or a part of a text that looks like one."""
        return kind in self._parsed or kind in self._by_kind

    def of_kind(
        self, kind: str, telling: Callable[[str], bool] | None = None
    ) -> Iterator[Resource]:
        """All objects of a kind; of texts that are not parsed yet only those that are `telling`."""
        for name, homes in self._named(kind).items():
            for home, bearers in homes.items():
                if telling is None or any(map(partial(_tells, telling), bearers)):
                    yield from _opened(homes, home, kind, name)

    def names_of(self, kind: str) -> Collection[str]:
        """The names that objects of a kind have."""
        return self._named(kind).keys()

    def named(self, kind: str, name: str, namespace: str) -> tuple[Resource, ...]:
        """The objects of a kind and name that may lie in a namespace: those in it, and those in
        none that is known where the bundle leaves it open.
        """
        homes = self._named(kind).get(name)
        if homes is None:
            return ()
        wanted = _home(namespace)
        some = (wanted, "") if wanted and kind not in UNNAMESPACED else (*homes,)
        return tuple(each for home in some for each in _opened(homes, home, kind, name))

    def elsewhere(self, kind: str, name: str, namespace: str) -> tuple[Resource, ...]:
        """Objects of a kind and name that lie in another namespace for sure, those of two at most:
        more say no more.
        """
        homes, wanted = self._named(kind).get(name), _home(namespace)
        if homes is None or not wanted or kind in UNNAMESPACED:
            return ()
        others = islice((home for home in homes if home and home != wanted), 2)
        return tuple(each for home in others for each in _opened(homes, home, kind, name))

    def nearest(self, kind: str, name: str, namespace: str) -> Resource | None:
        """The one object of a kind whose name a name must be meant for, which no object of that
        kind has; None if none is near, or more than one.
        """
        if kind not in self._near:
            self._near[kind] = NearNames(self._named(kind), self.names)
        near = self._near[kind].near(name)
        if len(near) > _MOST_NEAR:
            return None
        found = [each for other in near for each in self.named(kind, other, namespace)]
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

    def _named(self, kind: str) -> dict[str, _Homes]:
        if kind not in self._kinds:
            found: dict[str, _Homes] = {}
            for each, name, namespace in self._listed(kind):
                found.setdefault(name, {}).setdefault(_home(namespace), []).append(each)
            self._kinds[kind] = found
        return self._kinds[kind]

    def _listed(self, kind: str) -> Iterator[tuple[Resource | Chunk, str, str]]:
        """The objects of a kind, parsed where they have to be, with names and namespaces."""
        for resource in self._parsed.get(kind, ()):
            yield resource, resource.name, resource.namespace
        for chunk in self._by_kind.get(kind, ()):
            identity = _identity(chunk)
            if identity is None or identity[0].endswith(_WRAPPING):
                for resource in objects_in(chunk):
                    if resource.kind == kind:
                        yield resource, resource.name, resource.namespace
            elif identity[0] == kind:
                yield chunk, *identity[1:]

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
        for text in (*self._bundle.plain, *self._bundle.context):
            found += plain_chunks(text) if isinstance(text, RawFile) else (text,)
        return tuple(found)


def _home(namespace: str) -> str:
    """A namespace; empty where it is yet to be filled in."""
    return "" if placeholder(namespace) else namespace


def _tells(telling: Callable[[str], bool], bearer: Resource | Chunk) -> bool:
    return not isinstance(bearer, Chunk) or telling(bearer.text)


def _opened(homes: _Homes, home: str, kind: str, name: str) -> list[Resource]:
    """The objects of a name in a namespace, parsed."""
    bearers = homes.get(home, [])
    if any(isinstance(each, Chunk) for each in bearers):
        opened: list[Resource] = []
        for each in bearers:
            opened += objects_in(each) if isinstance(each, Chunk) else [each]
        bearers[:] = [each for each in opened if (each.kind, each.name) == (kind, name)]
    return bearers  # type: ignore[return-value]  # no Chunk is left


def _identity(chunk: Chunk) -> tuple[str, str, str] | None:
    """The kind, name and namespace of the one object that a text is, where they are plain to see
    without parsing it: one `kind` and one `metadata` at the start of lines, and those under that.
    """
    text, start, end = chunk.source.text, chunk.start, chunk.end
    outer = re.compile(_OUTER).findall(text, start, end)
    kinds = [kind for key, kind, _ in outer if key == "kind"]
    inner = [block for key, _, block in outer if key == "metadata"]
    if len(kinds) != 1 or len(inner) != 1 or len(outer) != 2 or not kinds[0]:
        return None
    block = inner[0]
    indent = block[: len(block) - len(block.lstrip(" "))]
    names = re.findall(rf"(?m)^{indent}name:{_TEXT}", block)
    homes = re.findall(rf"(?m)^{indent}namespace:{_TEXT}", block)
    if not indent or len(names) != 1 or len(homes) != len(re.findall(r"namespace\b", block)):
        return None
    return (kinds[0], names[0], homes[0] if homes else "")


def may_share(kind: str, one: str, other: str) -> bool:
    """Whether objects written with these namespaces may lie in one; empty stands for the namespace
    that the user applies them to.
    """
    if kind in UNNAMESPACED or one == other or not one or not other:
        return True
    return placeholder(one) is not None or placeholder(other) is not None
