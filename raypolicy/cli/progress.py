"""Progress of long work, on a terminal only. Not here: any work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import click

from raypolicy.formats.style import count


class Progress:
    """Says how many files were read, from half a second on; wiped at the end."""

    def __init__(self) -> None:
        self._shown = False
        self._next = time.monotonic() + 0.5

    def __enter__(self) -> Callable[[int], None] | None:
        return self._say if sys.stderr.isatty() else None

    def _say(self, files: int) -> None:
        if time.monotonic() >= self._next:
            self._next += 0.2
            self._shown = True
            click.echo(f"\r{count(files, 'file')} …", err=True, nl=False)

    def __exit__(self, *error: object) -> None:
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
