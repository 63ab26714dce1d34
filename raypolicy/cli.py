"""The command line: options → one call → print. Not here: anything that decides a verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from raypolicy import __version__

if TYPE_CHECKING:
    from raypolicy.findings import Report

ERRORS_FOUND, MISUSE, NOTHING_AUDITED, INTERNAL = 1, 2, 3, 70
FORMAT_NAMES = ("full", "text", "table", "json", "sarif")
SEVERITIES = ("error", "warning", "note")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="raypolicy")
def main() -> None:
    """Audit Ray manifests for Kubernetes offline: RayCluster, RayJob, RayService, RayCronJob."""


@main.command()
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
    type=click.Path(exists=True, path_type=Path),
    help="Add rule files: a file or a directory; repeatable.",
)
@click.option("--select", multiple=True, metavar="ID|TOPIC", help="Run these rules only.")
@click.option("--ignore", multiple=True, metavar="ID|TOPIC", help="Leave these rules out.")
@click.option(
    "--profile",
    type=click.Choice(["default", "pedantic"]),
    default="default",
    help="pedantic adds advice that many good manifests break.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 on findings of this severity or worse.",
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
    "gates",
    multiple=True,
    metavar="NAME",
    help="A feature gate of the operator that is on; repeatable.",
)
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave files or directories out.")
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
    with _misuse():
        _check(paths or (".",), given)


def _check(paths: tuple[str, ...], given: dict[str, Any]) -> None:
    import datetime

    from raypolicy.check import check as run
    from raypolicy.config import Options
    from raypolicy.findings import Severity
    from raypolicy.inputs.files import RawFile

    outputs = [_output(text) for text in given["formats"]] or [(_default_format(), None)]
    options = Options(
        rules=given["rules"],
        select=given["select"],
        ignore=given["ignore"],
        profile=given["profile"],
        min_severity=Severity[given["min_severity"].upper()],
        target_kuberay=given["target_kuberay"],
        feature_gates=given["gates"],
        exclude=given["exclude"],
        suppressions=not given["no_suppressions"],
        prose=any(name == "sarif" for name, _ in outputs),
    )
    _require_existing(paths)
    stream = None
    if "-" in paths:
        stream = RawFile(given["stdin_filename"], None, sys.stdin.buffer.read())
    files = tuple(path for path in paths if path != "-")
    today = datetime.date.today().isoformat()
    report = run(files, options, stream=stream, today=today)
    if given["fix"] or given["diff"]:
        report = _fix(report, given, lambda: run(files, options, today=today))
    for format_name, file in outputs:
        _render(report, format_name, file, given["color"])
    _closing_words(report, given)
    sys.exit(_status(report, given["fail_on"]))


def _status(report: Report, fail_on: str) -> int:
    from raypolicy.findings import Severity

    worst = report.worst()
    if worst is not None and fail_on != "never" and worst >= Severity[fail_on.upper()]:
        return ERRORS_FOUND
    return 0 if report.coverage.files else NOTHING_AUDITED


def _output(text: str) -> tuple[str, str | None]:
    name, _, file = text.partition("=")
    if name not in FORMAT_NAMES:
        from raypolicy.paths import did_you_mean

        raise click.UsageError(f"no format {name!r}{did_you_mean(name, FORMAT_NAMES)}")
    return name, file or None


def _default_format() -> str:
    return "full" if sys.stdout.isatty() else "text"


def _require_existing(paths: tuple[str, ...]) -> None:
    for path in paths:
        if path != "-" and not os.path.lexists(path):
            raise click.UsageError(f"no such file or directory: {path}")


def _render(report: Report, name: str, file: str | None, color: str) -> None:
    from raypolicy.formats import FORMATS, Style, wants_colour

    if file is not None:
        text = FORMATS[name](report, Style())
        Path(file).write_text(text, "utf-8", errors="backslashreplace", newline="\n")
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
            click.echo(f"{where}: not fixed: {skipped.reason} [{skipped.finding.rule.id}]", err=True)
    changed = [each for each in fixed if each.applied]
    if given["diff"]:
        for line in "".join(diff(each) for each in changed).split("\n"):
            click.echo(printable(line))
        return report
    count = 0
    for each in changed:
        try:
            write(each)
            count += len(each.applied)
        except NotWrittenError as error:
            click.echo(f"error: {error}", err=True)
    click.echo(f"{_count(count, 'finding')} fixed in {_count(len(changed), 'file')}", err=True)
    return again() if count else report


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


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(), required=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--target-kuberay", metavar="VERSION", help="KubeRay release to judge for.")
def facts(paths: tuple[str, ...], as_json: bool, target_kuberay: str | None) -> None:
    """Print the model that rules see: each fact, its value, and where it comes from."""
    with _misuse():
        import json

        from raypolicy.check import models
        from raypolicy.formats.style import printable
        from raypolicy.sheet import lines, sheet

        _require_existing(paths)
        for model in models(paths, target_kuberay):
            if as_json:
                click.echo(json.dumps(sheet(model), indent=2))
            else:
                for line in lines(model):
                    click.echo(printable(line))


@main.command()
@click.argument("rule")
@click.option("-r", "--rules", multiple=True, type=click.Path(exists=True, path_type=Path))
def explain(rule: str, rules: tuple[Path, ...]) -> None:
    """Say what a rule is about, why, how to mend it, with examples and sources."""
    with _misuse():
        from raypolicy.docs import explanation

        click.echo(explanation(_plan(rule, rules)), nl=False)


@main.command("rules")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("-r", "--rules", "own", multiple=True, type=click.Path(exists=True, path_type=Path))
def list_rules(form: str, own: tuple[Path, ...]) -> None:
    """List the catalogue."""
    with _misuse():
        from raypolicy.docs import catalogue_json, catalogue_table

        plans = _plans(own)
        click.echo(catalogue_json(plans) if form == "json" else catalogue_table(plans), nl=False)


@main.command()
@click.argument("rule", nargs=-1)
def test(rule: tuple[str, ...]) -> None:
    """Run the examples in rule files: those of the catalogue, or of the ids and files named."""
    with _misuse():
        from raypolicy.examples import failures

        plans = [plan for name in rule for plan in _named(name)] if rule else _plans(())
        failed = 0
        for plan in plans:
            for failure in failures(plan):
                failed += 1
                click.echo(f"{plan['file']}:{failure.line}: {failure.message} [{failure.rule}]")
        count = sum(len(plan["examples"]) for plan in plans)
        click.echo(
            f"{_count(len(plans), 'rule')}, {_count(count, 'example')}: {failed} failed", err=True
        )
        sys.exit(1 if failed else 0)


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail if a page is stale.")
def docs(only_check: bool) -> None:
    """Write the generated pages of a checkout."""
    with _misuse():
        from raypolicy.docs import pages

        stale = [path for path, text in pages(_plans(())).items() if not _same(path, text)]
        for path in stale:
            click.echo(f"{'stale' if only_check else 'written'}: {path}")
        if only_check:
            sys.exit(1 if stale else 0)
        for path, text in pages(_plans(())).items():
            path.write_text(text, "utf-8")


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


def _plans(own: tuple[Path, ...]) -> list[dict[str, Any]]:
    from raypolicy.catalogue import prepare_all, shipped

    return [*shipped(prose=True), *prepare_all(own)]


def _named(name: str) -> list[dict[str, Any]]:
    from raypolicy.catalogue import prepare_all

    if os.path.exists(name):
        return prepare_all([Path(name)])
    return [_plan(name, ())]


def _plan(name: str, own: tuple[Path, ...]) -> dict[str, Any]:
    from raypolicy.paths import did_you_mean

    plans = {plan["id"]: plan for plan in _plans(own)}
    if name not in plans:
        raise click.UsageError(f"no rule {name!r}{did_you_mean(name, plans)}")
    return plans[name]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@contextmanager
def _misuse() -> Iterator[None]:
    """Turn what the user got wrong into status 2, and our own mistakes into 70."""
    from raypolicy.errors import UsageError

    try:
        yield
    except (click.ClickException, click.exceptions.Exit, SystemExit):
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except UsageError as error:
        _stop(str(error), MISUSE)
    except (OSError, UnicodeDecodeError) as error:
        _stop(f"error: {error}", MISUSE)
    except Exception:
        import traceback

        traceback.print_exc()
        _stop(f"raypolicy {__version__} failed; please report the lines above", INTERNAL)


def _stop(message: str, status: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(status)
