"""Asks git for names and contents. Not here: which (`revision`).

`rev-parse`, `ls-tree`, `rev-list` and `cat-file` run nothing that a repository configures (hooks,
filters, text conversion), and are kept from fetching.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from raypolicy.errors import UsageError

MISSING: Final = "missing from this clone"
MOST_BYTES: Final = 256 * 1024 * 1024
_AHEAD: Final = 16
"""Blobs asked for at once: what is written for them always fits into a pipe, so nobody waits for
the other to read first."""
_PIECE: Final = 1 << 20
_ENVIRONMENT: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",  # where git is too old to know the former
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


def ask_git(*arguments: str, option: str = "--rev") -> bytes:
    """What git answers. Raises UsageError, in the name of an option, where it has none."""
    try:
        done = subprocess.run(_command(arguments), env=_environment(), capture_output=True)
    except OSError as error:
        raise UsageError(f"{option} needs git, which could not be run: {error.strerror}") from None
    if done.returncode == 0:
        return done.stdout
    words = done.stderr.decode("utf-8", "replace").strip()
    if "dubious ownership" in words:
        said = re.search(r"git config --global --add safe\.directory .*", words)
        advice = f"; if you trust it: {said[0]}" if said else ""
        raise UsageError(f"{option}: git does not read a repository of another user{advice}")
    if "not a git repository" in words:
        raise UsageError(f"{option}: not in a git repository: {os.getcwd()}")
    raise UsageError(f"{option}: {words or 'git failed'}")


def root_and_prefix(option: str = "--rev") -> tuple[str, str]:
    """Where the tree of a revision would lie on the disk, and the working directory in it: empty,
    or ending with `/`.
    """
    shown = ask_git("rev-parse", "--show-prefix", option=option).removesuffix(b"\n")
    prefix = os.fsdecode(shown)
    root = os.path.normpath(os.path.join(os.getcwd(), "../" * prefix.count("/")))
    return root.rstrip("/"), prefix


def object_of(rev: str, option: str = "--rev") -> str:
    """The object name of a revision."""
    if rev.startswith("-") or "\0" in rev or "\n" in rev:
        raise UsageError(f"{option}: not a revision: {rev!r}")
    try:
        named = ask_git("rev-parse", "--verify", "--quiet", rev, option=option).decode().strip()
    except UsageError:
        named = ""
    if not re.fullmatch("[0-9a-f]{40,64}", named):
        raise UsageError(f"{option}: no such revision here: {rev}")
    return named


def peeled(rev: str, kind: str, option: str = "--rev") -> str:
    """The object name of a revision's `tree` or `commit`."""
    named = f"{object_of(rev, option)}^{{{kind}}}"
    try:
        return ask_git("rev-parse", "--verify", "--quiet", named, option=option).decode().strip()
    except UsageError:
        wanted = "neither a commit nor a tree" if kind == "tree" else "not a commit"
        raise UsageError(f"{option}: {wanted}, or not here: {rev}") from None


def _command(arguments: Iterable[str]) -> list[str]:
    return ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments]


def _environment() -> dict[str, str]:
    """Git's own variables stay: a hook tells with them which repository, which objects it means."""
    return {**os.environ, **_ENVIRONMENT}


class Blobs:
    """Contents by object name, from one `cat-file` that is started when the first is asked for.

    While blobs are read in the order that was foreseen, several are asked for at once.
    """

    def __init__(self, tree: str, order: list[str]) -> None:
        self._tree = tree
        self._order = order
        self._place = {oid: place for place, oid in enumerate(order)}
        self._next = 0
        self._asked: deque[str] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._missing: set[str] | None = None

    def read(self, oid: str) -> bytes | str:
        """The content of a blob, or why there is none."""
        if self._missing is not None and oid in self._missing:
            return MISSING
        while self._asked and self._asked[0] != oid:
            self._asked.popleft()
            self._answer(keep=False)
        if not self._asked:
            self._ask(oid)
        self._asked.popleft()
        self._next += 1
        answer = self._answer(keep=True)
        if answer is not None:
            return answer
        # Git has ended: versions that can't be told not to fetch do where a blob is missing.
        self.close()
        if self._missing is None:
            self._missing = self._find_missing()
            return self.read(oid)
        return "git could not read it"

    def close(self) -> None:
        """End git."""
        process, self._process = self._process, None
        self._asked.clear()
        if process is not None:
            process.kill()
            with suppress(BrokenPipeError):
                process.communicate()

    def _ask(self, oid: str) -> None:
        asked = [oid]
        if self._order[self._next : self._next + 1] == asked:
            asked = self._order[self._next : self._next + _AHEAD]
            if self._missing:
                asked = [each for each in asked if each not in self._missing]
        else:
            self._next = self._place.get(oid, len(self._order))
        self._asked.extend(asked)
        if self._process is None:
            self._process = subprocess.Popen(
                _command(("cat-file", "--batch")),
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=1 << 16,
            )
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # then there is no answer either
            self._process.stdin.write("".join(f"{each}\n" for each in asked).encode())
            self._process.stdin.flush()

    def _answer(self, *, keep: bool) -> bytes | str | None:
        """The next answer; None where git has ended."""
        if self._process is None or self._process.stdout is None:
            return None
        out = self._process.stdout
        head = out.readline().split()
        if len(head) < 2:
            return None
        if len(head) == 2:
            return MISSING
        size = int(head[2])
        if keep and size <= MOST_BYTES:
            data = out.read(size)
            return data if len(data) == size and out.read(1) == b"\n" else None
        left = size + 1
        while left and (piece := out.read(min(left, _PIECE))):
            left -= len(piece)
        return None if left else f"larger than {MOST_BYTES // 1024 // 1024} MB"

    def _find_missing(self) -> set[str]:
        """Names of the objects that a partial clone lacks."""
        arguments = ("rev-list", "--objects", "--missing=print", "--no-object-names", self._tree)
        try:
            listed = ask_git(*arguments).decode()
        except UsageError:
            return set()
        return {line[1:] for line in listed.splitlines() if line.startswith("?")}
