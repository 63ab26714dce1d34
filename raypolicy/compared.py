"""Findings less those that a baseline lists or the base revision has. Not here: how they are told
from others (`matching`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from raypolicy import baseline
from raypolicy.baseline import Entry
from raypolicy.config import AnyPath, Options, is_mandatory
from raypolicy.errors import UsageError
from raypolicy.findings import Finding, Gone, Report, Suppressed
from raypolicy.inputs.batches import Batch
from raypolicy.inputs.walk import shown
from raypolicy.looked import Looked
from raypolicy.matching import Known, known, match, names
from raypolicy.source import INSIDE

if TYPE_CHECKING:
    from raypolicy.inputs.branch import Branch

Audited: TypeAlias = Callable[..., Report]
"""An audit of paths with options; somebody is shown its batches and says which are audited."""


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
    looked = _looked(paths, options)
    if options.diff_base is None:
        report = audited(paths, options, looked.take)
    else:
        from raypolicy.inputs.branch import branch

        between = branch(options.diff_base, options.rev, paths)
        report = _less_base(audited, paths, options, between, looked)
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
    folder = _folder(file)
    old = [_known(entry, folder) for entry in listed]
    unsuppressed = [*standing, *(each.finding for each in report.suppressed)]
    taken = set(match(known(unsuppressed), old, looked.holds).values())
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
    if options.rev is None:
        return Looked(paths, options.exclude)
    from raypolicy.inputs.branch import files_at, reader_at

    exists = files_at(options.rev).__contains__
    return Looked(paths, options.exclude, exists, reader_at(options.rev))


def _less_base(
    audited: Audited, paths: tuple[str, ...], options: Options, between: Branch, looked: Looked
) -> Report:
    """The report without what the same audit of the merge base finds."""
    from raypolicy.unchanged import Unchanged

    unchanged = Unchanged()

    def watch(batch: Batch) -> bool:
        unchanged.note(batch)
        return looked.take(batch)

    report = audited(paths, options, watch)
    then = tuple(between.paths(paths)) if report.findings else ()
    if then:
        at_base = options._replace(rev=between.base, baseline=None, diff_base=None)
        before = audited(then, at_base, unchanged.differs, need_chart=False)
        old = [
            each._replace(moved=between.moved.get(each.place, ""))
            for each in map(_unpacked, known(before.findings))
        ]
        new = [*map(_unpacked, known(report.findings))]

        def still(each: Known) -> bool:
            return between.there(each.place) and names(each, between.read)

        same = {n for n, f in enumerate(report.findings) if unchanged.holds(f.span.source.name)}
        report = _hidden(report, same | match(new, old, still).keys(), "base")
    return report._replace(base=str(options.diff_base))


def _unpacked(each: Known) -> Known:
    """Under the name of the template, where it is what a chart was rendered to."""
    return each._replace(place=each.place.replace(INSIDE, "/"))


def _less_listed(
    report: Report, listed: Sequence[Entry], file: AnyPath, looked: Looked, options: Options
) -> Report:
    folder = _folder(file)
    old = [_known(entry, folder) for entry in listed]
    # What the base has is the older; what is suppressed needs no entry, and leaves none over.
    older = [each.finding for each in report.suppressed if each.by == "base"]
    others = [each.finding for each in report.suppressed if each.by != "base"]
    first = len(older)
    found = match(known([*older, *report.findings, *others]), old, looked.holds)
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


def _folder(file: AnyPath) -> str:
    """The directory that paths in a baseline begin at."""
    return os.path.realpath(os.path.dirname(os.path.abspath(file)))


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

    return frozenset(rule.info.id for rule in rules_for(options).rules)
