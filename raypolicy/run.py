"""Inputs, rules and options → a Report. Not here: options' syntax (`cli`), its looks (`formats`).

A run over files that don't speak of Ray imports neither the YAML parser nor the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from raypolicy.config import AnyPath, Options
from raypolicy.errors import UsageError
from raypolicy.findings import Report
from raypolicy.inputs.batches import Batch, batches
from raypolicy.inputs.files import RawFile

if TYPE_CHECKING:
    from raypolicy.audit import Audit
    from raypolicy.compared import Written
    from raypolicy.model import Model
    from raypolicy.suppress import Ledger


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
    of files done so far. What a baseline lists, or the base of a branch has, is in the report as
    suppressed. Raises UsageError for what the caller got wrong; what is wrong with the manifests,
    unreadable ones included, is in the report.
    """
    options = options or Options()
    audited = partial(_audited, stream=stream, today=today, progress=progress)
    if options.baseline is None and options.diff_base is None:
        return audited(tuple(paths), options)
    if stream is not None and options.diff_base is not None:
        raise UsageError("--diff-base compares what is in git: it does not go with standard input")
    from raypolicy.compared import compared

    return compared(audited, tuple(paths), options)


def write_baseline(
    file: AnyPath,
    paths: Iterable[str] = (),
    options: Options | None = None,
    *,
    today: str = "",
    progress: Callable[[int], None] | None = None,
) -> Written:
    """Audit files and directories and write what stands into a baseline. Entries that it has for
    what this run did not look at are kept. Raises UsageError; then nothing is written.
    """
    from raypolicy.compared import write_baseline

    audited = partial(_audited, today=today, progress=progress)
    return write_baseline(audited, tuple(paths), options or Options(), file)


def _audited(
    paths: tuple[str, ...],
    options: Options,
    watch: Callable[[Batch], bool] | None = None,
    *,
    need_chart: bool = True,
    stream: RawFile | None = None,
    today: str = "",
    progress: Callable[[int], None] | None = None,
) -> Report:
    """All that is found, known before or not; `watch` is shown each batch of files and says
    whether it is to be audited.
    """
    audit: Audit | None = _audit(options, today) if options.names_rules else None
    quiet = blank = 0
    done = 0
    for batch in _batches(paths, options, stream, need_chart=need_chart):
        done += len(batch.files) + batch.built_in
        quiet += batch.built_in
        if watch is not None and not watch(batch):
            continue
        if progress is not None:
            progress(done)
        if batch.quiet:
            quiet += len(batch.files)
            blank += sum(not file.data or file.data.isspace() for file in batch.files)
            continue
        if audit is None:
            audit = _audit(options, today)
        audit.take(batch)
    if audit is None:
        return Report().with_files(quiet, blank)
    return audit.report().with_files(quiet, blank)


def models(
    paths: Iterable[str],
    options: Options | None = None,
    *,
    stream: RawFile | None = None,
    today: str = "",
) -> Iterator[Model]:
    """The model of each bundle that speaks of Ray, as rules see it. Raises UsageError."""
    from raypolicy.audit import aim_for, aim_of
    from raypolicy.bundle import bundle_of
    from raypolicy.model import Model

    options = options or Options()
    aim = aim_of(options, today)
    for batch in _batches(paths, options, stream):
        if not batch.quiet:
            bundle = bundle_of(batch)
            yield Model(bundle, aim_for(bundle, aim))


def _batches(
    paths: Iterable[str], options: Options, stream: RawFile | None, *, need_chart: bool = True
) -> Iterator[Batch]:
    return batches(
        paths,
        options.exclude,
        stream,
        build=options.kustomize != "never",
        rev=options.rev,
        values=options.values,
        kubernetes=options.target_kubernetes,
        need_chart=need_chart,
    )


def _audit(options: Options, today: str) -> Audit:
    from raypolicy.audit import Audit, aim_of
    from raypolicy.selection import rules_for

    rules, topics = rules_for(options)

    def ledger() -> Ledger:
        from raypolicy.suppress import Ledger

        return Ledger(options, topics, frozenset(rule.info.id for rule in rules), today)

    suppressing = ledger if options.suppressions else None
    return Audit(rules, aim_of(options, today), options, suppressing)
