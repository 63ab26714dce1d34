"""What containers and pods ask of Kubernetes, added up as Kubernetes does. Not here: how much there
is (`quotas`, `queues`).

Source: Kubernetes `component-helpers/resource/helpers.go`, PodRequests; `pkg/apis/core/v1`,
SetDefaults_Pod: a limit without a request is a request too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from raypolicy.effective.added import Added
from raypolicy.tree import Node
from raypolicy.values import Quantity

Amounts = dict[str, int]
"""Billionths of a resource by its name."""


class Asking(NamedTuple):
    """A container as far as resources go.

    `early` says that it runs before the others, `stays` that it is an init container that runs
    beside them. `resources` is the node of its requests and limits.
    """

    name: str
    early: bool
    stays: bool
    resources: Node[Any]
    place: Node[Any]

    def written(self, part: str) -> dict[str, Node[Any]] | None:
        """The entries of requests or limits; None where they cannot be known."""
        node = self.resources.get(part)
        if node.absent:
            return {}
        return dict(node.entries()) if type(node.value) is dict else None

    def names(self, part: str) -> set[str] | None:
        """The resources it has a request of, or a limit."""
        entries = self.written(part)
        limits = self.written("limits")
        if entries is None or limits is None:
            return None
        found = {name for name, node in entries.items() if not node.absent}
        if part == "requests":
            found |= {name for name, node in limits.items() if not node.absent}
        return found

    def amounts(self, part: str) -> Amounts:
        """The amounts that can be read of requests, those by a limit included, or of limits."""
        found: Amounts = {}
        parts = ("limits", "requests") if part == "requests" else (part,)
        for each in parts:
            for name, node in (self.written(each) or {}).items():
                quantity = Quantity.parse(node.value)
                if quantity is not None:
                    found[name] = quantity.nano
                elif not node.absent:
                    found.pop(name, None)
        return found


def asking(spec: Node[Any], added: Iterable[Added]) -> Iterator[Asking]:
    """The containers of a pod, those that the operator adds included."""
    for part in ("initContainers", "containers"):
        early = part == "initContainers"
        for container in spec.get(part).items():
            stays = early and container.get("restartPolicy").value == "Always"
            name = container.get("name").value
            text = name if type(name) is str else ""
            yield Asking(text, early, stays, container.get("resources"), container)
    for each in added:
        yield Asking(each.name, each.init, False, each.resources, each.place)


def of_pod(containers: Iterable[Asking], part: str) -> Amounts:
    """What a pod asks for at least: all that run side by side, or the greatest that runs before
    them."""
    beside: Amounts = {}
    before: Amounts = {}
    lasting: Amounts = {}
    for container in sorted(containers, key=lambda each: not each.early):
        amounts = container.amounts(part)
        if container.early and not container.stays:
            for name, amount in amounts.items():
                before[name] = max(before.get(name, 0), amount + lasting.get(name, 0))
            continue
        for name, amount in amounts.items():
            beside[name] = beside.get(name, 0) + amount
            if container.stays:
                lasting[name] = lasting.get(name, 0) + amount
    return {name: max(beside.get(name, 0), before.get(name, 0)) for name in {**beside, **before}}


def whole_pod(spec: Node[Any]) -> bool:
    """Whether something is said of the pod as a whole, so that its containers don't say it all."""
    return not spec.get("resources").absent or not spec.get("overhead").absent


def shown(name: str, nano: int) -> str:
    """An amount as people write it: 3, 2500m, 24Gi, 1.5Gi; rounded up to a tenth of a unit."""
    if nano % 10**9:
        return f"{-(-nano // 10**6)}m"
    number = nano // 10**9
    if name in ("memory", "ephemeral-storage") or name.startswith("hugepages-"):
        for suffix, power in (("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)):
            if number >> power:
                tenths = -(-number * 10 >> power)
                return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''}{suffix}"
    return str(number)
