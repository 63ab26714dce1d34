"""Programs that several integration checks run. Not here: any check."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
_EXPECTED: Final = (ROOT / "fixtures/quickstart/expected.txt").read_text()
COUNTED: Final = _EXPECTED.splitlines()[-2].partition(": ")[2].partition(";")[0]
"""How many errors, warnings and notes the scenario `quickstart` has, as a summary says it."""
COUNT: Final = sum(map(int, re.findall(r"\d+", COUNTED)))


def tool(name: str) -> Path:
    """A program that the extra `integration` installs beside this Python."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        pytest.fail(f"{name} is missing: `make test-integration` installs it")
    return path


def git(folder: Path, *arguments: str) -> str:
    command = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout
