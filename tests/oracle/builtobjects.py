"""Objects that the operator's code builds, compared with those of raypolicy. Not here: which.

What makes no difference is put aside: what Go writes for nothing, the owner, the order of ports.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kuberay import Verdict

from raypolicy.bundle import Resource, make_bundle
from raypolicy.catalogue import shipped
from raypolicy.made import objects
from raypolicy.made.parts import plain
from raypolicy.reader import split
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile
from raypolicy.tree import Unknown
from raypolicy.values import Quantity

ROOT = Path(__file__).parents[2]
CORPUS = os.environ.get("RAYPOLICY_CORPUS", "")
_LEFT_OUT = frozenset({"ownerReferences", "status", "creationTimestamp"})
_AMOUNTS = frozenset({"limits", "requests", "resources", "size", "sizeLimit", "divisor"})


class Manifest(NamedTuple):
    """One Ray resource, and where it is from."""

    origin: str
    text: str
    resource: Resource


class Compared(NamedTuple):
    """How many fields of an object were compared, and those that differ, as texts."""

    fields: int
    different: tuple[str, ...]


def manifests() -> Iterator[Manifest]:
    """Each Ray resource of the examples of rules, of `fixtures/`, and of the corpus if there is one,
    once.
    """
    seen: set[str] = set()
    for origin, text in _texts():
        for chunk in split(SourceFile(origin, text)):
            if chunk.text in seen or "ray.io/v1" not in chunk.text:
                continue
            seen.add(chunk.text)
            ray = list(make_bundle("", (SourceFile(origin, chunk.text),)).ray)
            if len(ray) == 1 and ray[0].node.parent is None:
                yield Manifest(origin, chunk.text, ray[0])


def built(resource: Resource, release: str, gates: tuple[str, ...]) -> dict[str, Any]:
    """What raypolicy says the operator builds, by role."""
    on = (*gates, "RayCronJob")  # the oracle has it on
    return {each.role: plain(each.part) for each in objects(resource, kuberay(release), on)}


def is_built(verdict: Verdict) -> bool:
    """Whether the resource passed all gates, so that the operator built something of it."""
    return not (verdict.error or verdict.schema or verdict.operator or verdict.creation) and (
        verdict.operator is not None
    )


def compared(want: Any, got: Any) -> Compared:
    """The oracle's object with ours. What we say can't be known is not compared."""
    theirs, ours = dict(_leaves(_clean(want))), dict(_leaves(_clean(got)))
    different = []
    for path in sorted(theirs.keys() | ours.keys(), key=str):
        if any(isinstance(ours.get(path[:end]), Unknown) for end in range(1, len(path) + 1)):
            continue
        if not _same(path, theirs.get(path), ours.get(path)):
            told = "/".join(map(str, path))
            different.append(f"{told}: {theirs.get(path)!r} there, {ours.get(path)!r} here")
    return Compared(len(theirs.keys() | ours.keys()), tuple(different))


def _texts() -> Iterator[tuple[str, str]]:
    for plan in shipped(prose=True):
        for example in plan["examples"]:
            if "target" not in example:
                yield f"{plan['id']}:{example['line']}", example.get("fail", example.get("pass"))
    for folder in (ROOT / "fixtures", Path(CORPUS)) if CORPUS else (ROOT / "fixtures",):
        for path in sorted(folder.rglob("*.y*ml")):
            text = path.read_text("utf-8", "replace")
            if "ray.io/v1" in text and len(text) < 200_000:
                yield str(path), text


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _clean(each) for key, each in value.items() if key not in _LEFT_OUT}
        kept = {key: each for key, each in kept.items() if each not in (None, {}, [])}
        ports = kept.get("ports")
        if isinstance(ports, list) and all(isinstance(port, dict) for port in ports):
            kept["ports"] = sorted(
                ports, key=lambda port: (_text(port, "name"), _text(port, "port"))
            )
        return kept
    if type(value) is list:
        return [_clean(each) for each in value if each is not None]
    return value


def _text(port: dict[str, Any], key: str) -> str:
    return str(port.get(key, ""))


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if type(value) in (dict, list) and value:
        for key, each in value.items() if type(value) is dict else enumerate(value):
            yield from _leaves(each, (*path, key))
    else:
        yield path, value


def _same(path: tuple[Any, ...], want: Any, got: Any) -> bool:
    if want == got or (want in (None, 0, "", False, "0") and got in (None, 0, "", False, "0")):
        return True
    if isinstance(want, float) and isinstance(got, int | float):
        return struct.pack("f", want) == struct.pack("f", got)
    if _AMOUNTS & set(path):
        amounts = [Quantity.parse(str(each)) for each in (want, got)]
        return amounts[0] is not None and amounts[0] == amounts[1]
    return False
