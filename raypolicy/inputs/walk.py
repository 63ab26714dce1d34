"""Paths that a user named → the files meant, by directory. Not here: their contents (`files`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

SUFFIXES: Final = (".yaml", ".yml", ".json")
ARCHIVES: Final = tuple(
    ".tar .tgz .tbz .tbz2 .txz .tzst .tar.gz .tar.bz2 .tar.xz .tar.zst .zip".split()
)
KUSTOMIZATIONS: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_GIT_ENVIRONMENT: Final = (
    "GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE GIT_PREFIX GIT_OBJECT_DIRECTORY GIT_COMMON_DIR "
    "GIT_LITERAL_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_GLOB_PATHSPECS GIT_ICASE_PATHSPECS"
).split()


class FoundFile(NamedTuple):
    """A file to read; `named` says that the user gave this very path."""

    name: str
    path: str
    named: bool


class NoAccess(NamedTuple):
    """A directory that could not be listed, and why."""

    name: str
    reason: str


def find(
    paths: Iterable[str], exclude: tuple[str, ...] = ()
) -> tuple[dict[str, list[FoundFile]], list[NoAccess]]:
    """The files meant by paths, by directory, sorted; each once.

    A directory in a git work tree holds the files that git knows or would add; elsewhere all YAML
    and JSON files below it, hidden directories left out. Symbolic links are not followed.
    """
    found: dict[str, FoundFile] = {}
    problems: list[NoAccess] = []
    for path in paths:
        if os.path.isdir(path):
            for file in _below(path, problems):
                found.setdefault(os.path.abspath(file.path), file)
        else:
            found[os.path.abspath(path)] = FoundFile(shown(path), path, named=True)
    return grouped(found.values(), exclude), problems


def grouped(
    files: Iterable[FoundFile], exclude: tuple[str, ...] = ()
) -> dict[str, list[FoundFile]]:
    """Files by directory, sorted; those that are excluded left out."""
    left_out = matching(exclude)
    directories: dict[str, list[FoundFile]] = {}
    for file in sorted(files):
        if not left_out(file.name):
            directories.setdefault(file.name.rpartition("/")[0], []).append(file)
    return directories


def could_be_manifest(path: str) -> bool:
    """Whether a file in a directory is one to read, by its name."""
    return path.lower().endswith(SUFFIXES) or path.rpartition("/")[2] == "Kustomization"


def shown(path: str) -> str:
    """A path as people see it: relative to the working directory where it lies below, with `/`."""
    if os.path.isabs(path):
        here = os.getcwd()
        if path.startswith(here + os.sep):
            path = path[len(here) + 1 :]
        elif path.rstrip(os.sep) == here:
            path = "."
    else:
        path = os.path.normpath(path)
    return path.replace(os.sep, "/") if os.sep != "/" else path


def absolute(path: str) -> str:
    """The absolute path of what may be gone. Links to directories are followed, one to a file is
    not.
    """
    if os.path.isdir(path):
        return os.path.realpath(path)
    folder, base = os.path.split(os.path.abspath(path))
    return os.path.normpath(os.path.join(os.path.realpath(folder), base))


def above(path: str) -> Iterator[str]:
    """The directories above an absolute path, the nearest first."""
    while len(path) > 1:
        path = os.path.dirname(path)
        yield path


def matching(globs: Iterable[str]) -> Callable[[str], bool]:
    """Whether one of the globs matches a path as people see it, a directory above it or any part:
    an absolute one from the root on, others anywhere.
    """
    named = tuple(os.path.normpath(glob.removeprefix("**/")) for glob in globs)
    if not named:
        return lambda name: False
    rooted = tuple(glob for glob in named if os.path.isabs(glob))
    bare = tuple(glob for glob in named if glob not in rooted)

    def matches(name: str) -> bool:
        parts = name.split("/")
        ends = range(1, len(parts) + 1)
        texts = ["/".join(parts[start:end]) for end in ends for start in range(end)] if bare else []
        if any(fnmatchcase(text, glob) for glob in bare for text in texts):
            return True
        return bool(rooted) and _rooted(os.path.abspath(name), rooted)

    return matches


def _rooted(path: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(path, glob) or fnmatchcase(path, f"{glob}/*") for glob in globs)


def _below(path: str, problems: list[NoAccess]) -> Iterator[FoundFile]:
    known = _git_files(path) if repository(path) else None
    listed = _scan(path, problems) if known is None else known
    base = shown(path)
    prefix = "" if base == "." else base.rstrip("/") + "/"
    root = "" if path in (".", "") else path.rstrip(os.sep) + os.sep
    linked: dict[str, bool] = {}
    for name in listed:
        directory = os.path.dirname(name)
        if known is not None and directory not in linked:
            linked[directory] = _leaves(path, directory)
        if known is None or not linked[directory]:
            yield FoundFile(prefix + name.replace(os.sep, "/"), root + name, named=False)


def _leaves(path: str, directory: str) -> bool:
    """Whether a directory that git lists has since become a symbolic link, or lies behind one."""
    top = os.path.realpath(path)
    return os.path.realpath(os.path.join(path, directory)) != os.path.normpath(
        os.path.join(top, directory)
    )


def below_repository() -> str:
    """The working directory as seen from the root of its git work tree; empty where it is none."""
    root = repository(".")
    below = os.path.relpath(os.getcwd(), root) if root else "."
    return "" if below == "." else below.replace(os.sep, "/")


def repository(path: str) -> str | None:
    """The root of the git work tree that a directory lies in."""
    here = os.path.abspath(path)
    while not os.path.lexists(os.path.join(here, ".git")):
        parent = os.path.dirname(here)
        if parent == here:
            return None
        here = parent
    return here


def _git_files(path: str) -> list[str] | None:
    """Files below a directory that git knows or would add; None where git can't say."""
    import subprocess

    environment = {k: v for k, v in os.environ.items() if k not in _GIT_ENVIRONMENT}
    # What a repository's own configuration would have git run is not run.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
    command += ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]
    command += [f":(icase,glob)**/*{suffix}" for suffix in SUFFIXES]
    command.append(":(glob)**/Kustomization")
    try:
        listed = subprocess.run(command, cwd=path, env=environment, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return sorted(set(filter(None, os.fsdecode(listed.stdout).split("\0"))))


def _scan(path: str, problems: list[NoAccess]) -> Iterator[str]:
    """Files below a directory that is in no git work tree, by plain listing."""
    stack = [""]
    while stack:
        below = stack.pop()
        try:
            with os.scandir(os.path.join(path, below)) as entries:
                for entry in entries:
                    name = entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if name[0] != ".":
                            stack.append(f"{below}{name}{os.sep}")
                    elif name.lower().endswith(SUFFIXES) or name == "Kustomization":
                        yield below + name
        except OSError as error:
            where = shown(os.path.join(path, below)).rstrip("/")
            problems.append(NoAccess(where, str(error.strerror)))
