"""The console script, and `python -m raypolicy`: sets up the interpreter, then runs `cli`."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    # Manifests become objects without cycles; to look for some takes a third of a large run.
    gc.disable()
    from raypolicy.cli import main as run

    try:
        run(prog_name="raypolicy")
    except SystemExit as end:
        _leave(end.code)


def _leave(status: str | int | None) -> None:
    """End the process without taking everything in it apart, which is of no use to anybody."""
    sys.stdout.flush()
    sys.stderr.flush()
    if isinstance(status, int):
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    main()
