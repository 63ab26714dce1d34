"""Files that are applied together, batch by batch. Not here: what they say (`bundle`).

The manifests of one directory are a batch, so is a stream, and what a kustomization is built to.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from raypolicy.errors import UsageError
from raypolicy.inputs.files import CannotRead, RawFile, speaks_of_ray
from raypolicy.inputs.sources import CHART, sources
from raypolicy.inputs.trees import Found
from raypolicy.inputs.walk import KUSTOMIZATIONS, SUFFIXES, FoundFile

if TYPE_CHECKING:
    from raypolicy.inputs.overlays import Overlay
    from raypolicy.inputs.rendered import Rendered

_LEVELS: Final = 3


class Wanted(NamedTuple):
    """What is wanted of paths: globs to `exclude`, a git revision instead of the disk, files of
    `values` for Helm charts, and whether kustomizations are to be built.
    """

    exclude: tuple[str, ...] = ()
    rev: str | None = None
    values: tuple[str, ...] = ()
    build: bool = True


EVERYTHING: Final = Wanted()


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
    is_chart: bool = False

    @property
    def quiet(self) -> bool:
        """Whether nothing in it speaks of Ray or needs to be spoken of."""
        return (
            not self.troubles
            and self.overlay is None
            and not any(speaks_of_ray(file.data) for file in self.files)
        )


def batches(
    paths: Iterable[str], stream: RawFile | None = None, wanted: Wanted = EVERYTHING
) -> Iterator[Batch]:
    """Plain manifests, one batch a directory; a stream is one of its own, so is what a
    kustomization or a chart is rendered to. Raises UsageError for what there is not.
    """
    if stream is not None:
        yield Batch(stream.name, (stream,))
    met_chart = False
    for found in sources(paths, wanted.exclude, wanted.rev):
        for batch in _of_tree(found, wanted):
            met_chart = met_chart or batch.is_chart
            yield batch
    if wanted.values and not met_chart:
        raise UsageError("--values: no Helm chart that speaks of Ray is here")


def _of_tree(found: Found, wanted: Wanted) -> Iterator[Batch]:
    for problem in found.problems:
        yield Batch(problem.name, (), (CannotRead(problem.name, problem.reason),))
    everything = [file for files in found.directories.values() for file in files]
    plan = _plan(everything, found, build=wanted.build)
    for overlay in plan.overlays:
        rendered = overlay.rendered
        files = () if rendered is None else (rendered.text,)
        yield Batch(overlay.name, files, rendered=rendered, overlay=overlay)
    consumed = set(plan.consumed)
    if any(file.name.endswith(CHART) for file in everything):
        from raypolicy.inputs.charts import render_charts

        for chart in render_charts(found, wanted.values):
            made_of = (file for file in everything if file.path in chart.consumed)
            consumed.update(tree_path(file, found) for file in made_of)
            yield Batch(chart.name, chart.files, chart.troubles, is_chart=True)
    for directory, listed in found.directories.items():
        yield _plain(directory, listed, found, plan._replace(consumed=frozenset(consumed)))


class _Plan(NamedTuple):
    """What is known of kustomizations before the plain files are taken, and the files that were
    read for it.
    """

    overlays: tuple[Overlay, ...] = ()
    consumed: frozenset[str] = frozenset()
    patches: frozenset[str] = frozenset()
    read: Mapping[FoundFile, RawFile | CannotRead | None] = MappingProxyType({})


def _plain(directory: str, listed: Sequence[FoundFile], found: Found, plan: _Plan) -> Batch:
    files: list[RawFile] = []
    troubles: list[CannotRead] = []
    built_in = 0
    for file in listed:
        path = tree_path(file, found) if plan.patches or plan.consumed else ""
        if path in plan.consumed:
            built_in += 1
            continue
        read = plan.read[file] if file in plan.read else found.read(file)
        if path in plan.patches:
            troubles.append(CannotRead(file.name, "kustomize patch", harmless=True))
        elif isinstance(read, RawFile):
            files.append(read)
        elif read is not None:
            troubles.append(read)
        elif file.named:
            troubles.append(CannotRead(file.name, "no such file"))
    context = _beside(listed, found) if any(speaks_of_ray(each.data) for each in files) else ()
    return Batch(directory, tuple(files), tuple(troubles), built_in, context=context)


def _beside(listed: Sequence[FoundFile], found: Found) -> tuple[RawFile, ...]:
    """The other manifests of a directory, all files of which that are meant were named."""
    if not all(file.named for file in listed):
        return ()
    folder = posixpath.dirname(tree_path(listed[0], found))
    known = {tree_path(file, found) for file in listed}
    if found.tree.on_disk:
        paths = [posixpath.join(folder, name) for name in sorted(os.listdir(folder))]
    else:
        paths = [each for each in found.tree.below(folder) if posixpath.dirname(each) == folder]
    wanted = (each for each in paths if each.lower().endswith(SUFFIXES) and each not in known)
    files = (found.tree.read(path) for path in wanted)
    return tuple(file for file in files if isinstance(file, RawFile))


def tree_path(file: FoundFile, found: Found) -> str:
    """The path of a file in its tree as kustomizations see it: absolute on the disk."""
    return os.path.abspath(file.path) if found.tree.on_disk else file.path


def _plan(everything: list[FoundFile], found: Found, *, build: bool) -> _Plan:
    """Kustomizations among the files found are built; those above a file that was named are only
    asked which files are patches.
    """
    here = [file for file in everything if os.path.basename(file.path) in KUSTOMIZATIONS]
    named = [file for file in everything if file.named and file not in here]
    above = dict.fromkeys(folder for file in named for folder in _folders_above(file, found))
    if not here and not above:
        return _Plan()
    from raypolicy.inputs.closure import closure_of
    from raypolicy.inputs.overlays import consumed, overlays, patches

    read = {file: found.read(file) for file in everything} if here else {}
    closures = [closure_of(folder, found.tree) for folder in _concerned(here, read, found)]
    built = tuple(overlays(closures, never=not build))
    closures += (closure_of(folder, found.tree) for folder in above)
    return _Plan(built, consumed(built), patches(closures), read)


def _concerned(
    kustomizations: Iterable[FoundFile],
    read: Mapping[FoundFile, RawFile | CannotRead | None],
    found: Found,
) -> Iterator[str]:
    """Directories of the kustomizations that could lead to something of Ray's: above a file that
    speaks of it, or with a way out of their directory.
    """
    speaking: set[str] = set()
    for file, text in read.items():
        if isinstance(text, RawFile) and speaks_of_ray(text.data):
            folder = posixpath.dirname(tree_path(file, found))
            while folder not in speaking:
                speaking.add(folder)
                folder = posixpath.dirname(folder)
    for each in kustomizations:
        folder, text = posixpath.dirname(tree_path(each, found)), read[each]
        if folder in speaking or (isinstance(text, RawFile) and b".." in text.data):
            yield folder


def _folders_above(file: FoundFile, found: Found) -> Iterator[str]:
    """The directory of a file and those next above it, as far as they have a kustomization."""
    folder = posixpath.dirname(tree_path(file, found))
    for _ in range(_LEVELS):
        names = (posixpath.join(folder, name) for name in KUSTOMIZATIONS)
        if any(map(os.path.isfile if found.tree.on_disk else found.tree.read, names)):
            yield folder
        folder = posixpath.dirname(folder)
