"""Where a text speaks of Ray. Not here: whether it holds an object of Ray's API (`inputs.files`)."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from typing import Final

RAY: Final = r"(?<!ar)(?<!x)(?<!x-)(?<!\bg)(?<!\bp)(?<!\bsp)(?<!\bt)ray"
"""Ray's name, kuberay's and myray's included: an array, an x-ray, a tray don't speak of Ray."""
_SPELLINGS: Final = ("ray", "Ray", "RAY")


def may_speak_of_ray(data: bytes) -> bool:
    """Whether bytes may speak of Ray; false only where they don't."""
    return any(word.encode() in data for word in _SPELLINGS)


def speaks_of_ray(text: str) -> bool:
    """Whether a text speaks of Ray anywhere."""
    return Mentions(text).within(0, len(text))


class Mentions:
    """The places of a text that speak of Ray."""

    def __init__(self, text: str) -> None:
        self._text = text

    def within(self, start: int, end: int) -> bool:
        """Whether there is one between two offsets."""
        at = bisect_left(self._places, start)
        return at < len(self._places) and self._places[at] < end

    @cached_property
    def _places(self) -> list[int]:
        """Found by plain searches: a pattern that ignores case takes twenty times as long."""
        meant = re.compile(RAY, re.IGNORECASE).match
        found: list[int] = []
        for word in _SPELLINGS:
            at = self._text.find(word)
            while at >= 0:
                found += [at] if meant(self._text, at) else []
                at = self._text.find(word, at + 1)
        return sorted(found)
