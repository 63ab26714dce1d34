"""`raypolicy check`: options → one call → print. Not here: anything that decides a verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from raypolicy.cli.status import FINDINGS, NOTHING_AUDITED, count, require_existing, statuses
from raypolicy.errors import UsageError

if TYPE_CHECKING:
    from raypolicy.config import Options
    from raypolicy.findings import Report

FORMAT_NAMES: Final = ("full", "text", "table", "json", "sarif")
SEVERITIES: Final = ("error", "warning", "note")
_OPTIONS: Final = (
    "rules select ignore profile target_kuberay feature_gates exclude fail_on min_severity"
).split()


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
@click.option(
    "--target-kuberay",
    metavar="VERSION",
    help="KubeRay release to judge for, such as 1.6 or 1.6.2.  [default: the newest]",
)
@click.option(
    "--feature-gate",
    "feature_gates",
    multiple=True,
    metavar="NAME",
    help="A feature gate of the operator that is on; repeatable.",
)
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave files or directories out.")
@click.option(
    "-c",
    "--config",
    type=click.Path(exists=True, dir_okay=False),
    help="Configuration file.  [default: .raypolicy.yaml here or above]",
)
@click.option("--no-config", is_flag=True, help="Use no configuration file.")
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
    """Audit files and directories ('-' is standard input), by default the working directory."""
    with statuses():
        _check(paths or (".",), given)


def _check(paths: tuple[str, ...], given: dict[str, Any]) -> None:
    import datetime

    from raypolicy.inputs.files import RawFile
    from raypolicy.run import check as run

    outputs = [_output(text) for text in given["formats"]] or [(_default_format(), None)]
    options = _options(given, prose=any(name == "sarif" for name, _ in outputs))
    require_existing(paths)
    stream = None
    if "-" in paths:
        if given["fix"]:
            raise UsageError("--fix changes files; --diff shows the changes for standard input")
        stream = RawFile(given["stdin_filename"], None, sys.stdin.buffer.read())
    files = tuple(path for path in paths if path != "-")
    today = datetime.date.today().isoformat()
    with _progress() as progress:
        report = run(files, options, stream=stream, today=today, progress=progress)
    if given["fix"] or given["diff"]:
        report = _fix(report, given, lambda: run(files, options, today=today))
    for format_name, file in outputs:
        _render(report, format_name, file, given["color"])
    _closing_words(report, given)
    sys.exit(_status(report, options.fail_on))


def _options(given: Mapping[str, Any], *, prose: bool) -> Options:
    """What the command line says, else what the configuration file says."""
    from raypolicy.config import Options

    said = {name: given[name] for name in _OPTIONS if given[name]}
    if given["no_config"]:
        configured: dict[str, Any] = {}
    else:
        from raypolicy.config import configuration

        configured = configuration(given["config"])
    return Options.of(
        {**configured, **said}, suppressions=not given["no_suppressions"], prose=prose
    )


def _status(report: Report, fail_on: str) -> int:
    from raypolicy.findings import Severity

    worst = report.worst()
    if worst is not None and fail_on != "never" and worst >= Severity[fail_on.upper()]:
        return FINDINGS
    covered = report.coverage
    return 0 if covered.files > covered.blank else NOTHING_AUDITED


def _output(text: str) -> tuple[str, str | None]:
    name, _, file = text.partition("=")
    if name not in FORMAT_NAMES:
        from raypolicy.expect import did_you_mean

        raise UsageError(f"no format {name!r}{did_you_mean(name, FORMAT_NAMES)}")
    return name, file or None


def _default_format() -> str:
    return "full" if sys.stdout.isatty() else "text"


class _progress:
    """Says on a terminal how many files were read, from half a second on; wiped at the end."""

    def __enter__(self) -> Callable[[int], None] | None:
        self.shown = False
        if not sys.stderr.isatty():
            return None
        import time

        self.next = time.monotonic() + 0.5
        self.clock = time.monotonic
        return self.say

    def say(self, files: int) -> None:
        if self.clock() >= self.next:
            self.next += 0.2
            self.shown = True
            click.echo(f"\r{count(files, 'file')} …", err=True, nl=False)

    def __exit__(self, *error: object) -> None:
        if self.shown:
            click.echo("\r\x1b[K", err=True, nl=False)


def _render(report: Report, name: str, file: str | None, color: str) -> None:
    from raypolicy.formats import FORMATS, Style, wants_colour

    if file is not None:
        text = FORMATS[name](report, Style())
        with open(file, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            out.write(text)
        return
    terminal = sys.stdout.isatty()
    width = os.get_terminal_size().columns if terminal else None
    colour = wants_colour(color, os.environ, terminal)
    text = FORMATS[name](report, Style(colour, width))
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace"), nl=False)


def _fix(report: Report, given: dict[str, Any], again: Callable[[], Report]) -> Report:
    """Apply fixes or show them; the report of what is left."""
    from raypolicy.fix import NotWrittenError, apply, diff, write
    from raypolicy.formats.style import place, printable

    fixed = apply(report.findings, unsafe=given["unsafe"])
    for each in fixed:
        for skipped in each.skipped:
            where = place(skipped.finding.span)
            click.echo(
                f"{where}: not fixed: {skipped.reason} [{skipped.finding.rule.id}]", err=True
            )
    changed = [each for each in fixed if each.applied]
    if given["diff"]:
        for line in "".join(diff(each) for each in changed).split("\n")[:-1]:
            click.echo(printable(line))
        return report
    done = 0
    for each in changed:
        try:
            write(each)
            done += len(each.applied)
        except NotWrittenError as error:
            click.echo(f"error: {error}", err=True)
    click.echo(f"{count(done, 'finding')} fixed in {count(len(changed), 'file')}", err=True)
    return again() if done else report


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
