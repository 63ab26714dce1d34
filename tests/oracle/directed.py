"""Manifests that break or keep one constraint of a CRD each. Not here: what constraints there are
(`constraints`), changes at random (`mutants`).
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from constraints import (
    Constraint,
    Schema,
    broken,
    constraints,
    keywords,
    met,
    present,
    put,
    sample,
    walk,
    way_of,
)
from mutants import Mutant
from sources import KINDS, Source, text

TIMES: Final = 3
"""How often each constraint is broken, and how often it is kept at least."""
_FIELDS: Final = 8
"""Fields that one manifest of the keeping kind is given."""


def schemas(folder: Path) -> Mapping[str, Schema]:
    """The schema of the spec of each kind in v1, from the CRDs in a folder of the release."""
    found = {}
    for path in sorted(folder.glob("config/crd/bases/ray.io_*.yaml")):
        crd = yaml.load(path.read_bytes(), yaml.CSafeLoader)["spec"]
        if crd["names"]["kind"] in KINDS:
            version = next(each for each in crd["versions"] if each["name"] == "v1")
            properties = version["schema"]["openAPIV3Schema"]["properties"]
            found[crd["names"]["kind"]] = properties["spec"]
    return found


def part_of(schema: Schema, way: tuple[str, ...]) -> Schema:
    for step in way[1:]:
        if step == "[]":
            schema = schema["items"]
        elif step == "{}":
            schema = schema["additionalProperties"]
        else:
            schema = schema["properties"][step]
    return schema


def _wanted(constraint: Constraint) -> bool:
    """All outside of pods; within, those of the head's."""
    head = "headGroupSpec" in constraint.way and "initContainers" not in constraint.way
    return not constraint.in_pod or (head and constraint.kind == "RayCluster")


def _of_kind(sound: Sequence[Source], kind: str) -> list[Source]:
    return sorted((each for each in sound if each.kind == kind), key=lambda s: len(text(s.document)))  # fmt: skip


def breaking(sound: Sequence[Source], known: Mapping[str, Schema]) -> Iterator[Mutant]:
    """Each constraint broken, in manifests that are sound otherwise; and a field that no schema has
    beside every object's.
    """
    for kind, spec in known.items():
        bases = _of_kind(sound, kind)
        for constraint in filter(_wanted, constraints(kind, spec)):
            part = part_of(spec, constraint.way)
            values = broken(part, constraint.keyword)
            times = 1 if constraint.in_pod else TIMES
            for number in range(times if values else 0):
                yield from _with(bases[number % len(bases)], spec, constraint.way, values[number % len(values)])  # fmt: skip
            if constraint.keyword == "type" and part.get("properties"):
                stray = {**sample(part), "strayField": "x"}
                yield from _with(bases[0], spec, constraint.way, stray)


def _with(base: Source, spec: Schema, way: tuple[str, ...], value: Any) -> Iterator[Mutant]:
    document = copy.deepcopy(base.document)
    if len(way) > 1 and put(document, spec, way, value):
        yield Mutant(base.name, (f"{'.'.join(way)} = {text(value)}",), (), text(document))


def keeping(sound: Sequence[Source], known: Mapping[str, Schema]) -> Iterator[Mutant]:
    """Every field of the schemas with a fitting value, some at once, so often as is asked; but
    those of a deletion strategy, which exclude each other: `topics` has them.
    """
    for kind, spec in known.items():
        bases = _of_kind(sound, kind)
        ways = dict.fromkeys(each.way for each in filter(_wanted, constraints(kind, spec)))
        fields = [way for way in ways if len(way) > 1 and "deletionStrategy" not in way]
        for number in range(TIMES):
            for start in range(0, len(fields), _FIELDS):
                document = copy.deepcopy(bases[number % len(bases)].document)
                some = fields[start : start + _FIELDS]
                for way in some:
                    put(document, spec, way, sample(part_of(spec, way)))
                names = tuple(".".join(way) for way in some)
                yield Mutant(bases[number % len(bases)].name, names, (), text(document))


class Tally(NamedTuple):
    """How often each constraint was broken, and how often it was kept."""

    broken: Counter[tuple[str, tuple[str, ...], str]]
    kept: Counter[tuple[str, tuple[str, ...], str]]

    def note(self, kind: str, document: str, errors: Iterable[str], known: Schema) -> None:
        """Count what the API server has said about a document, given as JSON."""
        refused = False
        for error in errors:
            refused = True
            told = met(error)
            if told is not None:
                path, keyword = told
                way = way_of(path, known)
                if keyword == "required":
                    way, keyword = way[:-1], f"required:{way[-1]}"
                elif keyword == "duplicate":
                    way = way[:-1]
                elif keyword == "rule":
                    keyword = _rule(error, way, known)
                self.broken[kind, way, keyword] += 1
        if not refused:
            for way, value, part in present(json.loads(document).get("spec"), known):
                for name in _kept(value, part):
                    self.kept[kind, way, name] += 1


def _rule(error: str, way: tuple[str, ...], known: Schema) -> str:
    """Which of the CRD's own rules an error is of."""
    if way not in {each for each, _ in walk(known, ("spec",))}:
        return "rule"
    rules = part_of(known, way).get("x-kubernetes-validations", ())
    numbers = (number for number, rule in enumerate(rules) if rule.get("message", "?") in error)
    return f"rule:{next(numbers, '')}"


def _kept(value: Any, part: Schema) -> Iterator[str]:
    for keyword in keywords(part):
        name, _, detail = keyword.partition(":")
        if name == "required" and detail not in value:
            continue
        yield keyword
