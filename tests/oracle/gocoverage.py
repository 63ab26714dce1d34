"""How often each error of the operator's validation was returned, and how often its condition was
asked and did not hold, by Go's own coverage counters. Not here: CRDs (`constraints`).

The oracle is built with `GOFLAGS="-cover -covermode=atomic -coverpkg=raypolicy.dev/oracle,PACKAGE"`
(without its main package nothing is written); each run leaves its counters in the folder that
GOCOVERDIR names.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

PACKAGE: Final = "github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
_FILE: Final = "validation.go"
_ERROR: Final = re.compile(r"\b(fmt\.Errorf|fmt\.Sprintf|errstd\.New|errors\.New)\(")
_BLOCK: Final = re.compile(r"(\S+):(\d+)\.(\d+),(\d+)\.(\d+) \d+ (\d+)")


class Block(NamedTuple):
    """A stretch of code without branches, from (line, column) to another, and how often it ran."""

    start: tuple[int, int]
    end: tuple[int, int]
    count: int


class Site(NamedTuple):
    """A place that makes an error, as its source line has it."""

    line: int
    source: str
    refused: int
    accepted: int


def blocks(folder: Path) -> list[Block]:
    """The blocks of the validation, counted over all runs that left counters in a folder."""
    profile = folder / "profile.txt"
    command = ["go", "tool", "covdata", "textfmt", f"-i={folder}", f"-o={profile}"]
    subprocess.run(command, check=True, capture_output=True)
    found = []
    for line in profile.read_text().splitlines():
        match = _BLOCK.fullmatch(line)
        if match and match[1].endswith(f"/{_FILE}"):
            a, b, c, d, count = map(int, match.groups()[1:])
            found.append(Block((a, b), (c, d), count))
    return found


def sites(folder: Path, source: Path) -> Iterator[Site]:
    """Every error that the validation can make. A condition lies in the block that ends where that
    of the error begins; where a `case` leads to an error there is none, and the error's function
    having come so far is all that is asked.
    """
    every = blocks(folder)
    ending = {block.end: block for block in every}
    lines = source.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        if _ERROR.search(line):
            within = [b for b in every if b.start <= (number, 10**6) and (number, 0) <= b.end]
            block = max(within, key=lambda b: b.start, default=Block((0, 0), (0, 0), 0))
            refused, before = block.count, ending.get(block.start)
            if before is not None and "range errs" in lines[before.end[0] - 1]:
                block, before = before, ending.get(before.start)  # one error of several texts
            accepted = refused if before is None else before.count - block.count
            yield Site(number, line.strip(), refused, accepted)
