"""Directories of findings, as the report's charts and filters name them. Not here: their looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Final, NamedTuple

from raypolicy.findings import Finding
from raypolicy.formats.style import printable

_MOST: Final = 12
"""Directories that a chart has room for."""


class Places(NamedTuple):
    """The directories of all findings. `common` has the names of the nearest that holds all."""

    common: tuple[str, ...]
    directories: tuple[str, ...]
    """All below the common one that hold findings, and those between, by name."""
    depth: int
    """How many names below the common directory a chart tells apart."""

    @property
    def top(self) -> str:
        return _joined(self.common)

    def within(self, directory: str) -> str:
        """The directory, or the one above it, that a chart shows."""
        return _joined(_names(directory)[: len(self.common) + self.depth])

    def short(self, directory: str) -> str:
        """A directory as seen from the common one; of that one, the whole name."""
        names = _names(directory)
        return f"{_joined(names[len(self.common) :] or names).rstrip('/')}/"


def directory_of(finding: Finding) -> str:
    """The directory of its file, `.` where the name has none; fit to be shown."""
    return _joined(_names(printable(finding.span.source.name))[:-1])


def above(directory: str) -> Iterator[str]:
    """The directory and those it is in."""
    names = _names(directory)
    return (_joined(names[:length]) for length in range(1, len(names) + 1))


def places_of(findings: Iterable[Finding]) -> Places:
    found = {_names(directory_of(each)) for each in findings}
    common = _shared(min(found, default=()), max(found, default=()))
    lengths = range(len(common) + 1, max(map(len, found), default=0) + 1)
    known = {each[:length] for each in found for length in lengths if len(each) >= length}
    depth, size = 1, len({each[: len(common) + 1] for each in found})
    while size < (deeper := len({each[: len(common) + depth + 1] for each in found})) <= _MOST:
        depth, size = depth + 1, deeper
    return Places(common, tuple(map(_joined, sorted(known))), depth)


def _shared(first: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
    """What the first and the last in order begin with, and so all between them."""
    return tuple(
        each
        for each, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    )


def _names(path: str) -> tuple[str, ...]:
    return () if path == "." else tuple(path.rstrip("/").split("/"))


def _joined(names: tuple[str, ...]) -> str:
    return "/".join(names) or ("/" if names else ".")
