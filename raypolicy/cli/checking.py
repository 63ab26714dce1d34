"""`raypolicy check`: options → one call → print. Not here: anything that decides a verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from raypolicy.cli.inputs import of_inputs, options_of
from raypolicy.cli.progress import Progress
from raypolicy.cli.status import FINDINGS, MISUSE, NOTHING_AUDITED, require_existing, statuses
from raypolicy.errors import UsageError

if TYPE_CHECKING:
    from raypolicy.config import Options
    from raypolicy.findings import Report

FORMAT_NAMES: Final = ("full", "text", "table", "json", "sarif")
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

    outputs = _outputs(given["formats"])
    options = _options(given, prose=any(name == "sarif" for name, _ in outputs))
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
        _render(report, format_name, file, given["color"])
    _closing_words(report, given)
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


def _outputs(formats: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """Formats and the files they go to, None for standard output."""
    found: list[tuple[str, str | None]] = []
    for text in formats:
        name, _, file = text.partition("=")
        if name not in FORMAT_NAMES:
            from raypolicy.expect import did_you_mean

            raise UsageError(f"no format {name!r}{did_you_mean(name, FORMAT_NAMES)}")
        found.append((name, file if file not in ("", "-") else None))
    if sum(file is None for _, file in found) > 1:
        raise UsageError("only one format can go to standard output; name files: -f FORMAT=FILE")
    return found or [("full" if sys.stdout.isatty() else "text", None)]


def _render(report: Report, name: str, file: str | None, color: str) -> None:
    from raypolicy.formats import FORMATS, Style, wants_colour
    from raypolicy.inputs.walk import below_repository

    below = below_repository() if name == "sarif" else ""
    if file is not None:
        text = FORMATS[name](report, Style(below=below))
        try:
            with open(file, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
                out.write(text)
        except OSError as error:
            raise UsageError(f"cannot write {file}: {error.strerror}") from None
        return
    terminal = sys.stdout.isatty()
    width = os.get_terminal_size().columns if terminal else None
    colour = wants_colour(color, os.environ, terminal)
    text = FORMATS[name](report, Style(colour, width, below))
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace"), nl=False)


def _closing_words(report: Report, given: dict[str, Any]) -> None:
    """The coverage line, last and on standard error, and what was asked to stand before it."""
    from raypolicy.formats.coverage import coverage_line, not_read, unknown_places

    if given["show_unknown"]:
        for line in unknown_places(report):
            click.echo(line, err=True)
    if given["verbose"]:
        for line in not_read(report):
            click.echo(line, err=True)
    if not given["quiet"]:
        click.echo(coverage_line(report), err=True)
