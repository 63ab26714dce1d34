"""Inputs, rules and options → a Report. Not here: options' syntax (`cli`), its looks (`formats`).

A run over files that don't speak of Ray imports neither the YAML parser nor the rules.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from raypolicy.config import Options
from raypolicy.errors import UsageError
from raypolicy.findings import Report
from raypolicy.inputs.files import CannotRead, RawFile, speaks_of_ray
from raypolicy.inputs.sources import CHART, sources
from raypolicy.inputs.trees import Found
from raypolicy.inputs.walk import KUSTOMIZATIONS

if TYPE_CHECKING:
    from raypolicy.audit import Audit
    from raypolicy.inputs.rendered import Rendered
    from raypolicy.model import Model


class Batch(NamedTuple):
    """Files that are applied together, and what of them could not be read."""

    name: str
    files: tuple[RawFile, ...]
    troubles: tuple[CannotRead, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether nothing in it speaks of Ray or needs to be spoken of."""
        return not self.troubles and not any(speaks_of_ray(file.data) for file in self.files)


def check(
    paths: Iterable[str] = (),
    options: Options | None = None,
    *,
    stream: RawFile | None = None,
    today: str = "",
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Audit files and directories, and a stream of documents such as standard input.

    `today` is a date such as 2026-11-25, for rules that depend on it; `progress` is told the number
    of files done so far. Raises UsageError for what
    the caller got wrong; what is wrong with the manifests, unreadable ones included, is in the
    report.
    """
    options = options or Options()
    audit: Audit | None = _audit(options, today) if options.names_rules else None
    quiet = blank = 0
    done = 0
    for batch in batches(paths, options, stream):
        done += len(batch.files)
        if progress is not None:
            progress(done)
        if batch.quiet:
            quiet += len(batch.files)
            blank += sum(not file.data or file.data.isspace() for file in batch.files)
            continue
        if audit is None:
            audit = _audit(options, today)
        audit.take(batch.name, batch.files, batch.troubles)
    if audit is None:
        return Report().with_files(quiet, blank)
    return audit.report().with_files(quiet, blank)


def models(
    paths: Iterable[str],
    target_kuberay: str | None,
    today: str = "",
    *,
    stream: RawFile | None = None,
    rev: str | None = None,
    values: tuple[str, ...] = (),
) -> Iterator[Model]:
    """The model of each bundle that speaks of Ray, as rules see it. Raises UsageError."""
    from raypolicy.audit import aim_for, aim_of
    from raypolicy.bundle import make_bundle
    from raypolicy.model import Model

    options = Options(target_kuberay=target_kuberay, rev=rev, values=values)
    aim = aim_of(options, today)
    for batch in batches(paths, options, stream):
        if not batch.quiet:
            bundle = make_bundle(batch.name, batch.files, batch.troubles)
            yield Model(bundle, aim_for(bundle, aim))


def batches(
    paths: Iterable[str], options: Options | None = None, stream: RawFile | None = None
) -> Iterator[Batch]:
    """Plain manifests, one batch a directory; a rendered chart and a stream are each one."""
    if stream is not None:
        yield Batch(stream.name, (stream,))
    options = options or Options()
    met_chart = False
    for found in sources(paths, options.exclude, options.rev):
        charts = tuple(_charts(found, options))
        met_chart = met_chart or bool(charts)
        yield from _batches(found, charts)
    if options.values and not met_chart:
        raise UsageError("--values: no Helm chart that speaks of Ray is here")


def _batches(found: Found, charts: Iterable[Rendered]) -> Iterator[Batch]:
    patches = _patches(found)
    for problem in found.problems:
        yield Batch(problem.name, (), (CannotRead(problem.name, problem.reason),))
    consumed: set[str] = set()
    for rendered in charts:
        consumed |= rendered.consumed
        yield Batch(rendered.name, rendered.files, rendered.troubles)
    for directory, listed in found.directories.items():
        files: list[RawFile] = []
        troubles: list[CannotRead] = []
        for file in listed:
            if file.path in consumed:
                continue
            read = found.read(file)
            if file.path in patches:
                troubles.append(CannotRead(file.name, "kustomize patch", harmless=True))
            elif isinstance(read, RawFile):
                files.append(read)
            elif read is not None:
                troubles.append(read)
            elif file.named:
                troubles.append(CannotRead(file.name, "no such file"))
        yield Batch(directory, tuple(files), tuple(troubles))


def _charts(found: Found, options: Options) -> Iterable[Rendered]:
    """The Helm charts among the files, rendered."""
    if not any(file.name.endswith(CHART) for files in found.directories.values() for file in files):
        return ()
    from raypolicy.inputs.charts import render_charts

    return render_charts(found, options.values)


def _patches(found: Found) -> frozenset[str]:
    """Paths of the files that kustomizations use as patches: fragments, not resources."""
    kustomizations: set[str] = set()
    everything = [file for files in found.directories.values() for file in files]
    for file in everything:
        if file.named:
            from raypolicy.inputs.patches import kustomizations_above

            kustomizations.update(kustomizations_above(file.path, found.tree))
        elif os.path.basename(file.path) in KUSTOMIZATIONS:
            kustomizations.add(file.path)
    if not kustomizations:
        return frozenset()
    from raypolicy.inputs.patches import patch_files

    patches = patch_files(sorted(kustomizations), found.tree)
    return frozenset(f.path for f in everything if os.path.abspath(f.path) in patches)


def _audit(options: Options, today: str) -> Audit:
    from raypolicy.audit import Audit, aim_of
    from raypolicy.selection import rules_for

    return Audit(rules_for(options), aim_of(options, today), suppressions=options.suppressions)
