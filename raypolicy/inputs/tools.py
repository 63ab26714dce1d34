"""Runs renderers that are installed here, within limits. Not here: what is rendered."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final, NamedTuple

SECONDS: Final = 30.0
MOST_BYTES: Final = 64 * 1024 * 1024
_MOST_WORDS: Final = 4000
_LINGER: Final = 5.0
_MOST_MEMORY: Final = 4 * 1024 * 1024 * 1024
"""Address space: renderers in Go reserve over one gigabyte before they do anything."""
_NOWHERE: Final = "http://127.0.0.1:9"
"""A proxy that nobody is: what asks for the network gets an answer at once."""
_KEPT: Final = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LANG")


class ToolError(Exception):
    """A tool failed, hung or said too much; the message is fit for people."""


class Limits(NamedTuple):
    """What a tool may take: seconds of time, bytes of output."""

    seconds: float = SECONDS
    output: int = MOST_BYTES


LIMITS: Final = Limits()


def find_tool(*names: str) -> str | None:
    """The path of the first of these programs that is installed."""
    return next(filter(None, map(shutil.which, names)), None)


def run_tool(command: Sequence[str], folder: str, limits: Limits = LIMITS) -> bytes:
    """What a program prints, run in a folder, with that folder for its home and without network,
    as far as proxies and git can keep it from one.

    Raises ToolError where it fails, takes too long or prints too much.
    """
    name = os.path.basename(command[0])
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(f"{name} could not be run: {error.strerror}") from None
    _limit_memory(process.pid)
    assert process.stdout is not None and process.stderr is not None
    printed = _Reader(process.stdout, limits.output)
    said = _Reader(process.stderr, _MOST_WORDS)
    printed.start(process)
    said.start(None)
    try:
        process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        raise ToolError(f"{name} took longer than {limits.seconds:g} s") from None
    finally:
        _end(process)
        printed.join()
        said.join()
    if printed.full:
        raise ToolError(f"{name} printed more than {limits.output // 1024 // 1024} MB")
    if process.returncode:
        words = said.data.decode("utf-8", "replace").strip()
        raise ToolError(words.removeprefix("Error: ") or f"{name} ended with {process.returncode}")
    return printed.data


def _limit_memory(pid: int) -> None:
    """What a template may make a renderer take, where the system lets it be limited."""
    try:
        import resource

        resource.prlimit(pid, resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    except (ImportError, AttributeError, OSError, ValueError):
        return


def _environment(folder: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    proxies = {f"{scheme}_proxy": _NOWHERE for scheme in ("http", "https", "all")}
    proxies |= {name.upper(): value for name, value in proxies.items()}
    return {
        **kept,
        **proxies,
        "HOME": folder,
        "HELM_CACHE_HOME": folder,
        "HELM_CONFIG_HOME": folder,
        "HELM_DATA_HOME": folder,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "",
        "NO_PROXY": "",
        "no_proxy": "",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a program and all that it has started."""
    import signal

    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


class _Reader:
    """Reads a pipe in a thread of its own; beyond a limit what follows is thrown away."""

    def __init__(self, pipe: IO[bytes], most: int) -> None:
        self._pipe = pipe
        self._most = most
        self._pieces: list[bytes] = []
        self._process: subprocess.Popen[bytes] | None = None
        self.full = False
        self._thread = threading.Thread(target=self._read, daemon=True)

    def start(self, process: subprocess.Popen[bytes] | None) -> None:
        """Begin; a process that is given ends where it says more than the limit."""
        self._process = process
        self._thread.start()

    def join(self) -> None:
        """Wait for the end; not for what has left the program's group with the pipe in its hand."""
        self._thread.join(_LINGER)

    @property
    def data(self) -> bytes:
        return b"".join(self._pieces)

    def _read(self) -> None:
        with self._pipe:
            self._read_all()

    def _read_all(self) -> None:
        left = self._most
        while piece := os.read(self._pipe.fileno(), 1 << 16):
            if len(piece) > left:
                self.full = True
                if self._process is not None:
                    _end(self._process)
                    return
            self._pieces.append(piece[:left])
            left -= min(left, len(piece))
