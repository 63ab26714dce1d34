"""What a place that breaks a schema is about, where people have a name for it. Not here: what is
wrong there (`violation`).
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from raypolicy.facts.malformed import is_malformed
from raypolicy.schema.walk import DUPLICATE, FORM, REQUIRED, TYPE, UNKNOWN_FIELD, Fault

Pattern: TypeAlias = tuple[frozenset[str] | None, ...]
"""The names that a path may end with, None for any; indices of lists are left out."""

_ANY: Final = None
_GROUP: Final = frozenset({"headGroupSpec", "workerGroupSpecs"})
_WORKERS: Final = frozenset({"workerGroupSpecs"})
_TAGS: Final = frozenset({"labels", "annotations"})
_CONTAINERS: Final = frozenset({"containers", "initContainers"})
_PODS: Final = ((_GROUP, frozenset({"template"})), (frozenset({"submitterPodTemplate"}),))


def _named(*names: str) -> Pattern:
    return tuple(frozenset({name}) for name in names)


def _in_pods(*end: frozenset[str] | None) -> tuple[Pattern, ...]:
    return tuple((*pod, *end) for pod in _PODS)


_SPEC: Final = frozenset({"spec"})
_LIMITS: Final = (*_named("resources"), frozenset({"limits", "requests"}), _ANY)
_START: Final = ((_GROUP, *_named("rayStartParams"), _ANY),)
_TAGGED: Final = (
    *_in_pods(*_named("metadata"), _TAGS, _ANY),
    (_GROUP, *_named("labels"), _ANY),
)
_OWN_TAGS: Final = ((*_named("metadata"), _TAGS, _ANY),)
_VERSION: Final = tuple(
    _named(*above, "rayVersion")
    for above in (("spec",), ("rayClusterSpec",), ("rayClusterConfig",))
)
_OWN: Final = ((_GROUP, *_named("resources"), _ANY),)
_OF_CONTAINER: Final = _in_pods(_SPEC, _CONTAINERS, *_LIMITS)
_AMOUNTS: Final = (
    *_OF_CONTAINER,
    *_in_pods(_SPEC, *_LIMITS),
    *_in_pods(_SPEC, *_named("volumes", "emptyDir", "sizeLimit")),
)
_PORTS: Final = _in_pods(_SPEC, _CONTAINERS, *_named("ports"))
_GENERATED: Final = ((_GROUP, *_named("template", "metadata", "generateName")),)
_CONTAINERS_AT: Final = (
    (_GROUP, *_named("containers")),
    (_GROUP, *_named("template", "containers")),
)
_GROUP_NAME: Final = ((_WORKERS, *_named("groupName")),)
_TEMPLATE: Final = (
    (_GROUP, *_named("template")),
    (_GROUP, *_named("template", "spec", "containers")),
)


def subject(fault: Fault, value: object, holder: object) -> str | None:
    """What it is that breaks a schema, given the value there and what that is written in: a start
    parameter, a label or annotation, the Ray version, a group resource, a fraction, an amount, a
    container port, a group name, a generated name, the containers of a group; None for anything
    else.
    """
    names = [step for step in fault.path if type(step) is str]
    if fault.kind == TYPE:
        return _of_type(names, value)
    if fault.kind == UNKNOWN_FIELD:
        if _is(names, _CONTAINERS_AT) and _lacks_containers(holder):
            return "containers"
        return "generated name" if _is(names, _GENERATED) else None
    if fault.kind == FORM and _is(names, _AMOUNTS) and is_malformed(value):
        return "amount"
    if fault.kind == DUPLICATE and _is(names, _PORTS):
        return "container port"
    if fault.kind == REQUIRED and _is(names, _GROUP_NAME):
        return "group name"
    return "containers" if fault.kind == REQUIRED and _is(names, _TEMPLATE) else None


def _lacks_containers(holder: object) -> bool:
    """Whether a group, or its template, has no place for containers, or that place is empty."""
    template = holder.get("template", holder) if type(holder) is dict else None
    spec = template.get("spec") if type(template) is dict else None
    filled = type(spec) is dict and bool(spec.get("containers"))
    return not filled and (template is holder or type(spec) is dict)


def _of_type(names: list[str], value: object) -> str | None:
    number = type(value) in (int, float)
    if _is(names, _START):
        return "start parameter"
    if _is(names, _TAGGED) or (names[0] == "metadata" and _is(names, _OWN_TAGS)):
        return "label or annotation"
    if number and _is(names, _VERSION):
        return "Ray version"
    if number and _is(names, _OWN):
        return "group resource"
    if type(value) is float and not value.is_integer() and _is(names, _OF_CONTAINER):
        return "fraction"
    return None


def _is(names: list[Any], patterns: tuple[Pattern, ...]) -> bool:
    return any(
        len(names) >= len(pattern)
        and all(
            allowed is None or name in allowed
            for name, allowed in zip(names[-len(pattern) :], pattern, strict=True)
        )
        for pattern in patterns
    )
