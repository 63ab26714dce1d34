"""Findings less those that a baseline lists or the base revision has. Not here: how they are told
from others (`matching`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from raypolicy import baseline
from raypolicy.baseline import Entry
from raypolicy.config import AnyPath, Options, is_mandatory
from raypolicy.errors import UsageError
from raypolicy.findings import Finding, Gone, Report, Suppressed
from raypolicy.inputs.batches import Batch
from raypolicy.inputs.walk import shown
from raypolicy.looked import PRESENT, Looked
from raypolicy.matching import Known, known, match
from raypolicy.source import INSIDE

Watch: TypeAlias = Callable[[Batch], None]
Audited: TypeAlias = Callable[..., Report]
"""An audit of paths with options, whose batches are shown to somebody."""


class Written(NamedTuple):
    """A baseline that was written: what stood, how many entries it has, and how many of them are
    kept as they were, for the run did not look at their files or rules.
    """

    report: Report
    entries: int
    kept: int


def compared(audited: Audited, paths: tuple[str, ...], options: Options) -> Report:
    """The report of an audit without what was known before. Raises UsageError."""
    listed = None if options.baseline is None else baseline.read(options.baseline)
    brought = None if options.diff_base is None else _base_of(paths, options, options.diff_base)
    looked = _looked(paths, options if listed else Options())
    report = audited(paths, options, looked.take)
    if brought is not None:
        report = brought(audited, report)
    if listed and options.baseline is not None:
        looked.leave_out(name for name, _ in report.coverage.not_read)
        report = _less_listed(report, listed, options.baseline, looked, options)
    return report


def write_baseline(
    audited: Audited, paths: tuple[str, ...], options: Options, file: AnyPath
) -> Written:
    """Write what stands into a baseline, whatever another hides; what this run could not see of the
    file is kept. Raises UsageError.
    """
    options = options._replace(baseline=None, diff_base=None)
    listed: list[Entry] = []
    if os.path.isfile(file) and os.path.getsize(file):
        try:
            listed = baseline.read(file)
        except baseline.OtherVersionError:
            pass
        except UsageError as error:
            raise UsageError(f"not overwritten: {error}") from None
    looked = _looked(paths, options)
    report = audited(paths, options, looked.take)
    looked.leave_out(name for name, _ in report.coverage.not_read)
    standing = [f for f in report.findings if not _mandatory(f, options)]
    folder = os.path.realpath(os.path.dirname(os.path.abspath(file)))
    old = [_known(entry, folder) for entry in listed]
    unsuppressed = [*standing, *(each.finding for each in report.suppressed)]
    taken = set(match(known(unsuppressed), old, looked.there).values())
    ran = _rules_of(report, options)
    kept = [
        entry
        for number, (entry, each) in enumerate(zip(listed, old, strict=True))
        if number not in taken and not (entry.rule in ran and looked.saw(each))
    ]
    new = [
        _entry(finding, each, folder)
        for finding, each in zip(standing, known(standing), strict=True)
    ]
    baseline.write(file, [*new, *kept])
    return Written(report, len(new) + len(kept), len(kept))


def _looked(paths: tuple[str, ...], options: Options) -> Looked:
    exists: Callable[[str], bool] = PRESENT
    if options.rev is not None:
        from raypolicy.inputs.branch import files_at

        exists = files_at(options.rev).__contains__
    return Looked(paths, options.exclude, exists)


def _base_of(
    paths: tuple[str, ...], options: Options, rev: str
) -> Callable[[Audited, Report], Report]:
    """Compares a report with the same audit of the merge base."""
    from raypolicy.inputs.branch import branch

    between = branch(rev, options.rev, paths)

    def brought(audited: Audited, report: Report) -> Report:
        report = report._replace(base=rev)
        then = tuple(between.paths(paths)) if report.findings else ()
        if not then:
            return report
        at_base = options._replace(rev=between.base, baseline=None, diff_base=None)
        before = audited(then, at_base, _refuse_missing(rev), need_chart=False)
        old = [
            each._replace(place=place, moved=between.moved.get(place, ""))
            for each in known(before.findings)
            for place in (each.place.replace(INSIDE, "/"),)
        ]
        new = [
            each._replace(place=each.place.replace(INSIDE, "/")) for each in known(report.findings)
        ]
        return _hidden(report, match(new, old, between.there), "base")

    return brought


def _refuse_missing(rev: str) -> Watch:
    from raypolicy.inputs.git import MISSING

    def refuse(batch: Batch) -> None:
        for trouble in batch.troubles:
            if trouble.reason == MISSING:
                raise UsageError(
                    f"--diff-base: this is a partial clone without {trouble.name} of {rev}, and "
                    "nothing is fetched; clone without --filter"
                )

    return refuse


def _less_listed(
    report: Report, listed: Sequence[Entry], file: AnyPath, looked: Looked, options: Options
) -> Report:
    folder = os.path.realpath(os.path.dirname(os.path.abspath(file)))
    old = [_known(entry, folder) for entry in listed]
    # What the base has is the older; what is suppressed needs no entry, and leaves none over.
    older = [each.finding for each in report.suppressed if each.by == "base"]
    others = [each.finding for each in report.suppressed if each.by != "base"]
    first = len(older)
    found = match(known([*older, *report.findings, *others]), old, looked.there)
    standing = {
        number: found[first + number]
        for number, finding in enumerate(report.findings)
        if first + number in found and not _mandatory(finding, options)
    }
    taken = set(found.values())
    left = [n for n, each in enumerate(old) if n not in taken and looked.saw(each)]
    ran = _rules_of(report, options) if left else frozenset()
    gone = (
        Gone(listed[n].rule, shown(old[n].place), listed[n].resource, listed[n].message)
        for n in left
        if listed[n].rule in ran
    )
    return _hidden(report, standing, "baseline")._replace(gone=tuple(sorted(gone, key=_place)))


def _hidden(report: Report, numbers: Iterable[int], by: str) -> Report:
    """The report with some of its findings hidden."""
    hide = set(numbers)
    hidden = (Suppressed(f, "", by) for n, f in enumerate(report.findings) if n in hide)
    suppressed = sorted((*report.suppressed, *hidden), key=lambda each: each.finding.order)
    shown = tuple(f for n, f in enumerate(report.findings) if n not in hide)
    return report._replace(findings=shown, suppressed=tuple(suppressed))


def _place(gone: Gone) -> tuple[str, ...]:
    return (gone.path, gone.rule, gone.resource)


def _known(entry: Entry, folder: str) -> Known:
    place = os.path.normpath(os.path.join(folder, entry.path))
    return Known(entry.fingerprint, place, entry.resource)


def _entry(finding: Finding, each: Known, folder: str) -> Entry:
    path = os.path.relpath(each.place, folder).replace(os.sep, "/")
    return Entry(path, finding.rule.id, each.resource, each.content, finding.message)


def _mandatory(finding: Finding, options: Options) -> bool:
    return is_mandatory(options, finding.rule.id, finding.rule.topic)


def _rules_of(report: Report, options: Options) -> frozenset[str]:
    """The rules that ran, or would have if something had spoken of Ray."""
    if report.rules:
        return frozenset(rule.id for rule in report.rules)
    from raypolicy.selection import rules_for

    return frozenset(rule.info.id for rule in rules_for(options))
