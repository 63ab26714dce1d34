"""Findings that a misspelt field brings with it, left out: the slip itself is told. Not here: what
a field was meant to be (`schema.meant`).

A finding that would go if the field had its right name is the same mistake told again: no image
where `Image` is written, no containers where they stand one level too high. So a bundle with such
slips is judged a second time, as it was meant, and what is gone then was an echo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from raypolicy.bundle import Bundle, Resource, resources_of
from raypolicy.document import Document
from raypolicy.facts.violation import Violation
from raypolicy.findings import Finding
from raypolicy.model import Model
from raypolicy.ruleset import RuleSet
from raypolicy.schema.fields import Step
from raypolicy.tree import root_of


class _Slip(NamedTuple):
    """A field of a document, and where in it the same value was meant to be."""

    document: Document
    written: tuple[Step, ...]
    meant: tuple[Step, ...]


def without_echoes(findings: list[Finding], model: Model, rules: RuleSet) -> list[Finding]:
    """The findings of a bundle without those that a slip, told itself, brings with it."""
    told = {*map(_place, findings)}
    violations = [each for each in model.violations if _name(each) in told and each.as_meant]
    if not violations:
        return findings
    themselves = {(_name(each), each.node.path) for each in violations}
    slips = [slip for each in violations for slip in _slips(each)]
    meant = model.of(_mended(model.bundle, slips))
    found = rules.without_fixes.run(meant).findings  # it has places that are not written anywhere
    still = {(each.rule.id, _place(each)) for each in found}
    return [
        each
        for each in findings
        if (each.rule.id, _place(each)) in still or (_place(each), each.keys) in themselves
    ]


def _place(finding: Finding) -> tuple[str, int, int]:
    return finding.order[:3]


def _name(violation: Violation) -> tuple[str, int, int]:
    span = violation.name.span
    return span.source.name, span.start, span.end


def _slips(violation: Violation) -> Iterator[_Slip]:
    for written, meant in violation.as_meant.items():
        yield _Slip(violation.node.document, written, meant)


def _mended(bundle: Bundle, slips: Sequence[_Slip]) -> Bundle:
    """The bundle with each slip where it was meant to be; places stay what they are."""
    concerned = {id(slip.document): slip.document for slip in slips}
    copies = {
        number: _copy(document, [slip for slip in slips if slip.document is document])
        for number, document in concerned.items()
    }
    documents = tuple(copies.get(id(each), each) for each in bundle.documents)
    return bundle._replace(
        documents=documents, resources=tuple(_resources(bundle.resources, copies))
    )


def _resources(resources: Iterable[Resource], copies: dict[int, Document]) -> Iterator[Resource]:
    for number, group in groupby(resources, lambda each: id(each.node.document)):
        if number in copies:
            yield from resources_of(root_of(copies[number]))
        else:
            yield from group


def _copy(document: Document, slips: Iterable[_Slip]) -> Document:
    copied = Document(document.source, document.index, document.start, document.end)
    copied.extent, copied.outer = document.extent, document.outer
    copied.duplicates = document.duplicates
    copied.value = _of(document.value, document.spans, copied.spans, {})
    for slip in slips:
        _move(copied, slip)
    return copied


def _of(value: Any, spans: dict[int, Any], copied: dict[int, Any], known: dict[int, Any]) -> Any:
    """A copy of plain data with the places of its parts; what aliases share stays shared."""
    if type(value) not in (dict, list):
        return value
    if id(value) not in known:
        new: Any = {} if type(value) is dict else []
        known[id(value)] = new
        if id(value) in spans:
            parts = spans[id(value)]
            copied[id(new)] = dict(parts) if type(parts) is dict else parts
        if type(value) is dict:
            new.update((key, _of(each, spans, copied, known)) for key, each in value.items())
        else:
            new += (_of(each, spans, copied, known) for each in value)
    return known[id(value)]


def _move(document: Document, slip: _Slip) -> None:
    """Take a field from one place of a document to another, unless there is something already."""
    source = _at(document.value, slip.written[:-1])
    target = _at(document.value, slip.meant[:-1], make=True)
    old, new = slip.written[-1], slip.meant[-1]
    if type(source) is not dict or type(target) is not dict or old not in source:
        return
    if target.get(new) is not None:
        return
    target[new] = source.pop(old)
    places = document.spans.get(id(source), {})
    if old in places:
        document.spans.setdefault(id(target), {})[new] = places.pop(old)


def _at(value: Any, path: tuple[Step, ...], *, make: bool = False) -> Any:
    """What stands at a path; with `make` the mappings on the way are made."""
    for step in path:
        if type(value) is dict:
            if make and value.get(step) is None:
                value[step] = {}
            value = value.get(step)
        elif type(value) is list and type(step) is int and step < len(value):
            value = value[step]
        else:
            return None
    return value
