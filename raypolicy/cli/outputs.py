"""Where a report goes, and the words after it. Not here: what formats look like (`formats`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from raypolicy.errors import UsageError
from raypolicy.formats import FORMATS, Style, wants_colour

if TYPE_CHECKING:
    from raypolicy.findings import Report

WITH_PROSE: Final = frozenset({"sarif", "html"})
"""Formats that show why a rule is there, and its sources."""
WITH_FIXES: Final = frozenset({"full", "json", "sarif", "html"})
"""Formats that show a finding's fix."""
_FOR_PEOPLE: Final = ("full", "text", "table")


def outputs_of(formats: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """Formats and the files they go to, None for standard output."""
    found: list[tuple[str, str | None]] = []
    for text in formats:
        name, named, file = text.partition("=")
        if name not in FORMATS:
            from raypolicy.expect import did_you_mean

            raise UsageError(f"no format {name!r}{did_you_mean(name, FORMATS)}")
        if named and not file:
            raise UsageError(f"no file is named after {text}: -f {name}=FILE, or -f {name}")
        found.append((name, file if file not in ("", "-") else None))
    files = [file for _, file in found if file is not None]
    if len(found) - len(files) > 1:
        raise UsageError("only one format can go to standard output; name files: -f FORMAT=FILE")
    meant = [os.path.realpath(file) for file in files]
    for file, path in zip(files, meant, strict=True):
        if meant.count(path) > 1:
            raise UsageError(f"two formats go to {file}: each needs a file of its own")
        if reason := _not_to_be_written(file):
            raise UsageError(f"cannot write {file}: {reason}")
    return found or [("full" if sys.stdout.isatty() else "text", None)]


def _not_to_be_written(file: str) -> str | None:
    """Why a file can't be put in its place, as far as that can be told beforehand."""
    folder = os.path.dirname(os.path.realpath(file))
    if os.path.isdir(file):
        return "it is a directory"
    if os.path.exists(file) and not os.access(file, os.W_OK):
        return "it may not be written"
    if not _plain(file):
        return None
    if not os.path.isdir(folder):
        return f"there is no directory {folder}"
    return None if os.access(folder, os.W_OK) else f"the directory {folder} may not be written"


def _plain(file: str) -> bool:
    """Whether it is, or will be, a file; others, such as a pipe, can't be replaced as a whole."""
    return os.path.isfile(file) or not os.path.exists(file)


def render(report: Report, name: str, file: str | None, given: Mapping[str, Any]) -> None:
    """Write a report in a format, to a file or else to standard output. Raises UsageError."""
    from raypolicy.inputs.walk import below_repository

    below = "" if name in _FOR_PEOPLE else below_repository()
    style = Style(below=below, suppressed=given["show_suppressed"], warn=_warn)
    if file is not None:
        data = FORMATS[name](report, style).encode("utf-8", "backslashreplace")
        try:
            _write(file, data)
        except OSError as error:
            raise UsageError(f"cannot write {file}: {error.strerror}") from None
        return
    terminal = sys.stdout.isatty()
    width = os.get_terminal_size().columns if terminal else None
    colour = wants_colour(given["color"], os.environ, terminal)
    text = FORMATS[name](report, style._replace(colour=colour, width=width))
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace"), nl=False)


def _write(file: str, data: bytes) -> None:
    from raypolicy.whole import put

    if not _plain(file):
        with open(file, "wb") as out:
            out.write(data)
        return
    put(file, data)


def _warn(text: str) -> None:
    click.echo(text, err=True)


def closing_words(report: Report, given: Mapping[str, Any]) -> None:
    """The coverage line, last and on standard error, and what was asked to stand before it."""
    from raypolicy.formats.coverage import (
        coverage_line,
        gone,
        not_read,
        suppressed_findings,
        unknown_places,
    )

    if given["show_unknown"]:
        for line in unknown_places(report):
            click.echo(line, err=True)
    if given["show_suppressed"]:
        for line in suppressed_findings(report):
            click.echo(line, err=True)
    if given["verbose"]:
        for line in (*not_read(report), *gone(report)):
            click.echo(line, err=True)
    if not given["quiet"]:
        click.echo(coverage_line(report), err=True)
