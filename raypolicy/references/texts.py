"""Names of ConfigMaps and Secrets in texts that kustomize does not read: commands, entrypoints,
variables, annotations. Not here: fields that hold nothing but a name (`places`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.facts.job import Job
from raypolicy.facts.pod import Pod
from raypolicy.facts.reference import WrittenName
from raypolicy.facts.serve import Service
from raypolicy.facts.view import Owner
from raypolicy.freetexts import free_texts
from raypolicy.inventory import Inventory
from raypolicy.nearnames import without_hash
from raypolicy.tree import ABSENT, Node

_BEFORE, _BEHIND = r"(?<![A-Za-z0-9/._-])", r"(?![A-Za-z0-9/_-])"
_HASHED: Final = rf"{_BEFORE}([a-z0-9][a-z0-9.-]*-[2456789bcdfghkmt]{{10}}){_BEHIND}"
_KIND: Final = r"(?i:(config[-_]?map|secret))"
_SAID: Final = (
    rf"{_KIND}(?i:s?(?:[-_]?name)?)[\"']?(?:\s*[=:/]\s*|\s+)[\"']?"
    rf"([a-z0-9][a-z0-9.-]*[a-z0-9]){_BEHIND}"
)
_VARIABLE: Final = rf"{_KIND}(?i:_?name)\Z"
_LISTED: Final = r"[^\s,]+"
"""One of the names in an annotation or a variable."""


def names_in_texts(
    inventory: Inventory, pods: Iterable[Pod], jobs: Iterable[Job], services: Iterable[Service]
) -> Iterator[tuple[WrittenName, Owner]]:
    """The names of generated objects in texts, with the hash they have, with another, or with none.

    Nothing else is taken for a name: a text may say anything.
    """
    bare: dict[str, set[str]] = {}
    for kind in ("ConfigMap", "Secret"):
        pairs = ((name, without_hash(name)) for name in inventory.names_of(kind))
        bare[kind] = {short for name, short in pairs if short != name}
    if not any(bare.values()):
        return
    for owner, text, named in _texts(pods, jobs, services):
        for kind, start, end in dict.fromkeys(_spans(text.value, named, bare)):
            name = text.part(start, end)
            near = inventory.nearest(kind, name.value, owner.resource.namespace)
            if without_hash(name.value) in bare[kind] or (near and _is_hashed(near.name)):
                none: Node[Any] = name.put(ABSENT)
                yield WrittenName(name, name.put(kind), none, "text", none, ()), owner


def _is_hashed(name: str) -> bool:
    return without_hash(name) != name


def _texts(
    pods: Iterable[Pod], jobs: Iterable[Job], services: Iterable[Service]
) -> Iterator[tuple[Owner, Node[str], str]]:
    """Texts, and the kind whose names they hold where that is said beside them."""
    found: list[tuple[Owner, Node[Any], str]] = []
    owners: dict[int, Owner] = {}
    for pod in pods:
        owners[id(pod.owner.resource.node)] = pod.owner
        found += ((pod.owner, *each) for each in _annotations(pod.metadata))
    for job in jobs:
        owners[id(job.owner.resource.node)] = job.owner
    for text in free_texts(pods, jobs, services):
        found.append((text.owner, text.node, _kind(_VARIABLE, text.variable)))
    for owner in owners.values():
        metadata = owner.resource.node.get("metadata")
        found += ((owner, *each) for each in _annotations(metadata))
    yield from (each for each in found if type(each[1].value) is str)


def _annotations(metadata: Node[Any]) -> Iterator[tuple[Node[Any], str]]:
    for key, value in metadata.get("annotations").entries():
        if key != "kubectl.kubernetes.io/last-applied-configuration":
            yield value, _kind(_KIND, key)


def _kind(pattern: str, text: object) -> str:
    match = re.search(pattern, text) if type(text) is str else None
    if match is None:
        return ""
    return "Secret" if match[1].lower() == "secret" else "ConfigMap"


def _spans(text: str, named: str, bare: dict[str, set[str]]) -> Iterator[tuple[str, int, int]]:
    if named:
        for match in re.finditer(_LISTED, text):
            yield named, *match.span()
        return
    for match in re.finditer(_SAID, text):
        yield _kind(_KIND, match[1]), *match.span(2)
    for match in re.finditer(_HASHED, text):
        for kind, names in bare.items():
            if without_hash(match[1]) in names:
                yield kind, *match.span(1)
