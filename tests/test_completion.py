"""What shells complete, asked in the shells' own way. Not here: click's scripts for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from raypolicy.cli import main

PROGRAM = Path(sys.executable).with_name("raypolicy")


def offered(*words: str) -> list[str]:
    """What is offered for the last word, as the script of fish asks for it."""
    environ = {
        "_RAYPOLICY_COMPLETE": "fish_complete",
        "COMP_WORDS": " ".join(("raypolicy", *words)),
        "COMP_CWORD": words[-1],
    }
    answer = CliRunner().invoke(main, env=environ, prog_name="raypolicy").stdout
    return [line.partition(",")[2].partition("\t")[0] for line in answer.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("che",), "check"),
        (("explain", "worker-python"), "worker-python-mismatch"),
        (("test", "moving"), "moving-tag"),
        (("check", "--select", "moving"), "moving-tag"),
        (("check", "--select", "images,moving"), "images,moving-tag"),
        (("check", "--ignore", "kust"), "kustomize"),
        (("check", "-f", "sa"), "sarif"),
        (("check", "--fail-on", "w"), "warning"),
        (("completion", "f"), "fish"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_words(words: tuple[str, ...], expected: str) -> None:
    assert expected in offered(*words)
    assert all(word.startswith(words[-1]) for word in offered(*words))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_this_program(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell], prog_name="raypolicy")
    assert result.exit_code == 0
    assert f"_RAYPOLICY_COMPLETE={shell}_complete" in result.stdout


@pytest.mark.parametrize(("given", "status"), [("/usr/bin/zsh", 0), ("/bin/csh", 2), ("", 2)])
def test_the_shell_in_use_is_taken_if_none_is_named(given: str, status: int) -> None:
    result = CliRunner().invoke(main, ["completion"], env={"SHELL": given})
    assert result.exit_code == status
    assert ("zsh_complete" in result.stdout) == (status == 0)
    assert ("bash | zsh | fish" in result.stderr) == (status == 2)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
@pytest.mark.skipif(not PROGRAM.exists(), reason="the console script is not installed")
def test_in_bash_itself(tmp_path: Path) -> None:
    program = (
        'eval "$(raypolicy completion bash)"\n'
        "COMP_WORDS=(raypolicy explain worker-python)\nCOMP_CWORD=2\n"
        "_raypolicy_completion raypolicy\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    environ = {**os.environ, "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", program], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["worker-python-mismatch"], done.stderr
