"""Names that are almost another: a slip, or kustomize put something around one. Not here: whose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final

_MOST_NAMES: Final = 300
"""Names among which a slip is looked for; with more, nearness says little."""
_SHORTEST: Final = 5
"""Letters of a word from which on a slip is told from another word; exchanged ones, of one less."""
_HASH: Final = r"-[2456789bcdfghkmt]{10}\Z"
"""What kustomize puts behind the name of a generated ConfigMap or Secret: ten of the characters it
makes of hexadecimal figures. Source: kustomize `api/internal/hasher/hasher.go`, encode.
"""


def slip(name: str, other: str) -> tuple[str, str, int] | None:
    """The one letter too few, too many or mistaken, or the two exchanged, by which names differ:
    what the shorter has, what the longer has instead, and where; None for more than that.
    """
    short, long = sorted((name, other), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    end = 0
    while end < len(short) - start and short[-1 - end] == long[-1 - end]:
        end += 1
    few, instead = short[start : len(short) - end], long[start : len(long) - end]
    swapped = len(few) == 2 and few == instead[::-1]
    return (few, instead, start) if swapped or (len(few) <= 1 and len(instead) == 1) else None


def is_near(name: str, other: str) -> bool:
    """Whether one name is the other with a single slip of the keyboard. Names that differ in a
    digit, in a plural, in a whole word or in a short one are taken for siblings.
    """
    found = slip(name, other)
    if found is None:
        return False
    few, instead, start = found
    _, long = sorted((name, other), key=len)
    end = start + len(instead)
    word = long[long.rfind("-", 0, start) + 1 :].partition("-")[0]
    least = _SHORTEST - 1 if len(few) == 2 else _SHORTEST
    plural = not few and instead == "s" and long[start - 1] != "s" and long[end:][:1] in ("", "-")
    digits = any(each.isdigit() for each in few + instead)
    return len(word) >= least and not digits and not plural


def same_letters(name: str, names: Collection[str]) -> str | None:
    """The one of some names that is this one but for its signs, and for capital letters; None for
    more than one.
    """
    plain = _letters(name)
    found = [each for each in names if _letters(each) == plain]
    return found[0] if plain and len(found) == 1 else None


def _letters(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())


def without_hash(name: str) -> str:
    """A name without the hash that kustomize has put behind it; the name itself if it has none."""
    return re.sub(_HASH, "", name) if name[-11:-10] == "-" else name


class NearNames:
    """Names among which the nearest to another is looked for.

    `everywhere` counts the names of all objects of the bundle: a prefix or an ending that further
    objects have as well is one that kustomize or a generator will have added. Made once for many
    questions, each of which takes time by the length of the name alone.
    """

    def __init__(self, names: Collection[str], everywhere: Counter[str] | None = None) -> None:
        self._names = names
        self._everywhere = Counter(names) if everywhere is None else everywhere
        self._asked: dict[str, set[str]] = {}

    def nearest(self, name: str) -> str | None:
        """The one of the names that a name must be meant for, which is none of them; None if none
        is near, or more than one.
        """
        near = self.near(name)
        return next(iter(near)) if len(near) == 1 else None

    def near(self, name: str) -> set[str]:
        """All of the names that a name may be meant for, the best kind of nearness only."""
        if name not in self._asked:
            self._asked[name] = self._slips(name) or self._affixed(name) or self._hashed_anew(name)
        return self._asked[name]

    def suspects(self, word: str) -> bool:
        """Whether a word may be near one of the names: false only where it is near none."""
        return (
            word in self._bare
            or bool(self._affixed(word))
            or without_hash(word) in self._bare
            or (
                len(word) in self._lengths
                and any(short in self._shortened for short in _shortened(word))
            )
        )

    @cached_property
    def _lengths(self) -> frozenset[int]:
        """The lengths that a name with a slip may have."""
        return frozenset(len(name) + more for name in self._names for more in (-1, 0, 1))

    def _slips(self, name: str) -> set[str]:
        alike = (self._shortened.get(short, ()) for short in _shortened(name))
        return {other for others in alike for other in others if is_near(name, other)}

    @cached_property
    def _shortened(self) -> dict[str, list[str]]:
        """The names by what is left of them without one letter, and as they are; none of many."""
        found: dict[str, list[str]] = {}
        for name in self._names if len(self._names) <= _MOST_NAMES else ():
            for short in _shortened(name):
                found.setdefault(short, []).append(name)
        return found

    def _affixed(self, name: str) -> set[str]:
        return {other for other in self._cores.get(name, ()) if self._is_affixed(name, other)}

    def _hashed_anew(self, name: str) -> set[str]:
        """The names that are this one with another hash, or with none, if it has one."""
        bare = without_hash(name)
        return set() if bare == name else set(self._bare.get(bare, ()))

    @cached_property
    def _bare(self) -> dict[str, list[str]]:
        """The names by what is left of them without a hash."""
        found: dict[str, list[str]] = {}
        for name in self._names:
            found.setdefault(without_hash(name), []).append(name)
        return found

    def _is_affixed(self, name: str, other: str) -> bool:
        """Whether another name is this one with a prefix, an ending, or both put around it."""
        bare = without_hash(other)
        at = f"-{bare}-".find(f"-{name}-")
        prefix, ending = bare[:at], bare[at + len(name) :]
        return (not prefix or self._prefixes[prefix] > 1) and (
            not ending or self._endings[ending] > 1
        )

    @cached_property
    def _cores(self) -> dict[str, list[str]]:
        """The names by what is left of them without a prefix or an ending."""
        found: dict[str, list[str]] = {}
        for name in self._names:
            for core in dict.fromkeys(_cores(name)):
                found.setdefault(core, []).append(name)
        return found

    @cached_property
    def _prefixes(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for name, count in self._everywhere.items():
            for at in _dashes(name):
                found[name[: at + 1]] += count
        return found

    @cached_property
    def _endings(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for name, count in self._everywhere.items():
            bare = without_hash(name)
            for at in _dashes(bare):
                found[bare[at:]] += count
        return found


def _dashes(name: str) -> Iterator[int]:
    at = name.find("-", 1)
    while at >= 0:
        yield at
        at = name.find("-", at + 1)


def _cores(name: str) -> Iterator[str]:
    bare = without_hash(name)
    if bare != name:
        yield bare
    dashes = [*_dashes(bare)]
    for start in (0, *(at + 1 for at in dashes)):
        for end in (*dashes, len(bare)):
            if start < end and (start or end < len(bare)):
                yield bare[start:end]


def _shortened(name: str) -> Iterator[str]:
    yield name
    for at in range(len(name)):
        yield name[:at] + name[at + 1 :]
