"""Measures raypolicy's speed as ratios of CPU time and holds them against bars.

python benchmarks/run.py [--quick] [--only NAME]… [--checkov PATH]

Every number is user and system CPU time, of child processes as wait4 reports it. What is compared
runs in turns or, where it takes long, side by side, again and again; the median ratio counts. The
input is synthetic and the same on every run. Exits with 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bars import BARS, Setting, checkov


def main() -> int:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the size, fewer rounds")
    parser.add_argument("--only", action="append", choices=BARS, help="this bar; repeatable")
    parser.add_argument("--checkov", metavar="PATH", help="default: the one on PATH")
    given = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="raypolicy-bench-") as directory:
        setting = Setting(Path(directory), given.quick, checkov(given.checkov))
        for name in given.only or BARS:
            for bar in BARS[name](setting):
                print(bar, flush=True)
                missed += not bar.held
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
