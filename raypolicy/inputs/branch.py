"""What lies between a git revision and now: the merge base, and which files were renamed since.

Not here: contents (`revision`). `merge-base` and `diff-index --cached` run nothing that a
repository configures either: git is not asked about the work tree.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from raypolicy.errors import UsageError
from raypolicy.inputs.git import ask_git, peeled, root_and_prefix
from raypolicy.inputs.walk import ARCHIVES, above, absolute, could_be_manifest
from raypolicy.source import INSIDE

OPTION = "--diff-base"
_SHALLOW = "this clone is shallow: `git fetch --unshallow` brings the rest (`fetch-depth: 0` in CI)"


class Branch(NamedTuple):
    """The files at a merge base, and what has become of them.

    Paths are absolute, of files where they are or would be on the disk, below the `root`. `files`
    are those at the base, `now` those of the revision `head` that is compared with it; None is the
    work tree. `moved` gives the new paths of renamed files by their old ones.
    """

    root: str
    base: str
    head: str | None
    files: frozenset[str]
    now: frozenset[str] | None
    moved: dict[str, str]

    def there(self, path: str) -> bool:
        """Whether a file is there now; a template of a chart stands for what it is rendered to."""
        path = path.replace(INSIDE, "/")
        return os.path.lexists(path) if self.now is None else path in self.now

    def read(self, path: str) -> bytes:
        """A file as it is now. Raises OSError or UsageError."""
        if self.head is not None:
            return _blob(self.root, self.head, path, OPTION)
        with open(path, "rb") as file:
            return file.read()

    def paths(self, given: Iterable[str]) -> Iterator[str]:
        """What to audit at the base: what is asked for now as far as it was there, and whatever is
        not there any more, for it may have been moved to what is asked for.
        """
        asked = {absolute(path) for path in given}
        wanted = asked & with_folders(self.files)
        wanted.update(p for p in self.files if could_be_manifest(p) and not self.there(p))
        for path in sorted(wanted):
            if path in self.files and path.lower().endswith(ARCHIVES):
                raise UsageError(f"{OPTION}: an archive in a revision is not opened: {path}")
            if wanted.isdisjoint(above(path)):
                yield os.path.relpath(path)


def branch(rev: str, head: str | None, given: Iterable[str]) -> Branch:
    """What lies between the merge base of `rev` and HEAD and the work tree; with `head`, between
    that of `rev` and `head` and the latter. Raises UsageError where git can't say.
    """
    root, _ = root_and_prefix(OPTION)
    for path in given:
        if not f"{absolute(path)}/".startswith(f"{root}/"):
            raise UsageError(f"{OPTION}: not in the repository: {path}")
    base = _merge_base(rev, head)
    command = ["diff-index", "--cached"] if head is None else ["diff-tree", "-r"]
    options = ["--name-status", "-z", "--no-ext-diff", "--no-textconv", "-l0"]
    between = [base] if head is None else [base, peeled(head, "commit", "--rev")]
    moved = _renames(command, options, between)
    return Branch(
        root,
        base,
        between[1] if head is not None else None,
        frozenset(_files(root, base)),
        None if head is None else frozenset(_files(root, head)),
        {f"{root}/{old}": f"{root}/{new}" for old, new in moved},
    )


def files_at(rev: str) -> set[str]:
    """The absolute paths of a revision's files and directories. Raises UsageError."""
    root, _ = root_and_prefix()
    return with_folders(_files(root, peeled(rev, "tree")))


def reader_at(rev: str) -> Callable[[str], bytes]:
    """What reads a file of a revision by its absolute path, and raises UsageError if it can't."""
    root, _ = root_and_prefix()
    tree = peeled(rev, "tree")
    return lambda path: _blob(root, tree, path, "--rev")


def _blob(root: str, tree: str, path: str, option: str) -> bytes:
    return ask_git("cat-file", "blob", f"{tree}:{path[len(root) + 1 :]}", option=option)


def with_folders(files: Iterable[str]) -> set[str]:
    """Absolute paths, and those of all directories above them."""
    found: set[str] = set()
    for path in files:
        while path not in found:
            found.add(path)
            path = os.path.dirname(path)
    return found


def _merge_base(rev: str, head: str | None) -> str:
    shallow = ask_git("rev-parse", "--is-shallow-repository", option=OPTION).strip() == b"true"
    try:
        one = peeled(rev, "commit", OPTION)
    except UsageError as error:
        raise UsageError(f"{error}; {_SHALLOW}" if shallow else str(error)) from None
    other = peeled("HEAD", "commit", OPTION) if head is None else peeled(head, "commit", "--rev")
    try:
        return ask_git("merge-base", one, other, option=OPTION).decode().split()[0]
    except (UsageError, IndexError):
        here = head or "HEAD"
        why = _SHALLOW if shallow else "their histories have nothing in common"
        raise UsageError(f"{OPTION}: {rev} and {here} have no merge base: {why}") from None


def _renames(
    command: list[str], options: list[str], between: list[str]
) -> Iterator[tuple[str, str]]:
    """Old and new paths of renamed files; of those that are the same only, where this clone lacks
    the contents that git would have to compare.
    """
    try:
        said = ask_git(*command, "-M", *options, *between, option=OPTION)
    except UsageError:
        said = ask_git(*command, "-M100%", *options, *between, option=OPTION)
    fields = iter(os.fsdecode(said).split("\0"))
    for status in fields:
        if status.startswith("R"):
            yield next(fields), next(fields)
        elif status:
            next(fields)


def _files(root: str, rev: str) -> Iterator[str]:
    listed = ask_git("ls-tree", "-r", "-z", "--name-only", "--full-tree", rev, option=OPTION)
    return (f"{root}/{path}" for path in os.fsdecode(listed).split("\0") if path)
