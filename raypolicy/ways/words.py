"""Which texts may have to do with Ray's pods, told by their words before they are parsed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

from raypolicy.effective import podlabels
from raypolicy.nearnames import NearNames
from raypolicy.tree import ABSENT
from raypolicy.ways.labelindex import Bearer
from raypolicy.ways.madeservices import ALL_ENDINGS, MadeServices

_WORD: Final = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_OF_RAY: Final = ("ray.io/", podlabels.APPLICATION_NAME)
"""Parts of the labels that only Ray's pods have, keys or values."""
_ENDINGS: Final = (*ALL_ENDINGS, "-headless")


class Words:
    """Says of a text whether it has any of some parts, or any of some words, be they names that are
    near others.
    """

    def __init__(
        self, parts: tuple[str, ...], words: Collection[str], near: NearNames | None = None
    ) -> None:
        self._parts = parts
        self._words = frozenset(words)
        self._near = near
        self._find = re.compile(_WORD).findall

    def __call__(self, text: str) -> bool:
        if any(part in text for part in self._parts):
            return True
        found = set(self._find(text))
        if not self._words.isdisjoint(found):
            return True
        return self._near is not None and any(map(self._near.suspects, found))


def of_labels(bearers: Iterable[Bearer]) -> Words:
    """For what selects pods: the values of their labels; the key where a value is not known."""
    words: set[str] = set()
    for bearer in bearers:
        for key, label in bearer.labels.items():
            if label.value is not ABSENT:
                said = label.value if isinstance(label.value, str) else key.rpartition("/")[2]
                words.update(re.findall(_WORD, said))
    return Words(_OF_RAY, words)


def of_services(made: MadeServices, written: Collection[str], everywhere: Counter[str]) -> Words:
    """For what leads to Services: their names, made and written ones, those of their owners, and
    whatever is near a name without the usual ending; `everywhere` counts all names of the bundle.
    """
    names = {*made.names(), *written}
    near = {each for each in names if not each.endswith(_ENDINGS)}
    nearness = NearNames(near, everywhere) if near else None
    unfinished = {each.removesuffix("-svc") for each in names}
    return Words(_ENDINGS, names.union(unfinished, made.owners()), nearness)
