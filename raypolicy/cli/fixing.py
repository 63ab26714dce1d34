"""`check --fix` and `--diff`: fixes written or shown. Not here: how they are made (`fix`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from raypolicy.formats.style import count, opening, place, printable

if TYPE_CHECKING:
    from raypolicy.findings import Report
    from raypolicy.fix import Fixed


def show_changes(report: Report, *, unsafe: bool) -> None:
    """Print what the fixes would change as a patch, fit for `git apply` and `patch -p1`."""
    from raypolicy.fix import diff

    for each in _fixed(report, unsafe):
        for line in diff(each).split("\n")[:-1]:
            end = "\r" if line.endswith("\r") else ""
            click.echo(_harmless(printable(line.removesuffix("\r"))) + end)


def _harmless(line: str) -> str:
    """A line of a patch; one that a CI runner would obey is spoilt, as escapes are."""
    blanks = len(line) - len(line.lstrip())
    commands = line.startswith("::", blanks) and "::" in line[blanks + 2 :]
    return f"{line[:blanks]}\\x3a{line[blanks + 1 :]}" if commands else line


def write_changes(report: Report, *, unsafe: bool) -> bool:
    """Write the fixes into their files; whether all could be written."""
    from raypolicy.fix import NotWrittenError, write

    findings, files, failed = 0, 0, 0
    for each in _fixed(report, unsafe):
        try:
            write(each)
            findings, files = findings + len(each.applied), files + 1
        except NotWrittenError as error:
            failed += 1
            click.echo(f"error: {printable(str(error))}", err=True)
    ending = f"; {count(failed, 'file')} could not be written" if failed else ""
    fixed = f"{count(findings, 'finding')} fixed in {count(files, 'file')}"
    click.echo(f"{fixed}{ending}", err=True)
    return not failed


def _fixed(report: Report, unsafe: bool) -> list[Fixed]:
    """The files that change; those that are left alone, and fixes that are not made, are said."""
    from raypolicy.fix import apply

    fixed = apply(report.findings, unsafe=unsafe)
    for each in fixed:
        if each.left:
            name = opening(each.source.name)
            click.echo(f"{name}: not fixed: {printable(each.left)}", err=True)
            continue
        for skipped in each.skipped:
            where, rule = place(skipped.finding.span), skipped.finding.rule.id
            click.echo(f"{where}: not fixed: {printable(skipped.reason)} [{rule}]", err=True)
    return [each for each in fixed if each.applied]
