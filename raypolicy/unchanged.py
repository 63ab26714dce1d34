"""Batches that are the same at the base of a branch: none is audited twice. Not here: git."""

from __future__ import annotations

from raypolicy.errors import UsageError
from raypolicy.inputs.batches import Batch
from raypolicy.inputs.git import MISSING


class Unchanged:
    """Compares the batches of one audit with those of another, byte by byte.

    What was built of files is always audited: it may be the same with other files behind it.
    """

    def __init__(self) -> None:
        self._now: set[int] = set()
        self._built: set[str] = set()
        self._same: set[str] = set()

    def note(self, batch: Batch) -> None:
        """Remember a batch of the first audit."""
        if batch.rendered is not None:
            self._built.update(raw.name for raw in batch.rendered.sources.values())
        elif batch.overlay is None:
            self._now.add(_content(batch))

    def differs(self, batch: Batch) -> bool:
        """Whether a batch of the second audit was not in the first. Raises UsageError where its
        files are not in this clone.
        """
        for trouble in batch.troubles:
            if trouble.reason == MISSING:
                raise UsageError(
                    f"--diff-base: {trouble.name} of that time is missing from this partial clone, "
                    "and nothing is fetched; clone without --filter"
                )
        if batch.quiet or batch.overlay is not None or _content(batch) not in self._now:
            return True
        self._same.update(file.name for file in batch.files)
        self._same.update(trouble.name for trouble in batch.troubles)
        return False

    def holds(self, name: str) -> bool:
        """Whether all that was found in a file was found at the base as well."""
        return name in self._same and name not in self._built


def _content(batch: Batch) -> int:
    files = [(file.name, file.data) for each in (batch.files, batch.context) for file in each]
    return hash((batch.name, len(batch.files), *files, *batch.troubles))
