"""`raypolicy check`: options → one call → print. Not here: anything that decides a verdict."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from raypolicy.cli.inputs import of_inputs, options_of
from raypolicy.cli.outputs import FORMAT_NAMES, WITH_PROSE, closing_words, outputs_of, render
from raypolicy.cli.progress import Progress
from raypolicy.cli.status import FINDINGS, MISUSE, NOTHING_AUDITED, require_existing, statuses
from raypolicy.errors import UsageError

if TYPE_CHECKING:
    from raypolicy.config import Options
    from raypolicy.findings import Report

SEVERITIES: Final = ("error", "warning", "note")
_OPTIONS: Final = ("rules", "select", "ignore", "profile", "fail_on", "min_severity")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"How to show findings: {', '.join(FORMAT_NAMES)}; into a file; repeatable.",
)
@click.option(
    "-r",
    "--rules",
    multiple=True,
    type=click.Path(exists=True),
    help="Add rule files: a file or a directory; repeatable.",
)
@click.option("--select", multiple=True, metavar="ID|TOPIC", help="Run these rules only.")
@click.option("--ignore", multiple=True, metavar="ID|TOPIC", help="Leave these rules out.")
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
@click.option("--stdin-filename", default="<stdin>", metavar="PATH", help="Name for `-`.")
@click.option("--fix", is_flag=True, help="Write safe fixes into the files.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--unsafe", is_flag=True, help="With --fix or --diff: fixes that need a look, too.")
@click.option("--no-suppressions", is_flag=True, help="Show what comments in manifests hide.")
@click.option("--show-unknown", is_flag=True, help="List the values that could not be known.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("-q", "--quiet", is_flag=True, help="No coverage line.")
@click.option("-v", "--verbose", is_flag=True, help="Say which files were not read, and why.")
def check(paths: tuple[str, ...], **given: Any) -> None:
    """Audit files, directories and archives ('-' is standard input), by default the working
    directory."""
    with statuses():
        _check(paths or (".",), given)


def _check(paths: tuple[str, ...], given: dict[str, Any]) -> None:
    import datetime

    from raypolicy.inputs.files import RawFile
    from raypolicy.run import check as run

    outputs = outputs_of(given["formats"])
    options = _options(given, prose=any(name in WITH_PROSE for name, _ in outputs))
    if given["rev"] is None:
        require_existing(paths)
    elif "-" in paths or given["fix"]:
        word = "standard input" if "-" in paths else "--fix"
        raise UsageError(f"--rev audits what is in git: it does not go with {word}")
    stream = None
    if "-" in paths:
        if given["fix"]:
            raise UsageError("--fix changes files; --diff shows the changes for standard input")
        stream = RawFile(given["stdin_filename"], None, sys.stdin.buffer.read())
    files = tuple(path for path in paths if path != "-")
    today = datetime.date.today().isoformat()
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
        render(report, format_name, file, given["color"])
    closing_words(report, given)
    sys.exit(MISUSE if failed else _status(report, options.fail_on))


def _options(given: Mapping[str, Any], *, prose: bool) -> Options:
    """The options, with `select` and `ignore` as lists of words."""
    words = {
        name: tuple(word for text in given[name] for word in text.split(","))
        for name in ("select", "ignore")
    }
    suppressions = not given["no_suppressions"]
    return options_of({**given, **words}, _OPTIONS, suppressions=suppressions, prose=prose)


def _status(report: Report, fail_on: str) -> int:
    from raypolicy.findings import Severity

    worst = report.worst()
    if worst is not None and fail_on != "never" and worst >= Severity[fail_on.upper()]:
        return FINDINGS
    return NOTHING_AUDITED if report.coverage.nothing else 0
