"""Files that are applied together, batch by batch. Not here: what they say (`bundle`).

The manifests of one directory are a batch, so is a stream, and what a kustomization is built to.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from raypolicy.inputs.files import CannotRead, RawFile, read_file, speaks_of_ray
from raypolicy.inputs.walk import KUSTOMIZATIONS, SUFFIXES, FoundFile, find, repository, shown

if TYPE_CHECKING:
    from raypolicy.inputs.overlays import Overlay
    from raypolicy.inputs.rendered import Rendered

_LEVELS: Final = 3


class Batch(NamedTuple):
    """Files that are applied together, and what of them could not be read.

    `built_in` counts files that are audited as part of a kustomization instead. `rendered` is where
    its one file comes from, if a renderer has printed it; `overlay` the kustomization that it is,
    built or not. `context` are files beside those that were named: others may refer to what they
    hold, but they are not audited themselves.
    """

    name: str
    files: tuple[RawFile, ...]
    troubles: tuple[CannotRead, ...] = ()
    built_in: int = 0
    rendered: Rendered | None = None
    overlay: Overlay | None = None
    context: tuple[RawFile, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether nothing in it speaks of Ray or needs to be spoken of."""
        return (
            not self.troubles
            and self.overlay is None
            and not any(speaks_of_ray(file.data) for file in self.files)
        )


def batches(
    paths: Iterable[str],
    exclude: tuple[str, ...] = (),
    stream: RawFile | None = None,
    *,
    build: bool = True,
) -> Iterator[Batch]:
    """Plain manifests, one batch a directory; a stream is one of its own, so is a kustomization,
    which is built if `build` allows it.
    """
    if stream is not None:
        yield Batch(stream.name, (stream,))
    paths = tuple(paths)
    directories, problems = find(paths, exclude)
    for problem in problems:
        yield Batch(problem.name, (), (CannotRead(problem.name, problem.reason),))
    plan = _plan([f for files in directories.values() for f in files], paths, build=build)
    for overlay in plan.overlays:
        rendered = overlay.rendered
        files = () if rendered is None else (rendered.text,)
        yield Batch(overlay.name, files, rendered=rendered, overlay=overlay)
    for directory, found in directories.items():
        yield _plain(directory, found, plan)


class _Plan(NamedTuple):
    """What is known of kustomizations before the plain files are taken, and the files that were
    read for it; paths are absolute.
    """

    overlays: tuple[Overlay, ...] = ()
    consumed: frozenset[str] = frozenset()
    patches: frozenset[str] = frozenset()
    read: dict[str, RawFile | CannotRead | None] = {}  # noqa: RUF012  # never changed


def _plain(directory: str, found: Sequence[FoundFile], plan: _Plan) -> Batch:
    files: list[RawFile] = []
    troubles: list[CannotRead] = []
    built_in = 0
    for file in found:
        path = os.path.abspath(file.path) if plan.patches or plan.consumed else ""
        if path in plan.consumed:
            built_in += 1
            continue
        read = plan.read[file.path] if file.path in plan.read else _read(file)
        if path in plan.patches:
            troubles.append(CannotRead(file.name, "kustomize patch", harmless=True))
        elif isinstance(read, RawFile):
            files.append(read)
        elif read is not None:
            troubles.append(read)
        elif file.named:
            troubles.append(CannotRead(file.name, "no such file"))
    context = _beside(found) if any(speaks_of_ray(file.data) for file in files) else ()
    return Batch(directory, tuple(files), tuple(troubles), built_in, context=context)


def _beside(found: Sequence[FoundFile]) -> tuple[RawFile, ...]:
    """The other manifests of a directory, all files of which that are meant were named."""
    if not all(file.named for file in found):
        return ()
    folder = os.path.dirname(found[0].path) or "."
    known = {os.path.basename(file.path) for file in found}
    names = [name for name in os.listdir(folder) if name.lower().endswith(SUFFIXES)]
    paths = (os.path.join(folder, name) for name in sorted({*names} - known))
    files = (read_file(shown(path), path, follow=False) for path in paths)
    return tuple(file for file in files if isinstance(file, RawFile))


def _read(file: FoundFile) -> RawFile | CannotRead | None:
    return read_file(file.name, file.path, follow=file.named)


def _plan(found: list[FoundFile], paths: tuple[str, ...], *, build: bool) -> _Plan:
    """Kustomizations among the files found are built; those above a file that was named are only
    asked which files are patches.
    """
    here = [file for file in found if os.path.basename(file.path) in KUSTOMIZATIONS]
    named = [file for file in found if file.named and file not in here]
    above = dict.fromkeys(folder for file in named for folder in _folders_above(file))
    if not here and not above:
        return _Plan()
    from raypolicy.inputs.closure import closure_of
    from raypolicy.inputs.overlays import consumed, overlays, patches
    from raypolicy.inputs.trees import on_disk

    tree = on_disk(_roots(paths))
    read = {file.path: _read(file) for file in found} if here else {}
    closures = [closure_of(folder, tree) for folder in _concerned(here, read)]
    built = tuple(overlays(closures, never=not build))
    closures += (closure_of(folder, tree) for folder in above)
    return _Plan(built, consumed(built), patches(closures), read)


def _concerned(
    kustomizations: Iterable[FoundFile], read: dict[str, RawFile | CannotRead | None]
) -> Iterator[str]:
    """Directories of the kustomizations that could lead to something of Ray's: above a file that
    speaks of it, or with a way out of their directory.
    """
    speaking: set[str] = set()
    for path, file in read.items():
        if isinstance(file, RawFile) and speaks_of_ray(file.data):
            folder = os.path.dirname(os.path.abspath(path))
            while folder not in speaking:
                speaking.add(folder)
                folder = os.path.dirname(folder)
    for each in kustomizations:
        folder, file = os.path.dirname(os.path.abspath(each.path)), read[each.path]
        if folder in speaking or (isinstance(file, RawFile) and b".." in file.data):
            yield folder


def _folders_above(file: FoundFile) -> Iterator[str]:
    """The directory of a file and those next above it, as far as they have a kustomization."""
    directory = os.path.dirname(os.path.abspath(file.path))
    for _ in range(_LEVELS):
        if any(os.path.isfile(os.path.join(directory, name)) for name in KUSTOMIZATIONS):
            yield directory
        directory = os.path.dirname(directory)


def _roots(paths: Iterable[str]) -> Iterator[str]:
    """Directories in which a kustomization may name files: the git work trees of what the user
    named; elsewhere the directories named, and the working directory if they lie in it.
    """
    for path in paths:
        folder = os.path.abspath(path if os.path.isdir(path) else os.path.dirname(path))
        root = repository(folder)
        yield folder if root is None else root
        if root is None and folder.startswith(os.getcwd()):
            yield os.getcwd()
