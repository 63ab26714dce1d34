"""The rules in CEL that the definitions have, each by its text. Not here: a reader of CEL.

The definitions have few, and the same in all kinds: tests/test_schema.py sees to it that none is
left out. `self == oldSelf` holds whenever an object is created.
Source: KubeRay `ray-operator/config/crd/bases/`, x-kubernetes-validations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

_UNCHANGED: Final = "self == oldSelf"
_EITHER: Final = "self in ["
# The rule: what is wrong, the fields concerned, and whether these values break it.
_CLASHES: Final = {
    "!((has(self.onSuccess) || has(self.onFailure)) && has(self.deletionRules))": (
        ("onSuccess", "onFailure"),
        ("deletionRules",),
    ),
    "!(has(self.jobStatus) && has(self.jobDeploymentStatus))": (
        ("jobStatus",),
        ("jobDeploymentStatus",),
    ),
}
"""Fields of which none may stand beside any of the others."""
_NEEDED: Final = {
    "((has(self.onSuccess) && has(self.onFailure)) || has(self.deletionRules))": (
        ("onSuccess", "onFailure"),
        ("deletionRules",),
    ),
    "has(self.jobStatus) || has(self.jobDeploymentStatus)": (
        ("jobStatus",),
        ("jobDeploymentStatus",),
    ),
}
"""Fields of which all of one group must be there."""


def broken(
    rules: Iterable[dict[str, Any]], value: Any
) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """The rules that a value breaks: the kind of fault, where below the value, what is expected.

    Raises KeyError for a rule that has no name here.
    """
    for each in rules:
        rule = each["rule"]
        if rule == _UNCHANGED:
            continue
        if rule.startswith(_EITHER):
            allowed = [word.strip().strip("'") for word in rule[len(_EITHER) : -1].split(",")]
            if value not in allowed:
                yield "enum", (), allowed
            continue
        either, other = _CLASHES[rule] if rule in _CLASHES else _NEEDED[rule]
        if rule in _CLASHES:
            beside = [name for name in either if value.get(name) is not None]
            if beside and all(value.get(name) is not None for name in other):
                yield "clash", (beside[0],), other[0]
        elif not any(
            all(value.get(name) is not None for name in group) for group in (either, other)
        ):
            yield "incomplete", (), " or ".join(" and ".join(group) for group in (either, other))
