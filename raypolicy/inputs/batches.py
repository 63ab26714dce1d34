"""Files that are applied together, batch by batch. Not here: what they say (`bundle`).

The manifests of one directory are a batch, so is a stream, and what a kustomization is built to.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from raypolicy.errors import UsageError
from raypolicy.inputs.files import CannotRead, RawFile, speaks_of_ray
from raypolicy.inputs.sources import CHART, sources
from raypolicy.inputs.trees import Found, Tree
from raypolicy.inputs.walk import KUSTOMIZATIONS, SUFFIXES, FoundFile

if TYPE_CHECKING:
    from raypolicy.inputs.charts import RenderedChart
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
    rev: str | None = None,
    values: tuple[str, ...] = (),
    kubernetes: str | None = None,
    need_chart: bool = True,
) -> Iterator[Batch]:
    """Plain manifests, one batch a directory; a stream is one of its own, so is a kustomization,
    which is built if `build` allows it, and a chart, rendered with these files of values and for a
    release of Kubernetes.

    With `rev`, files are those of a git revision. Raises UsageError, as it does for values without
    a chart, unless there need not be one.
    """
    if stream is not None:
        yield Batch(stream.name, (stream,))
    met_chart = False
    for found in sources(tuple(paths), exclude, rev):
        charts = tuple(_charts(found, values, kubernetes))
        met_chart = met_chart or bool(charts)
        yield from _batches(found, charts, build=build)
    if values and need_chart and not met_chart:
        raise UsageError("--values: no Helm chart that speaks of Ray is here")


def _batches(found: Found, charts: Iterable[RenderedChart], *, build: bool) -> Iterator[Batch]:
    for problem in found.problems:
        yield Batch(problem.name, (), (CannotRead(problem.name, problem.reason),))
    templates: set[str] = set()
    for chart in charts:
        templates |= chart.consumed
        yield Batch(chart.name, chart.files, chart.troubles)
    plan = _plan(found, build=build)
    for overlay in plan.overlays:
        rendered = overlay.rendered
        files = () if rendered is None else (rendered.text,)
        yield Batch(overlay.name, files, rendered=rendered, overlay=overlay)
    for directory, listed in found.directories.items():
        kept = [file for file in listed if file.path not in templates]
        if kept:
            yield _plain(directory, kept, found, plan)


def _charts(
    found: Found, values: tuple[str, ...], kubernetes: str | None
) -> Iterable[RenderedChart]:
    if not any(file.name.endswith(CHART) for files in found.directories.values() for file in files):
        return ()
    from raypolicy.inputs.charts import render_charts

    return render_charts(found, values, kubernetes)


class _Plan(NamedTuple):
    """What is known of kustomizations before the plain files are taken, and the files that were
    read for it; paths are absolute.
    """

    overlays: tuple[Overlay, ...] = ()
    consumed: frozenset[str] = frozenset()
    patches: frozenset[str] = frozenset()
    read: dict[str, RawFile | CannotRead | None] = {}  # noqa: RUF012  # never changed


def _plain(directory: str, listed: Sequence[FoundFile], found: Found, plan: _Plan) -> Batch:
    files: list[RawFile] = []
    troubles: list[CannotRead] = []
    built_in = 0
    for file in listed:
        path = os.path.abspath(file.path) if plan.patches or plan.consumed else ""
        if path in plan.consumed:
            built_in += 1
            continue
        read = plan.read[file.path] if file.path in plan.read else found.read(file)
        if path in plan.patches:
            troubles.append(CannotRead(file.name, "kustomize patch", harmless=True))
        elif isinstance(read, RawFile):
            files.append(read)
        elif read is not None:
            troubles.append(read)
        elif file.named:
            troubles.append(CannotRead(file.name, "no such file"))
    ours = any(speaks_of_ray(file.data) for file in files)
    context = _beside(listed, found.tree) if ours else ()
    return Batch(directory, tuple(files), tuple(troubles), built_in, context=context)


def _beside(listed: Sequence[FoundFile], tree: Tree) -> tuple[RawFile, ...]:
    """The other manifests of a directory, all files of which that are meant were named."""
    if not all(file.named for file in listed):
        return ()
    folder = os.path.dirname(listed[0].path)
    if tree.on_disk:
        everything = os.listdir(folder or ".")
    else:
        everything = [path[len(folder) + 1 :] for path in tree.below(folder)]
    names = {n for n in everything if n.lower().endswith(SUFFIXES) and os.sep not in n}
    known = {os.path.basename(file.path) for file in listed}
    files = (tree.read(os.path.join(folder, name)) for name in sorted(names - known))
    return tuple(file for file in files if isinstance(file, RawFile))


def _plan(found: Found, *, build: bool) -> _Plan:
    """Kustomizations among the files found are built; those above a file that was named are only
    asked which files are patches.
    """
    everything = [file for files in found.directories.values() for file in files]
    here = [file for file in everything if os.path.basename(file.path) in KUSTOMIZATIONS]
    named = [file for file in everything if file.named and file not in here]
    if not here and not named:
        return _Plan()
    tree = found.tree
    read = {file.path: found.read(file) for file in (everything if here else named)}
    speaking = _speaking(read)
    concerned = tuple(_concerned(here, read, speaking))
    folders = {os.path.dirname(os.path.abspath(file.path)) for file in named}
    above = _above(folders & speaking, tree)
    if not concerned and not above:
        return _Plan(read=read)
    from raypolicy.inputs.closure import Closures
    from raypolicy.inputs.overlays import consumed, overlays, patches

    known = Closures(tree)
    closures = [known.of(folder) for folder in concerned]
    closures = [each for each in closures if each.speaks_of_ray or each.folder in speaking]
    built = tuple(overlays(closures, never=not build))
    closures += (known.of(folder) for folder in above)
    return _Plan(built, consumed(built), patches(closures), read)


def _speaking(read: dict[str, RawFile | CannotRead | None]) -> frozenset[str]:
    """Directories with a file that speaks of Ray in them or below them."""
    found: set[str] = set()
    for path, file in read.items():
        if isinstance(file, RawFile) and speaks_of_ray(file.data):
            folder = os.path.dirname(os.path.abspath(path))
            while folder not in found:
                found.add(folder)
                folder = os.path.dirname(folder)
    return frozenset(found)


def _concerned(
    kustomizations: Iterable[FoundFile],
    read: dict[str, RawFile | CannotRead | None],
    speaking: frozenset[str],
) -> Iterator[str]:
    """Directories of the kustomizations that could lead to something of Ray's: above a file that
    speaks of it, or with a way out of their directory.
    """
    for each in kustomizations:
        folder, file = os.path.dirname(os.path.abspath(each.path)), read[each.path]
        if folder in speaking or (isinstance(file, RawFile) and b".." in file.data):
            yield folder


def _above(folders: Iterable[str], tree: Tree) -> list[str]:
    """Those of some directories, and of the ones next above each, that have a kustomization."""
    asked: set[str] = set()
    for folder in folders:
        for _ in range(_LEVELS):
            asked.add(folder)
            folder = os.path.dirname(folder)
    paths = {folder: [os.path.join(folder, name) for name in KUSTOMIZATIONS] for folder in asked}
    return [folder for folder in sorted(asked) if any(map(tree.read, paths[folder]))]
