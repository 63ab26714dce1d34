"""Options that hide what was known before, and `--write-baseline`. Not here: how (`compared`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from raypolicy.errors import UsageError
from raypolicy.formats.style import count, opening

if TYPE_CHECKING:
    from raypolicy.config import Options

NAMES: Final = ("baseline", "diff_base")
_OPTIONS: Final = (
    click.option(
        "--baseline", type=click.Path(), metavar="FILE", help="Hide the findings that FILE lists."
    ),
    click.option(
        "--write-baseline",
        type=click.Path(),
        metavar="FILE",
        help="List what is found now in FILE, and exit with 0.",
    ),
    click.option(
        "--diff-base",
        metavar="REV",
        help="Show only what came since this branch left REV, such as origin/main.",
    ),
)


def of_comparing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


def write(paths: tuple[str, ...], options: Options, given: Mapping[str, Any], today: str) -> None:
    """Write a baseline and say what is in it. Raises UsageError."""
    from raypolicy.cli.outputs import closing_words
    from raypolicy.cli.progress import Progress
    from raypolicy.run import write_baseline

    for other in ("fix", "diff", "diff_base", "formats"):
        if given[other]:
            name = "--format" if other == "formats" else f"--{other.replace('_', '-')}"
            raise UsageError(f"--write-baseline only lists what is found: not with {name}")
    if "-" in paths:
        raise UsageError("--write-baseline lists findings in files: not with standard input")
    file = given["write_baseline"]
    with Progress() as progress:
        written = write_baseline(file, paths, options, today=today, progress=progress)
    if given["quiet"]:
        return
    words = f"{opening(file)}: {count(written.entries, 'finding')} listed"
    if written.kept:
        words += f", {written.kept} of them kept: this run did not look there"
    click.echo(words, err=True)
    closing_words(written.report, given)
