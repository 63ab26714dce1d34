"""`raypolicy check`: options → one call → print. Not here: anything that decides a verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from raypolicy.cli.comparing import NAMES, of_comparing, write
from raypolicy.cli.completing import formats, rules_and_topics
from raypolicy.cli.helping import Taught
from raypolicy.cli.inputs import layer_of, of_inputs, options_of
from raypolicy.cli.outputs import WITH_FIXES, WITH_PROSE, closing_words, outputs_of, render
from raypolicy.cli.progress import Progress
from raypolicy.cli.status import FINDINGS, MISUSE, NOTHING_AUDITED, require_existing, statuses
from raypolicy.errors import UsageError
from raypolicy.formats import FORMATS
from raypolicy.formats.style import printable

if TYPE_CHECKING:
    from raypolicy.config import Options
    from raypolicy.findings import Report

SEVERITIES: Final = ("error", "warning", "note")
_OPTIONS: Final = ("rules", "select", "ignore", "profile", "fail_on", "min_severity", *NAMES)


@click.command(cls=Taught)
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    shell_complete=formats,
    help=f"How to show findings: {', '.join(FORMATS)}; into a file; repeatable.",
)
@click.option(
    "-r",
    "--rules",
    multiple=True,
    type=click.Path(exists=True),
    help="Add rule files: a file or a directory; repeatable.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="ID|TOPIC",
    shell_complete=rules_and_topics,
    help="Run these rules only.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="ID|TOPIC",
    shell_complete=rules_and_topics,
    help="Leave these rules out.",
)
@click.option(
    "--profile",
    type=click.Choice(["default", "pedantic"]),
    help="pedantic adds advice that many good manifests break.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    help="Exit with 1 on findings of this severity or worse.  [default: error]",
)
@click.option(
    "--min-severity",
    type=click.Choice(SEVERITIES),
    default="note",
    help="Leave findings below this severity out.",
)
@of_inputs
@of_comparing
@click.option("--stdin-filename", default="<stdin>", metavar="PATH", help="Name for `-`.")
@click.option("--fix", is_flag=True, help="Write safe fixes into the files.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--unsafe", is_flag=True, help="With --fix or --diff: fixes that need a look, too.")
@click.option("--no-suppressions", is_flag=True, help="Show what comments and annotations hide.")
@click.option("--show-config", is_flag=True, help="Print what holds, and where it is set.")
@click.option(
    "--show-suppressed",
    is_flag=True,
    help="List the findings that are suppressed; SARIF holds them, marked.",
)
@click.option("--show-unknown", is_flag=True, help="List the values that could not be known.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("-q", "--quiet", is_flag=True, help="No coverage line.")
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="Say which files were not read and why, and which entries of the baseline are gone.",
)
def check(paths: tuple[str, ...], **given: Any) -> None:
    """Audit files, directories and archives ('-' is standard input), by default the working
    directory."""
    with statuses():
        if given["show_config"]:
            _show_config(given)
        else:
            _check(paths or (".",), given)


def _check(paths: tuple[str, ...], given: dict[str, Any]) -> None:
    import datetime

    from raypolicy.inputs.files import RawFile
    from raypolicy.run import check as run

    outputs = outputs_of(given["formats"])
    options = _options(given, {name for name, _ in outputs})
    named = {os.path.realpath(path) for path in paths}
    for _, file in outputs:
        if file is not None and os.path.realpath(file) in named:
            raise UsageError(f"cannot write {file}: it is what is to be audited")
    if given["rev"] is None:
        require_existing(paths)
    elif "-" in paths or given["fix"]:
        word = "standard input" if "-" in paths else "--fix"
        raise UsageError(f"--rev audits what is in git: it does not go with {word}")
    today = datetime.date.today().isoformat()
    if given["write_baseline"] is not None:
        return write(paths, options, given, today)
    stream = None
    if "-" in paths:
        if given["fix"]:
            raise UsageError("--fix changes files; --diff shows the changes for standard input")
        stream = RawFile(given["stdin_filename"], None, sys.stdin.buffer.read())
    files = tuple(path for path in paths if path != "-")
    with Progress() as progress:
        report = run(files, options, stream=stream, today=today, progress=progress)
    failed = False
    if given["diff"]:
        from raypolicy.cli.fixing import show_changes

        show_changes(report, unsafe=given["unsafe"])
        outputs = [each for each in outputs if each[1] is not None]
    elif given["fix"]:
        from raypolicy.cli.fixing import write_changes

        failed = not write_changes(report, unsafe=given["unsafe"])
        report = run(files, options, today=today)
    for format_name, file in outputs:
        render(report, format_name, file, given)
    closing_words(report, given)
    sys.exit(MISUSE if failed else _status(report, options.fail_on))


def _options(given: Mapping[str, Any], formats: set[str]) -> Options:
    return options_of(
        _split(given),
        _OPTIONS,
        suppressions=not given["no_suppressions"],
        prose=not formats.isdisjoint(WITH_PROSE),
        fixes=given["fix"] or given["diff"] or not formats.isdisjoint(WITH_FIXES),
    )


def _split(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is given, with `select` and `ignore` as lists of words."""
    words = {
        name: tuple(word for text in given[name] for word in text.split(","))
        for name in ("select", "ignore")
    }
    return {**given, **words}


def _show_config(given: Mapping[str, Any]) -> None:
    from raypolicy.configlisting import listing

    for line in listing(*layer_of(_split(given), _OPTIONS)):
        click.echo(printable(line))


def _status(report: Report, fail_on: str) -> int:
    from raypolicy.findings import Severity

    worst = report.worst()
    if worst is not None and fail_on != "never" and worst >= Severity[fail_on.upper()]:
        return FINDINGS
    # A commit may well hold excluded or empty files only; pre-commit and prek say that they call.
    hooked = "PRE_COMMIT" in os.environ
    return NOTHING_AUDITED if report.coverage.nothing and not hooked else 0
