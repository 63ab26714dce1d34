"""Exit statuses, and how what went wrong becomes one. Not here: any command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from raypolicy import __version__
from raypolicy.errors import UsageError
from raypolicy.formats.style import opening

FINDINGS, MISUSE, NOTHING_AUDITED, INTERNAL = 1, 2, 3, 70
INTERRUPTED, BROKEN_PIPE = 130, 141  # as the shell has them for signals


@contextmanager
def statuses() -> Iterator[None]:
    """Turn what the user got wrong into status 2, and our own mistakes into 70."""
    try:
        yield
    except click.ClickException:
        raise
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BROKEN_PIPE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except UsageError as error:
        _stop(str(error), MISUSE)
    except (OSError, UnicodeDecodeError) as error:
        _stop(f"error: {error}", MISUSE)
    except Exception:
        import traceback

        traceback.print_exc()
        _stop(f"raypolicy {__version__} failed; please report the lines above", INTERNAL)


def require_existing(paths: Iterable[str]) -> None:
    """Refuse a path that isn't there; `-` is standard input."""
    for path in paths:
        if path != "-" and not os.path.lexists(path):
            raise UsageError(f"no such file or directory: {path}")


def _stop(message: str, status: int) -> NoReturn:
    for line in message.split("\n"):
        click.echo(opening(line), err=True)
    sys.exit(status)
