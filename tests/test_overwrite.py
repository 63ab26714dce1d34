"""What is not overwritten, and how it is said. Not here: bytes and encodings (`test_fix`)."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from raypolicy.overwrite import NotWrittenError, overwrite
from raypolicy.source import SourceFile

NOBODY = 65534
OLD, NEW = "a: 1\n", "a: 2\n"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A directory that every user may enter."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o777)
    yield path
    path.chmod(0o777)
    shutil.rmtree(path)


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Root may do anything: for it the test runs as nobody."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    yield
    if root:
        os.seteuid(0)


def source_in(folder: Path) -> SourceFile:
    path = folder / "x.yaml"
    path.write_text(OLD)
    return SourceFile("x.yaml", OLD, path=str(path))


def linked(path: Path) -> None:
    path.rename(path.with_name("real.yaml"))
    path.symlink_to("real.yaml")


def looped(path: Path) -> None:
    path.unlink()
    path.symlink_to("x.yaml")


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def hard_linked(path: Path) -> None:
    os.link(path, path.with_name("other.yaml"))


OBSTACLES: dict[str, tuple[Callable[[Path], object], str]] = {
    "symbolic link": (linked, "it is a symbolic link, left as it is"),
    "link to itself": (looped, "it is a symbolic link, left as it is"),
    "pipe": (piped, "it is no plain file, left as it is"),
    "directory": (replaced_by_a_folder, "it is no plain file, left as it is"),
    "hard link": (hard_linked, "it is a hard link, one file under several names, left as it is"),
    "read-only": (lambda path: path.chmod(0o444), "it is read-only, left as it is"),
    "gone": (Path.unlink, "No such file or directory, left as it is"),
    "changed": (lambda path: path.write_text("a: 3\n"), "it has changed since it was read"),
    "longer": (lambda path: path.write_text(f"{OLD}b: 1\n"), "it has changed since it was read"),
    "other bytes": (lambda path: path.write_bytes(b"a: \xff\n"), "it has changed since it was"),
}


@pytest.mark.parametrize(("change", "message"), OBSTACLES.values(), ids=OBSTACLES)
def test_left_as_it_is(folder: Path, change: Callable[[Path], object], message: str) -> None:
    source = source_in(folder)
    change(folder / "x.yaml")
    before = {path.name: path.lstat() for path in folder.iterdir()}
    texts = {path.name: path.read_bytes() for path in folder.iterdir() if path.exists() and path.is_file()}  # fmt: skip
    with pytest.raises(NotWrittenError, match=f"^x.yaml: {message}"):
        overwrite(source, NEW)
    after = {path.name: path.lstat() for path in folder.iterdir()}
    assert {n: (s.st_ino, s.st_mtime_ns) for n, s in before.items()} == {
        n: (s.st_ino, s.st_mtime_ns) for n, s in after.items()
    }
    assert all((folder / name).read_bytes() == data for name, data in texts.items())


@pytest.mark.usefixtures("ordinary_user")
def test_directory_without_leave_to_write(folder: Path) -> None:
    source = source_in(folder)
    os.chmod(folder, 0o555) if os.geteuid() != NOBODY else _as_root(folder, 0o555)
    with pytest.raises(NotWrittenError, match=r"^x.yaml: Permission denied, left as it is"):
        overwrite(source, NEW)
    assert (folder / "x.yaml").read_text() == OLD
    assert [path.name for path in folder.iterdir()] == ["x.yaml"]


def _as_root(folder: Path, mode: int) -> None:
    os.seteuid(0)
    folder.chmod(mode)
    os.seteuid(NOBODY)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_owner_stays_or_the_file_does(folder: Path) -> None:
    source = source_in(folder)
    path = folder / "x.yaml"
    os.chown(path, 1234, 2345)
    path.chmod(0o666)
    overwrite(source, NEW)
    status = path.stat()
    assert (status.st_uid, status.st_gid) == (1234, 2345)
    assert stat.S_IMODE(status.st_mode) == 0o666
    assert path.read_text() == NEW
    os.seteuid(NOBODY)
    try:
        with pytest.raises(NotWrittenError, match=r"^x.yaml: Operation not permitted, left as it"):
            overwrite(SourceFile("x.yaml", NEW, path=str(path)), OLD)
    finally:
        os.seteuid(0)
    assert path.read_text() == NEW
    assert [path.name for path in folder.iterdir()] == ["x.yaml"]


def test_changed_while_it_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_in(folder)
    sync = os.fsync

    def slow(handle: int) -> None:
        (folder / "x.yaml").write_text("a: 11\n")
        sync(handle)

    monkeypatch.setattr(os, "fsync", slow)
    with pytest.raises(NotWrittenError, match="it has changed since it was read"):
        overwrite(source, NEW)
    assert (folder / "x.yaml").read_text() == "a: 11\n"
    assert [path.name for path in folder.iterdir()] == ["x.yaml"]


def test_interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_in(folder)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        overwrite(source, NEW)
    assert (folder / "x.yaml").read_text() == OLD
    assert [path.name for path in folder.iterdir()] == ["x.yaml"]


def test_a_name_that_leaves_no_room(folder: Path) -> None:
    path = folder / f"{'x' * 250}.yaml"
    path.write_text(OLD)
    overwrite(SourceFile("long", OLD, path=str(path)), NEW)
    assert path.read_text() == NEW


def test_a_file_that_is_read_by_others_is_whole(folder: Path) -> None:
    """Whoever has it open goes on reading the old text: it is another file that takes its place."""
    source = source_in(folder)
    with open(folder / "x.yaml") as reader:
        overwrite(source, NEW)
        assert reader.read() == OLD
    assert (folder / "x.yaml").read_text() == NEW
