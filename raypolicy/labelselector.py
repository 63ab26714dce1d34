"""Label selectors, and whether labels satisfy them. Not here: whose labels (`podsets`).

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ and
k8s.io/apimachinery, `pkg/labels/selector.go`, Requirement.Matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder

_NOT_READ: Final = Unknown("a selector that cannot be read")


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
        label = labels.get(self.key)
        present = label is not None and label.value is not ABSENT
        if self.operator == "Exists":
            return present
        if self.operator == "DoesNotExist":
            return not present
        if self.operator not in ("In", "NotIn"):
            return _NOT_READ
        if label is None or not present:
            return self.operator == "NotIn"
        if type(label.value) is Unknown:
            return label.value
        doubtful = [value for value in (label.value, *self.values) if _doubtful(value)]
        if label.value in self.values and label.value not in doubtful:
            return self.operator == "In"
        if doubtful:
            return Unknown("unresolved placeholder")
        return self.operator == "NotIn"


def _doubtful(value: Any) -> bool:
    return type(value) is not str or placeholder(value) is not None


def equality(selector: Node[Any]) -> Iterator[Requirement]:
    """The demands of a plain mapping of labels, such as a Service's `selector`."""
    for key, node in selector.entries():
        yield Requirement(key, "In", ("" if node.absent else node.value,), node)


def requirements(selector: Node[Any]) -> Iterator[Requirement]:
    """The demands of a LabelSelector: all of `matchLabels` and all of `matchExpressions`."""
    yield from equality(selector.get("matchLabels"))
    for node in selector.get("matchExpressions").items():
        key, operator = node.get("key").known, node.get("operator").known
        values = tuple(each.value for each in node.get("values").items())
        yield Requirement(str(key), str(operator), values, node)


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
