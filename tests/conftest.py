"""What several tests share. `UPDATE=1 pytest` rewrites the files that tests compare with."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Agrees = Callable[[Path, str], None]
NAMED_CLUSTER = (
    "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: %s}\nspec:\n  rayVersion: 2.9.0\n"
)
NAMING_RULE = """\
summary: A cluster has a name
severity: error
why: w
given: {cluster: 'clusters[*]'}
when: cluster.name exists
at: cluster.name
message: "{cluster.name}"
fix: {set: cluster.rayVersion, to: "'2.10.0'", safe: true}
examples: []
"""
"""A rule that finds every cluster, by its name, whatever it was read from."""
UNREADABLE_RULE = """\
summary: s
severity: warning
why: w
given: {document: 'documents[*]'}
when: document.defect exists
at: document.defect
message: "{document.defect}"
examples: []
"""
"""A rule that finds every document that cannot be read."""


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
