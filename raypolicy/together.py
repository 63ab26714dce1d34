"""Which fixes of one text can be applied together. Not here: files (`fix`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from raypolicy.document import Document
from raypolicy.edits.plain import NoEditError, Step, changed, difference, same
from raypolicy.edits.writing import depth
from raypolicy.findings import Finding
from raypolicy.reader import read_yaml
from raypolicy.source import Edit, SourceFile, Span, apply_edits


class Skipped(NamedTuple):
    """A finding whose fix was not applied, and why."""

    finding: Finding
    reason: str


class Candidate:
    """A fix in a text that begins at `base` in its source."""

    def __init__(self, finding: Finding, edits: Iterable[Edit], base: int = 0) -> None:
        self.finding = finding
        self.cuts = tuple((s.start - base, s.end - base, text) for s, text in edits)

    def meets(self, other: Candidate) -> bool:
        """Whether both want the same characters, and different things of them."""
        return self.cuts != other.cuts and any(
            a[0] < b[1] and b[0] < a[1] for a in self.cuts for b in other.cuts
        )


class Trial:
    """A text on which fixes are tried."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.alone: dict[Candidate, list[Step] | None] = {}

    def choose(self, candidates: Iterable[Candidate]) -> tuple[list[Candidate], list[Skipped]]:
        """Those that can be applied together, the first ones preferred, and the others."""
        apart: list[Candidate] = []
        skipped: list[Skipped] = []
        for one in candidates:
            if any(one.meets(other) for other in apart):
                skipped.append(Skipped(one.finding, "it overlaps with another fix"))
            elif self.steps(one) is None:
                skipped.append(Skipped(one.finding, "the file could not be read afterwards"))
            else:
                apart.append(one)
        if self.agree(apart):
            return apart, skipped
        taken: list[Candidate] = []
        for one in apart:
            if self.agree([*taken, one]):
                taken.append(one)
            else:
                skipped.append(Skipped(one.finding, "it does not go together with another fix"))
        return taken, skipped

    @cached_property
    def before(self) -> list[Document]:
        return read(self.text)

    def steps(self, one: Candidate) -> list[Step] | None:
        """What a fix alone does to the values; None if the text cannot be read with it."""
        if one not in self.alone:
            values = self.values([one])
            self.alone[one] = None if values is None else difference(_values(self.before), values)
        return self.alone[one]

    def agree(self, some: Sequence[Candidate]) -> bool:
        """Whether fixes do together just what each of them does alone."""
        if len(some) < 2:
            return True
        steps = [step for one in _distinct(some) for step in self.steps(one) or ()]
        try:
            intended = changed(_values(self.before), steps)
        except NoEditError:
            return False
        values = self.values(some)
        return values is not None and same(intended, values)

    def values(self, some: Iterable[Candidate]) -> list[Any] | None:
        """The documents' values with fixes applied; None if they cannot be read."""
        text = applied(self.text, some)
        if self.text.endswith(("\n", "\r")) and not text.endswith(("\n", "\r")):
            return None
        after = read(text)
        return _values(after) if no_worse(self.before, after) else None


def applied(text: str, some: Iterable[Candidate]) -> str:
    """The text with fixes applied; of lines that go to one place the deeper ones come first."""
    source = SourceFile("", text)
    cuts = [cut for one in _distinct(some) for cut in one.cuts]
    cuts.sort(key=lambda cut: (cut[0], cut[1], -depth(cut[2])))
    return apply_edits(text, (Edit(Span(source, start, end), new) for start, end, new in cuts))


def read(text: str) -> list[Document]:
    return read_yaml(SourceFile("", text))


def no_worse(before: Sequence[Document], after: Sequence[Document]) -> bool:
    """Whether no document came, went, or got a defect or another key twice."""
    return len(before) == len(after) and all(
        (new.defect is None) >= (old.defect is None) and len(new.duplicates) <= len(old.duplicates)
        for old, new in zip(before, after, strict=True)
    )


def _distinct(some: Iterable[Candidate]) -> Iterable[Candidate]:
    """Without those that do the same as one before: one mistake that two rules have found."""
    return {one.cuts: one for one in some}.values()


def _values(documents: Iterable[Document]) -> list[Any]:
    return [document.value for document in documents]
