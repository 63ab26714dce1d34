"""The files of a git revision, work tree and index left alone. Not here: walking a disk (`walk`).

Git is asked with `rev-parse`, `ls-tree` and `cat-file` only, none of which runs what a repository
configures (hooks, filters, text conversion); nothing is fetched.
"""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from raypolicy.errors import UsageError
from raypolicy.inputs.files import CannotRead, RawFile
from raypolicy.inputs.trees import Found, Tree, paths_below
from raypolicy.inputs.walk import FoundFile, could_be_manifest, grouped

MOST_BYTES: Final = 256 * 1024 * 1024
_AHEAD: Final = 16
"""Blobs asked for at once: what is written for them always fits into a pipe, so nobody waits for
the other to read first."""
_PIECE: Final = 1 << 20
_LINK, _MODULE = "120000", "160000"
_LFS: Final = b"version https://git-lfs.github.com/spec/"
_ENVIRONMENT: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",  # where git is too old to know the former
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


class _Entry(NamedTuple):
    mode: str
    oid: str


def find_at(rev: str, paths: Iterable[str], exclude: tuple[str, ...] = ()) -> Found:
    """The files that paths mean in a revision, named as seen from the working directory.

    Paths in the tree are those from the root of the repository. Raises UsageError where there is
    no such revision or path, or git can't say.
    """
    prefix = os.fsdecode(_git("rev-parse", "--show-prefix").removesuffix(b"\n"))
    tree = _tree_of(rev)
    entries = dict(_listed(_git("ls-tree", "-r", "-z", "--full-tree", tree)))
    directories = _directories(entries)
    found: dict[str, FoundFile] = {}
    below = paths_below(sorted(entries))
    for given in paths:
        path = _in_tree(given, prefix)
        if path in directories:
            for each in below(path):
                if could_be_manifest(each) or entries[each].mode == _MODULE:
                    found.setdefault(each, FoundFile(_shown(each, prefix), each, named=False))
        elif path in entries:
            found[path] = FoundFile(_shown(path, prefix), path, named=True)
        else:
            raise UsageError(f"no such file or directory in {rev}: {given}")
    by_directory = grouped(found.values(), exclude)
    order = [entries[file.path] for files in by_directory.values() for file in files]
    blobs = _Blobs(tree, [entry.oid for entry in order if entry.mode not in (_LINK, _MODULE)])

    def read(path: str) -> RawFile | CannotRead | None:
        entry = entries.get(path)
        return None if entry is None else _read(_shown(path, prefix), entry, blobs.read)

    whole = Tree(read, directories.__contains__, lambda path: True, below)
    return Found(by_directory, [], whole, blobs.close)


def _read(name: str, entry: _Entry, blob: Callable[[str], bytes | str]) -> RawFile | CannotRead:
    if entry.mode == _LINK:
        return CannotRead(name, "symbolic link", harmless=True)
    if entry.mode == _MODULE:
        return CannotRead(name, "submodule", harmless=True)
    data = blob(entry.oid)
    if isinstance(data, str):
        return CannotRead(name, data)
    if data.startswith(_LFS) and len(data) < 1024:
        return CannotRead(name, "git LFS pointer", harmless=True)
    return RawFile(name, None, data)


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(_command(arguments), env=_environment(), capture_output=True)
    except OSError as error:
        raise UsageError(f"--rev needs git, which could not be run: {error.strerror}") from None
    if done.returncode == 0:
        return done.stdout
    words = done.stderr.decode("utf-8", "replace").strip()
    if "dubious ownership" in words:
        said = re.search(r"git config --global --add safe\.directory .*", words)
        advice = f"; if you trust it: {said[0]}" if said else ""
        raise UsageError(f"--rev: git does not read a repository of another user{advice}")
    if "not a git repository" in words:
        raise UsageError(f"--rev: not in a git repository: {os.getcwd()}")
    raise UsageError(f"--rev: {words or 'git failed'}")


def _command(arguments: Iterable[str]) -> list[str]:
    return ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments]


def _environment() -> dict[str, str]:
    """Git's own variables stay: a hook tells with them which repository, which objects it means."""
    return {**os.environ, **_ENVIRONMENT}


def _tree_of(rev: str) -> str:
    """The object name of a revision's tree."""
    if rev.startswith("-") or "\0" in rev or "\n" in rev:
        raise UsageError(f"--rev: not a revision: {rev!r}")
    try:
        named = _git("rev-parse", "--verify", "--quiet", rev).decode().strip()
    except UsageError:
        named = ""
    if not re.fullmatch("[0-9a-f]{40,64}", named):
        raise UsageError(f"--rev: no such revision here: {rev}")
    try:
        return _git("rev-parse", "--verify", "--quiet", f"{named}^{{tree}}").decode().strip()
    except UsageError:
        raise UsageError(f"--rev: neither a commit nor a tree, or not here: {rev}") from None


def _listed(listing: bytes) -> Iterator[tuple[str, _Entry]]:
    for line in os.fsdecode(listing).split("\0"):
        head, _, path = line.partition("\t")
        if path:
            mode, _, oid = head.split(" ")
            yield path, _Entry(mode, oid)


def _directories(paths: Iterable[str]) -> set[str]:
    found = {""}
    for path in paths:
        while (path := path.rpartition("/")[0]) not in found:
            found.add(path)
    return found


def _in_tree(given: str, prefix: str) -> str:
    """A path as the user gives it → as it is from the root of the repository."""
    here = os.getcwd()
    root = os.path.normpath(os.path.join(here, "../" * prefix.count("/")))
    path = os.path.relpath(os.path.join(here, given), root).replace(os.sep, "/")
    if path.startswith("../") and os.path.isabs(given):  # behind a symbolic link, maybe
        path = os.path.relpath(os.path.realpath(given), root).replace(os.sep, "/")
    if path == ".." or path.startswith("../"):
        raise UsageError(f"--rev: not in the repository: {given}")
    return "" if path == "." else path


def _shown(path: str, prefix: str) -> str:
    if path.startswith(prefix):
        return path[len(prefix) :]
    return posixpath.relpath(f"/{path}", f"/{prefix}")


class _Blobs:
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
            return "missing from this clone"
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
            return "missing from this clone"
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
            listed = _git(*arguments).decode()
        except UsageError:
            return set()
        return {line[1:] for line in listed.splitlines() if line.startswith("?")}
