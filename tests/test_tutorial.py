"""Every command of the tutorial is run in its order, and answers what the page says.

`UPDATE=1 pytest` rewrites the answers. Not here: other pages (`test_docs`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/tutorial.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`([\w./-]+\.yaml)`")


def answers(script: str, folder: Path, environ: dict[str, str]) -> str:
    """The commands of a block, each followed by what it prints."""
    told = []
    for command in script.splitlines():
        if command.startswith("$ "):
            done = subprocess.run(
                ["bash", "-c", command[2:]],
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            told += [command, *done.stdout.splitlines()]
    return "".join(f"{line}\n" for line in told)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
def test_the_tutorial_is_true(tmp_path: Path) -> None:
    """A block of YAML becomes the file that was named last; one of commands is run."""
    program = tmp_path / "bin/raypolicy"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m raypolicy "$@"\n')
    program.chmod(0o755)
    here = tmp_path / "here"
    here.mkdir()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))),
        "GIT_CONFIG_GLOBAL": os.devnull,
        **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "n"),
        **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "n@example.org"),
    }
    text = PAGE.read_text("utf-8")
    parts: list[str] = []
    done = 0
    for fence in FENCE.finditer(text):
        language, body = fence[1], fence[2]
        if language == "yaml":
            name = FILE.findall(text[: fence.start()])[-1]
            (here / name).parent.mkdir(parents=True, exist_ok=True)
            (here / name).write_text(body)
        else:
            assert language == "console"
            body = answers(body, here, environ)
        parts += (text[done : fence.start()], f"```{language}\n{body}```\n")
        done = fence.end()
    told = "".join((*parts, text[done:]))
    if os.environ.get("UPDATE"):
        PAGE.write_text(told, "utf-8")
    assert told == text, "`UPDATE=1 pytest tests/test_tutorial.py` rewrites the answers"
