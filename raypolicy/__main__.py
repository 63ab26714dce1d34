"""The console script, and `python -m raypolicy`: sets up the interpreter, then runs `cli`."""

from __future__ import annotations

import gc


def main() -> None:
    # Manifests become objects without cycles; to look for some takes a third of a large run.
    gc.disable()
    from raypolicy.cli import main as run

    try:
        run(prog_name="raypolicy")
    finally:
        gc.freeze()  # nor is a last look of any use when the process ends


if __name__ == "__main__":
    main()
