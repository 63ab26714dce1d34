"""What several tests share. `UPDATE=1 pytest` rewrites the files that tests compare with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from samples import Agrees


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
