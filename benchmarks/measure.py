"""CPU time of child processes and of calls, as medians of interleaved runs."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import process_time

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


def child(arguments: Sequence[str], stdin: str = os.devnull) -> Callable[[], float]:
    """User and system seconds that a command takes, its output thrown away.

    What it exits with doesn't matter unless it fails of itself: 2 and more, or a signal.
    """

    environment = {**os.environ, "PYTHONPYCACHEPREFIX": CACHE.name}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run() -> float:
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        pid = os.posix_spawnp(arguments[0], arguments, environment, file_actions=actions)
        _, status, usage = os.wait4(pid, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1, 3):
            raise RuntimeError(f"{' '.join(arguments)}: {os.waitstatus_to_exitcode(status)}")
        return usage.ru_utime + usage.ru_stime

    return run


def python(code: str, *arguments: str, stdin: str = os.devnull) -> Callable[[], float]:
    """The same of a piece of Python."""
    return child((sys.executable, "-c", code, *arguments), stdin)


def call(function: Callable[[], object]) -> Callable[[], float]:
    """CPU seconds of a call in this process."""

    def run() -> float:
        start = process_time()
        function()
        return process_time() - start

    return run
