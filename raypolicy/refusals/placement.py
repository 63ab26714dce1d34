"""Where pods are to run: tolerations, affinities, spread, node labels."""

from __future__ import annotations

from typing import Final

from raypolicy.kubenames import label_value_fault
from raypolicy.refusals.fault import (
    Fault,
    Faults,
    Path,
    Written,
    choice,
    listed,
    mapping,
    mappings,
    name,
    number,
    text,
    within,
)
from raypolicy.refusals.selectors import labels, node_terms, selector

_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"
_UNSATISFIABLE: Final = ("DoNotSchedule", "ScheduleAnyway")


def check(spec: Written) -> Faults:
    """Of a pod's spec."""
    yield from labels(spec, "nodeSelector", (), "node selector")
    for toleration, at in mappings(spec, "tolerations", ()):
        yield from _toleration(toleration, at)
    yield from _affinity(mapping(spec.get("affinity")), ("affinity",))
    for constraint, at in mappings(spec, "topologySpreadConstraints", ()):
        yield from _spread(constraint, at)


def _toleration(toleration: Written, at: Path) -> Faults:
    operator, key = toleration.get("operator"), toleration.get("key")
    value, effect = toleration.get("value"), toleration.get("effect")
    kind = "toleration"
    yield from name(toleration, "key", at, kind, of="key")
    yield from choice(toleration, "operator", ("Exists", "Equal"), at, kind)
    known = operator is None or text(operator) is not None
    if key in (None, "") and known and operator in (None, "", "Equal"):
        meant = None if value else "Exists"  # which has no value
        yield Fault((*at, "operator"), kind, "must be Exists where there is no key", meant)
    told = effect is None or text(effect) is not None
    if told and toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        said = "must be NoExecute where tolerationSeconds is set"
        yield Fault((*at, "effect"), kind, said, "NoExecute")
    elif effect:
        yield from choice(toleration, "effect", _EFFECTS, at, kind)
    if operator == "Exists" and type(value) is str and value:
        yield Fault((*at, "value"), kind, "cannot be had with Exists")
    elif operator in (None, "", "Equal") and text(value) is not None:
        fault = label_value_fault(str(value))
        if fault is not None:
            yield Fault((*at, "value"), kind, fault)


def _affinity(affinity: Written, at: Path) -> Faults:
    kind = "affinity"
    node, place = mapping(affinity.get("nodeAffinity")), (*at, "nodeAffinity")
    if type(node.get(_REQUIRED)) is dict:
        yield from _node_selector(node[_REQUIRED], (*place, _REQUIRED), kind)
    for term, where in mappings(node, _PREFERRED, place):
        yield from within(term, "weight", where, kind, 1, 100)
        preference = mapping(term.get("preference"))
        yield from node_terms(preference, (*where, "preference"), kind, required=False)
    for part in ("podAffinity", "podAntiAffinity"):
        pods, place = mapping(affinity.get(part)), (*at, part)
        for term, where in mappings(pods, _REQUIRED, place):
            yield from _pod_term(term, where, kind)
        for term, where in mappings(pods, _PREFERRED, place):
            yield from within(term, "weight", where, kind, 1, 100)
            inner = term.get("podAffinityTerm")
            if type(inner) is dict:
                yield from _pod_term(inner, (*where, "podAffinityTerm"), kind)


def _node_selector(written: Written, at: Path, kind: str) -> Faults:
    if written.get("nodeSelectorTerms") == []:
        yield Fault((*at, "nodeSelectorTerms"), kind, "is empty")
    for term, where in mappings(written, "nodeSelectorTerms", at):
        yield from node_terms(term, where, kind, required=True)


def _pod_term(term: Written, at: Path, kind: str) -> Faults:
    for key in ("labelSelector", "namespaceSelector"):
        yield from selector(mapping(term.get(key)), (*at, key), kind)
    for index, namespace in enumerate(listed(term.get("namespaces"))):
        if namespace == "":
            yield Fault((*at, "namespaces", index), kind, "is empty")
        for fault in name({"it": namespace}, "it", at, kind):
            yield fault._replace(path=(*at, "namespaces", index))
    yield from _label_keys(term, at, kind)
    if term.get("topologyKey") == "":
        yield Fault((*at, "topologyKey"), kind, "is empty")
    yield from name(term, "topologyKey", at, kind, of="key")


def _label_keys(term: Written, at: Path, kind: str) -> Faults:
    for key in ("matchLabelKeys", "mismatchLabelKeys"):
        keys = listed(term.get(key))
        if keys and term.get("labelSelector") is None:
            yield Fault((*at, key), kind, "cannot be had without a labelSelector")
            continue
        for index, each in enumerate(keys):
            for fault in name({"it": each}, "it", at, kind, of="key"):
                yield fault._replace(path=(*at, key, index))
            if key == "matchLabelKeys" and each in listed(term.get("mismatchLabelKeys")):
                yield Fault((*at, key, index), kind, "is among mismatchLabelKeys, too")
            elif key == "matchLabelKeys" and _twice(mapping(term.get("labelSelector")), each):
                yield Fault((*at, key, index), kind, "is in the labelSelector, too")


def _twice(selector: Written, key: object) -> bool:
    """Whether a selector speaks of a key more than once, the last time in an expression."""
    said = sum(each.get("key") == key for each, _ in mappings(selector, "matchExpressions", ()))
    return said > 1 or (said == 1 and key in mapping(selector.get("matchLabels")))


def _spread(constraint: Written, at: Path) -> Faults:
    kind = "spread"
    yield from within(constraint, "maxSkew", at, kind, 1)
    for key in ("topologyKey", "whenUnsatisfiable"):
        if constraint.get(key) == "":
            yield Fault((*at, key), kind, "is empty")
    yield from choice(constraint, "whenUnsatisfiable", _UNSATISFIABLE, at, kind)
    yield from within(constraint, "minDomains", at, kind, 1)
    anyway = constraint.get("whenUnsatisfiable") == "ScheduleAnyway"
    if anyway and number(constraint.get("minDomains")) is not None:
        yield Fault((*at, "minDomains"), kind, "cannot be had with ScheduleAnyway")
    for key in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        yield from choice(constraint, key, ("Honor", "Ignore"), at, kind, blank=False)
    yield from selector(mapping(constraint.get("labelSelector")), (*at, "labelSelector"), kind)
    yield from _label_keys(constraint, at, kind)
