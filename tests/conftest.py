"""What several tests share. `UPDATE=1 pytest` rewrites the files that tests compare with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from samples import Agrees

from raypolicy import catalogue


@pytest.fixture
def agrees() -> Agrees:
    """Asserts that a file holds a text; with UPDATE=1 it is written there instead."""

    def check(path: Path, text: str) -> None:
        if os.environ.get("UPDATE"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            return
        assert path.is_file(), f"{path} is missing; `UPDATE=1 pytest` writes it"
        assert text == path.read_bytes().decode(), f"{path}: `UPDATE=1 pytest` rewrites it"

    return check


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the colours that the user's environment asks for, or on being a hook."""
    for name in ("PRE_COMMIT", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"):
        monkeypatch.delenv(name, raising=False)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Checks that are left out are not imported either: what they need may not be installed."""
    left_out = str(config.option.markexpr).startswith("not integration")
    return True if left_out and collection_path.name == "integration" else None


@pytest.fixture
def plain_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Git without what the user, or a hook that the tests run in, has set; the home it has then."""
    (tmp_path / "home").mkdir()
    settings = {
        "HOME": str(tmp_path / "home"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(tmp_path / "home/gitconfig"),
        **{f"GIT_{who}_NAME": "a" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "a@example.com" for who in ("AUTHOR", "COMMITTER")},
    }
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "home"


@pytest.fixture(autouse=True, scope="session")
def _prepared_rules_are_read_once() -> Iterator[None]:
    """Of each file as it is: to read them takes a sixth of a small check, of which there are many."""

    @cache
    def kept(path: str, *status: int) -> Any:
        return load(path)

    def read(path: str) -> Any:
        try:
            status = os.stat(path)
        except OSError:
            return load(path)
        return kept(path, status.st_ino, status.st_mtime_ns, status.st_size)

    load = catalogue.load
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "load", read)
        yield
