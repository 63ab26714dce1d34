"""CPU time of child processes and of calls, as medians of interleaved runs."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from statistics import median
from time import process_time
from typing import Any

CACHE = tempfile.TemporaryDirectory(prefix="raypolicy-pyc-")
"""Where children keep compiled modules, so that they have them as installed packages do."""


def interleaved(measures: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each measure; every round takes all of them once, so that noise hits all.

    A first run is thrown away: it compiles modules and fills the page cache.
    """
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for measure in measures.values():
        measure()
    for _ in range(rounds):
        for name, measure in measures.items():
            taken[name].append(measure())
    return {name: median(values) for name, values in taken.items()}


class Child:
    """A command whose output is thrown away; calling it takes its user and system seconds."""

    def __init__(self, *arguments: str, stdin: str = os.devnull) -> None:
        self.arguments = arguments
        self.stdin = stdin

    def __call__(self) -> float:
        return self.seconds(*os.wait4(self.start(), 0)[1:])

    def start(self) -> int:
        """Its process, which the caller waits for."""
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": CACHE.name}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, self.stdin, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        return os.posix_spawnp(self.arguments[0], self.arguments, environment, file_actions=actions)

    def seconds(self, status: int, usage: Any) -> float:
        """Its CPU time; 1 and 3 are verdicts of ours, any other status but 0 is a failure."""
        code = os.waitstatus_to_exitcode(status)
        if code not in (0, 1, 3):
            raise RuntimeError(f"{' '.join(self.arguments)}: exit status {code}")
        return float(usage.ru_utime + usage.ru_stime)


def beside(long: Child, short: Mapping[str, Callable[[], float]]) -> tuple[float, dict[str, float]]:
    """A long command, and medians of short measures that are taken while it runs.

    A busy machine slows them alike, which it would not if one came after the other.
    """
    taken: dict[str, list[float]] = {name: [] for name in short}
    process = long.start()
    while True:
        for name, measure in short.items():
            taken[name].append(measure())
        done, status, usage = os.wait4(process, os.WNOHANG)
        if done:
            return long.seconds(status, usage), {name: median(v) for name, v in taken.items()}


def python(code: str, *arguments: str, stdin: str = os.devnull) -> Child:
    """A piece of Python as a command."""
    return Child(sys.executable, "-c", code, *arguments, stdin=stdin)


def call(function: Callable[[], object]) -> Callable[[], float]:
    """CPU seconds of a call in this process."""

    def run() -> float:
        start = process_time()
        function()
        return process_time() - start

    return run
