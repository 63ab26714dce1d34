"""Which fixes of one text can be applied together. Not here: files (`fix`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from raypolicy.document import Document
from raypolicy.edits import Change, edits_for
from raypolicy.edits.plain import NoEditError, Path, Step, changed, difference, look_up, same
from raypolicy.edits.writing import depth
from raypolicy.findings import Finding
from raypolicy.reader import read_yaml
from raypolicy.source import Edit, OverlappingEditsError, SourceFile, Span, apply_edits
from raypolicy.tree import root_of


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

    def choose(self, candidates: Iterable[Candidate]) -> Chosen:
        """Those that can be applied together, the first ones preferred, and the others."""
        apart: list[Candidate] = []
        later: list[tuple[Candidate, str]] = []
        skipped: list[Skipped] = []
        for one in candidates:
            if self.steps(one) is None:
                skipped.append(Skipped(one.finding, "the file could not be read afterwards"))
            elif any(one.meets(other) for other in apart):
                later.append((one, "it overlaps with another fix"))
            else:
                apart.append(one)
        taken = apart if self.agree(apart) else []
        for one in () if taken else apart:
            if self.agree([*taken, one]):
                taken.append(one)
            else:
                later.append((one, "it does not go together with another fix"))
        text = applied(self.text, taken)
        for one, reason in later:
            again = self.anew(text, taken, one)
            if again is None:
                skipped.append(Skipped(one.finding, reason))
            else:
                text = again
                taken.append(one)
        return Chosen(text, taken, skipped)

    def anew(self, text: str, taken: Sequence[Candidate], one: Candidate) -> str | None:
        """The text, to which others are applied, with one that was made for the text before.

        The last key of a mapping leaves `{}` behind, so two keys cannot be taken away as each of
        them would be alone. None where it can't be made, or where it renames.
        """
        steps = self.steps(one) or []
        gone = {step.path[:-1] for step in steps if step.act == "drop"}
        if any(step.act != "drop" and step.path[:-1] in gone for step in steps):
            return None
        done = [step for other in taken for step in self.steps(other) or ()]
        if any(_nested(a.path, b.path) for a in steps for b in done):
            return None
        try:
            intended = changed(_values(self.before), [*done, *steps])
        except NoEditError:
            return None
        documents = read(text)
        changes: dict[int, list[Change]] = {}
        for step in steps:
            number, *path = moved(step.path, done)
            node = root_of(documents[int(number)]).get(*path)
            op: Any = "remove" if step.act == "drop" else "insert" if node.absent else "set"
            changes.setdefault(int(number), []).append(Change(op, node, step.value))
        edits = [edits_for(each) for each in changes.values()]
        if any(each is None for each in edits):
            return None
        after = apply_edits(text, (edit for each in edits for edit in each or ()))
        values = _values(read(after))
        return after if same(intended, values) else None

    @cached_property
    def before(self) -> list[Document]:
        return read(self.text)

    def steps(self, one: Candidate) -> list[Step] | None:
        """What a fix alone does to the values; None if the text cannot be read with it."""
        if one not in self.alone:
            old, new = _values(self.before), self.values([one])
            steps = None if new is None else difference(old, new)
            self.alone[one] = steps and [each for step in steps for each in _leaves(old, step)]
        return self.alone[one]

    def agree(self, some: Sequence[Candidate]) -> bool:
        """Whether fixes do together just what each of them does alone."""
        if len(some) < 2:
            return True
        steps = [step for one in _distinct(some) for step in self.steps(one) or ()]
        old = _values(self.before)
        try:
            intended = changed(old, _joined(old, steps))
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


class Chosen(NamedTuple):
    """A text with fixes applied, which those are, and the others."""

    text: str
    taken: list[Candidate]
    skipped: list[Skipped]


def moved(path: Path, done: Iterable[Step]) -> Path:
    """Where a path leads once items were taken out of lists, that stood before those it names."""
    gone = {step.path for step in done if step.act == "drop"}
    return tuple(
        key - sum(drop[:-1] == path[:at] and int(drop[-1]) < key for drop in gone)
        if isinstance(key, int)
        else key
        for at, key in enumerate(path)
    )


def _leaves(old: Any, step: Step) -> Iterable[Step]:
    """A new mapping as what is put into it, so that another fix may put more there."""
    new = step.act == "put" and type(step.value) is dict and look_up(old, step.path) is None
    if new and step.value:
        for key, value in step.value.items():
            yield from _leaves(old, Step("put", (*step.path, key), value))
        return
    yield step


def _joined(old: Any, steps: Iterable[Step]) -> Iterable[Step]:
    """Steps of which those that change parts of one text, such as YAML within YAML, are one.

    Raises NoEditError where they change the same part.
    """
    texts: dict[Path, list[str]] = {}
    for step in steps:
        if step.act == "put" and type(step.value) is str and type(look_up(old, step.path)) is str:
            texts.setdefault(step.path, []).append(step.value)
        else:
            yield step
    for path, wanted in texts.items():
        text = str(look_up(old, path))
        source = SourceFile("", text)
        edits = {_part(source, each) for each in wanted}
        try:
            yield Step("put", path, apply_edits(text, edits))
        except OverlappingEditsError:
            raise NoEditError("two changes of one part") from None


def _part(source: SourceFile, new: str) -> Edit:
    """The one edit that makes another text of a text."""
    old = source.text
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    return Edit(Span(source, start, len(old) - end), new[start : len(new) - end])


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _nested(one: Path, other: Path) -> bool:
    return one[: len(other)] == other or other[: len(one)] == one


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
