"""Label selectors, and whether labels satisfy them. Not here: whose labels (`podsets`).

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ and
k8s.io/apimachinery, `pkg/labels/selector.go`, Requirement.Matches; what the API server refuses is
in `pkg/apis/meta/v1/validation/validation.go`, ValidateLabelSelector.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from raypolicy.tree import ABSENT, PLACEHOLDER, Node, Unknown
from raypolicy.values import placeholder

_NOT_READ: Final = Unknown("a selector that cannot be read")
_PERHAPS: Final = Unknown("a label that may be set or not")


class Requirement(NamedTuple):
    """One demand on labels; `node` is where it is written, at the value that is asked for.

    `operator` is In, NotIn, Exists or DoesNotExist, or another text that Kubernetes refuses.
    """

    key: str
    operator: str
    values: tuple[Any, ...]
    node: Node[Any]

    def judge(self, labels: Mapping[str, Node[Any]]) -> bool | Unknown:
        """Whether labels meet it; a missing label meets NotIn and DoesNotExist alone."""
        if self.refused:
            return _NOT_READ
        label = labels.get(self.key)
        if label is not None and (self.key not in labels or label.value is ABSENT):
            return _PERHAPS  # someone else may set it; a null is an empty text, or dropped
        if self.operator in ("Exists", "DoesNotExist"):
            return (label is not None) is (self.operator == "Exists")
        if label is None:
            return self.operator == "NotIn"
        if type(label.value) is Unknown:
            return label.value
        if type(label.value) is not str:
            return _NOT_READ
        doubtful = [value for value in (label.value, *self.values) if placeholder(value)]
        if label.value in self.values and label.value not in doubtful:
            return self.operator == "In"
        return PLACEHOLDER if doubtful else self.operator == "NotIn"

    @property
    def refused(self) -> bool:
        """Whether the API server refuses it, so that nothing is selected by it at all."""
        if self.operator in ("Exists", "DoesNotExist"):
            return bool(self.values)
        texts = all(type(value) is str for value in self.values)
        return self.operator not in ("In", "NotIn") or not self.values or not texts


def equality(selector: Node[Any]) -> Iterator[Requirement]:
    """The demands of a plain mapping of labels, such as a Service's `selector`."""
    for key, node in selector.entries():
        yield Requirement(key, "In", ("" if node.absent else node.value,), node)


def requirements(selector: Node[Any]) -> Iterator[Requirement]:
    """The demands of a LabelSelector: all of `matchLabels` and all of `matchExpressions`."""
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    if not _is(dict, selector) or not _is(dict, labels) or not _is(list, expressions):
        yield Requirement("", "", (), selector)
        return
    if not {*(selector.known or ())} <= {"matchLabels", "matchExpressions"}:
        yield Requirement("", "", (), selector)
    yield from equality(labels)
    for node in expressions.items():
        key, operator, values = (
            node.get("key").value,
            node.get("operator").value,
            node.get("values"),
        )
        listed = tuple(each.value for each in values.items())
        if type(key) is not str or type(operator) is not str or not _is(list, values):
            operator = ""
        yield Requirement(str(key), operator, listed, node)


def _is(kind: type, node: Node[Any]) -> bool:
    return node.value is ABSENT or type(node.value) is kind


def judge(
    demands: Iterable[Requirement], labels: Mapping[str, Node[Any]]
) -> tuple[bool | Unknown, Requirement | None]:
    """Whether labels meet all demands, and the first one that they don't; no demand selects all."""
    doubt: Unknown | None = None
    for demand in demands:
        met = demand.judge(labels)
        if met is False:
            return False, demand
        if type(met) is Unknown:
            doubt = doubt or met
    return (True, None) if doubt is None else (doubt, None)
