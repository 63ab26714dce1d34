"""Where a text speaks of Ray. Not here: whether it holds a resource of Ray's (`inputs.files`)."""

from __future__ import annotations

import re
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
        self._meant = re.compile(RAY, re.IGNORECASE).match
        self._gaps = dict.fromkeys(_SPELLINGS, (0, -1))
        """By spelling: an offset, and where it stands next from there on."""

    def within(self, start: int, end: int) -> bool:
        """Whether there is one between two offsets.

        By plain searches: a pattern that ignores case takes twenty times as long.
        """
        for word, (since, at) in self._gaps.items():
            if not since <= start <= at:
                at = self._next(word, start)
                self._gaps[word] = (start, at)
            if at < end:
                return True
        return False

    def _next(self, word: str, start: int) -> int:
        at = self._text.find(word, start)
        while at >= 0 and not self._meant(self._text, at):
            at = self._text.find(word, at + 1)
        return at if at >= 0 else len(self._text)
