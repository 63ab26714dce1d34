"""Labels and selectors of labels, wherever a pod's spec has them."""

from __future__ import annotations

from typing import Final

from raypolicy.kubenames import key_fault, label_value_fault
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    listed,
    mapping,
    mappings,
    name,
    text,
)

_SETS: Final = ("In", "NotIn")
_PRESENCE: Final = ("Exists", "DoesNotExist")
_NUMBERS: Final = ("Gt", "Lt")


def labels(parent: Written, key: str, at: Path, kind: str) -> Faults:
    """A mapping of labels."""
    for label, value in mapping(parent.get(key)).items():
        said = key_fault(label) if text(label) is not None else None
        if said is not None:
            yield Fault((*at, key, label), kind, f"is under a key that {said}")
        fault = label_value_fault(value) if text(value) is not None else None
        if fault is not None:
            yield Fault((*at, key, label), kind, fault)


def selector(written: Written, at: Path, kind: str) -> Faults:
    """A LabelSelector."""
    yield from labels(written, "matchLabels", at, kind)
    for each, place in mappings(written, "matchExpressions", at):
        yield from _requirement(each, place, kind, (*_SETS, *_PRESENCE), values=True)


def node_terms(term: Written, at: Path, kind: str, *, required: bool) -> Faults:
    """A NodeSelectorTerm; values are looked at where it is required only."""
    for each, place in mappings(term, "matchExpressions", at):
        operators = (*_SETS, *_PRESENCE, *_NUMBERS)
        yield from _requirement(each, place, kind, operators, values=required)
    for each, place in mappings(term, "matchFields", at):
        yield from _field(each, place, kind)


def _requirement(
    written: Written, at: Path, kind: str, operators: tuple[str, ...], *, values: bool
) -> Faults:
    operator, given = written.get("operator"), listed(written.get("values"))
    if text(operator) is not None and operator not in operators:
        small = {each.lower(): each for each in operators}
        said = f"is not one of {', '.join(operators)}"
        yield Fault((*at, "operator"), kind, said, small.get(str(operator).lower()))
    elif operator in _SETS and not given and written.get("values") in (None, []):
        yield Fault((*at, "values"), kind, f"is missing, which {operator} needs")
    elif operator in _PRESENCE and given:
        yield Fault((*at, "values"), kind, f"cannot be had with {operator}")
    elif operator in _NUMBERS and len(given) != 1 and written.get("values") in (None, given):
        yield Fault((*at, "values"), kind, f"has {len(given)} values, and {operator} needs one")
    if written.get("key") == "":
        yield Fault((*at, "key"), kind, "is empty")
    yield from name(written, "key", at, kind, of="key")
    for index, value in enumerate(given if values else ()):
        fault = label_value_fault(value) if text(value) is not None else None
        if fault is not None:
            yield Fault((*at, "values", index), kind, fault)


def _field(written: Written, at: Path, kind: str) -> Faults:
    operator, given = written.get("operator"), listed(written.get("values"))
    if text(operator) is not None and operator not in _SETS:
        yield Fault((*at, "operator"), kind, "is not one of In, NotIn")
    elif operator in _SETS and len(given) != 1 and written.get("values") in (None, given):
        yield Fault((*at, "values"), kind, f"has {len(given)} values, and a field has one")
    key = text(written.get("key"))
    if key is not None and key != "metadata.name":
        yield Fault((*at, "key"), kind, "is not metadata.name, the only field there is")
    elif key is not None:
        for index, _ in enumerate(given):
            values = {"values": given[index]}
            for fault in name(values, "values", at, kind, of="subdomain"):
                yield fault._replace(path=(*at, "values", index))
