"""The console script, and `python -m raypolicy`: sets up the interpreter, then runs `cli`."""

from __future__ import annotations

import gc


def main() -> None:
    # What is kept of manifests has no cycles; to look through it for them takes a tenth of a run.
    gc.set_threshold(100_000, 20, 20)
    from raypolicy.cli import main as run

    try:
        run(prog_name="raypolicy")
    finally:
        gc.freeze()  # nor is there any use in a last look when the process ends


if __name__ == "__main__":
    main()
