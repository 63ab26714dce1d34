"""Which findings are known from before. Not here: from where (`baseline`, `compared`).

Findings are the same if their rule, file, resource and flagged text are; as many are known as were
before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Final, NamedTuple

from raypolicy.errors import UsageError
from raypolicy.findings import Finding
from raypolicy.fingerprints import content
from raypolicy.source import INSIDE

Key = tuple[str, str, str] | None


class Known(NamedTuple):
    """A finding as it is known again.

    `place` is the absolute path of its file, `moved` where git says that the file is now, if it
    does. `resource` is the kind alone for what was rendered, where overlays change names.
    """

    content: str
    place: str
    resource: str
    moved: str = ""

    @property
    def kind(self) -> str:
        return self.resource.partition(" ")[0]


def known(findings: Iterable[Finding]) -> list[Known]:
    """What makes each finding the same as another."""
    places = Places()
    found: list[Known] = []
    for finding in findings:
        each = Known(content(finding), places.of(finding.span.source.name), finding.resource)
        found.append(each._replace(resource=each.kind) if finding.rendered else each)
    return found


class Places:
    """Absolute paths of files by the names that people know them by."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The file may be gone, or have never been on the disk; links to its directory are
        followed. What is in archives and charts keeps its name in them.
        """
        container, mark, inside = name.partition(INSIDE)
        folder, base = os.path.split(container)
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        return os.path.normpath(os.path.join(self._real[folder], base)) + mark + inside


def on_disk(path: str) -> bytes:
    """The content of a file. Raises OSError."""
    with open(path, "rb") as file:
        return file.read()


def names(known: Known, read: Callable[[str], bytes] = on_disk) -> bool:
    """Whether a file still names the resource: if not, that may have moved to another. What has no
    name of its own, or gets it from a template, is taken to be there.
    """
    name = known.resource.partition(" ")[2].rpartition("/")[2]
    try:
        data = read(known.place)
    except (OSError, ValueError, UsageError):
        return True
    return b"{{" in data or name.encode("utf-8", "replace") in data


def match(
    new: Sequence[Known], old: Sequence[Known], there: Callable[[Known], bool]
) -> dict[int, int]:
    """Which of the old each of the new is, both by number; each old one is one of the new at most.

    Those of the same file come first, then those of a file that git knows under another name, then
    those of what is not `there` any more, where it was. Of several that are alike the first count.
    """
    found: dict[int, int] = {}
    taken: set[int] = set()
    there = cache(there)
    contents = {each.content for each in new}
    for path_of, path in _PATHS:
        for resource_of, resource in _RESOURCES:
            if len(found) == len(new):
                return found
            left: dict[Key, list[int]] = {}
            for number, each in reversed([*enumerate(old)]):
                if number in taken or each.content not in contents:
                    continue
                place = path_of(each, there)
                if place is not None:
                    left.setdefault((each.content, place, resource_of(each)), []).append(number)
            if not left:
                continue
            for number, each in enumerate(new):
                same = left.get((each.content, path(each), resource(each)))
                if same and number not in found:
                    found[number] = same.pop()
                    taken.add(found[number])
    return found


_PATHS: Final[
    tuple[
        tuple[Callable[[Known, Callable[[Known], bool]], str | None], Callable[[Known], str]],
        ...,
    ]
] = (
    (lambda old, there: old.place, lambda new: new.place),
    (lambda old, there: old.moved or None, lambda new: new.place),
    (lambda old, there: None if there(old) else "", lambda new: ""),
)
"""How the paths of old and new agree."""
_RESOURCES: Final[tuple[tuple[Callable[[Known], str], Callable[[Known], str]], ...]] = (
    (lambda old: old.resource, lambda new: new.resource),
    (lambda old: old.kind, lambda new: new.resource),
    (lambda old: old.resource, lambda new: new.kind),
)
"""How the resources of old and new agree: by name, or by kind where one of them has no name."""
