"""Which pods or Services a selector chooses, by dictionary. Not here: their labels (`podsets`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final, NamedTuple, TypeAlias

from raypolicy.labelselector import Requirement, judge
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.values import placeholder

MOST: Final = 50
"""So many that are chosen are named; a selector of all heads of a large bundle names no cluster."""
_LOOKED_AT: Final = 1000
"""So many candidates are looked at before it is said to be unknown which are chosen."""
_TOO_MANY: Final = Unknown("too many pods to look at")

Namespaces: TypeAlias = frozenset[str] | None
"""The namespaces a selector looks in; None where it may be any."""


class Bearer(NamedTuple):
    """What bears labels: a PodSet, a Service that is written or one that will be made. `namespace`
    is empty where it may be any.
    """

    labels: Mapping[str, Node[Any]]
    namespace: str
    thing: Any


class Choice(NamedTuple):
    """What a selector chooses: whether anything, and what is chosen for sure; `complete` says that
    there is nothing else.
    """

    selects: bool | Unknown
    chosen: tuple[Bearer, ...]
    complete: bool


class _Group:
    """Bearers by namespace."""

    __slots__ = ("by_namespace", "size")

    def __init__(self) -> None:
        self.by_namespace: dict[str, list[Bearer]] = {}
        self.size = 0

    def add(self, bearer: Bearer) -> None:
        self.by_namespace.setdefault(bearer.namespace, []).append(bearer)
        self.size += 1

    def within(self, namespaces: Namespaces) -> Iterator[Bearer]:
        """Those in the namespaces, and those that may be in any."""
        if namespaces is None or "" in namespaces:
            return chain.from_iterable(self.by_namespace.values())
        return chain.from_iterable(
            self.by_namespace.get(each, ()) for each in sorted({*namespaces, ""})
        )


_NOBODY: Final = _Group()


class LabelIndex:
    """Bearers of labels by each of their labels.

    `is_open` says of a key whether somebody else than the manifest may give such a label.
    """

    def __init__(self, bearers: Iterable[Bearer], is_open: Callable[[str], bool]) -> None:
        self._is_open = is_open
        self._all = _Group()
        self._pairs: dict[tuple[str, str], _Group] = {}
        self._doubtful: dict[str, _Group] = {}
        self._values: dict[str, list[str]] = {}
        self._unsure = _Group()
        for bearer in bearers:
            self._all.add(bearer)
            if getattr(bearer.labels, "unsure", False):
                self._unsure.add(bearer)
            for key, label in bearer.labels.items():
                if _is_sure(label.value):
                    if (key, label.value) not in self._pairs:
                        self._values.setdefault(key, []).append(label.value)
                    self._pairs.setdefault((key, label.value), _Group()).add(bearer)
                elif label.value is not ABSENT:
                    self._doubtful.setdefault(key, _Group()).add(bearer)

    def choose(self, demands: Iterable[Requirement], namespaces: Namespaces) -> Choice:
        """What meets all demands in the namespaces, or in one that is not known."""
        demands = tuple(demands)
        chosen: list[Bearer] = []
        doubt: Unknown | None = None
        candidates = {
            id(each): each for each in islice(self._candidates(demands, namespaces), _LOOKED_AT + 1)
        }
        for count, bearer in enumerate(candidates.values()):
            if count == _LOOKED_AT or len(chosen) == MOST:
                doubt = doubt or _TOO_MANY
                break
            met, _ = judge(demands, bearer.labels)
            if met is True:
                chosen.append(bearer)
            elif type(met) is Unknown:
                doubt = doubt or met
        selects: bool | Unknown = True if chosen else False if doubt is None else doubt
        return Choice(selects, tuple(chosen), doubt is None)

    def bearing(self, key: str, value: str, namespaces: Namespaces) -> Iterator[Bearer]:
        """The first of those that have a label for sure."""
        return islice(self._pairs.get((key, value), _NOBODY).within(namespaces), MOST)

    def some(self, namespaces: Namespaces) -> Iterator[Bearer]:
        """The first of all in the namespaces."""
        return islice(self._all.within(namespaces), MOST)

    def all(self) -> Iterator[Bearer]:
        """All of them."""
        return self._all.within(None)

    @property
    def unsure(self) -> bool:
        """Whether some have labels that are yet to be filled in."""
        return self._unsure.size > 0

    def values(self, key: str) -> list[str]:
        """The values that a label is known to have."""
        return self._values.get(key, [])

    def _candidates(
        self, demands: tuple[Requirement, ...], namespaces: Namespaces
    ) -> Iterator[Bearer]:
        """All that could meet the demands: the fewest that any of them leaves."""
        fewest = [self._all]
        for demand in demands:
            closed = demand.operator == "In" and not self._is_open(demand.key)
            if closed and all(_is_sure(value) for value in demand.values):
                pairs = ((demand.key, value) for value in demand.values)
                found = [self._pairs.get(pair, _NOBODY) for pair in pairs]
                found += [self._doubtful.get(demand.key, _NOBODY), self._unsure]
                fewest = min(fewest, found, key=lambda groups: sum(each.size for each in groups))
        return chain.from_iterable(each.within(namespaces) for each in fewest)


def _is_sure(value: object) -> bool:
    return type(value) is str and placeholder(value) is None
