"""What a run has looked at, so that what it did not see is not called gone. Not here: findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from raypolicy.inputs.batches import Batch
from raypolicy.inputs.walk import FoundFile, above, absolute, grouped, shown
from raypolicy.matching import Known, Places, names, on_disk
from raypolicy.source import INSIDE


class Looked:
    """The files that were audited, by their absolute paths.

    `paths` are those that were asked for, less what `exclude` names; `exists` says of an absolute
    path whether something is there, on the disk or in the revision that is read; `read` gives what
    is in it.
    """

    def __init__(
        self,
        paths: Iterable[str],
        exclude: tuple[str, ...] = (),
        exists: Callable[[str], bool] = os.path.lexists,
        read: Callable[[str], bytes] = on_disk,
    ) -> None:
        self._places = Places()
        self._asked = set(map(absolute, paths))
        self._exclude = exclude
        self._exists = exists
        self._read = read
        self._written: set[str] = set()
        self._built: set[str] = set()
        self._opened: set[str] = set()
        self._unread: set[str] = set()

    def take(self, batch: Batch) -> bool:
        """Remember the files of a batch: as they are written, or as what was built of them."""
        if batch.rendered is not None:
            self._built.update(self._all(raw.name for raw in batch.rendered.sources.values()))
        else:
            self._written.update(self._all(file.name for file in batch.files))
            self.leave_out(trouble.name for trouble in batch.troubles)
        return True

    def leave_out(self, names: Iterable[str]) -> None:
        """These were not audited, or not all of them."""
        self._unread.update(self._all(names))

    def there(self, place: str) -> bool:
        """Whether a file is still there; what was in an archive that was opened is not, if it was
        not found in it.
        """
        if place in self._written or place in self._built or place in self._unread:
            return True
        container, mark, _ = place.partition(INSIDE)
        if not mark:
            return self._exists(place)
        if container in self._opened or container in self._asked:
            return False
        return self._exists(container)

    def holds(self, known: Known) -> bool:
        """Whether the file of a finding is there, and as far as can be told its resource in it."""
        return self.there(known.place) and names(known, self._read)

    def saw(self, known: Known) -> bool:
        """Whether this run would have found it again, were it there.

        What holds in a rendered kustomization (it bears a kind, but no name) is seen only where
        that was built.
        """
        place = known.place
        if place in self._unread:
            return False
        if known.resource and known.resource == known.kind:
            audited = place in self._built
        else:
            audited = place in self._written or place in self._built
        return audited or (not self.there(place) and self._meant(place))

    def _meant(self, place: str) -> bool:
        """Whether a file that is gone lies where this run has looked."""
        container, mark, _ = place.partition(INSIDE)
        if mark and container in self._opened:
            return True
        if self._asked.isdisjoint((place, container, *above(container))):
            return False
        return bool(grouped([FoundFile(shown(place), place, named=False)], self._exclude))

    def _all(self, names: Iterable[str]) -> Iterable[str]:
        for name in names:
            place = self._places.of(name)
            if INSIDE in place:
                self._opened.add(place.partition(INSIDE)[0])
            yield place
