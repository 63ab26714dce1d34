"""Where a report goes, and the words after it. Not here: what formats look like (`formats`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from raypolicy.errors import UsageError

if TYPE_CHECKING:
    from raypolicy.findings import Report

FORMAT_NAMES: Final = ("full", "text", "table", "json", "sarif", "html")
WITH_PROSE: Final = frozenset({"sarif", "html"})
"""Formats that show why a rule is there, and its sources."""


def outputs_of(formats: tuple[str, ...]) -> list[tuple[str, str | None]]:
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


def render(report: Report, name: str, file: str | None, color: str) -> None:
    """Write a report in a format, to a file or else to standard output. Raises UsageError."""
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


def closing_words(report: Report, given: Mapping[str, Any]) -> None:
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
