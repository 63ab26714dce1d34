"""Renderers are run within limits: of time, of output, of memory, of what they see."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from raypolicy.inputs import tools
from raypolicy.inputs.tools import LIMITS, Limits, ToolError, find_tool, run_tool

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the programs are scripts")


def program(folder: Path, text: str, name: str = "tool") -> str:
    """A program in Python, in a folder of its own."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable} -SE\n{text}\n")
    path.chmod(0o755)
    return str(path)


def failure(folder: Path, text: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(ToolError) as caught:
        run_tool([program(folder, text)], str(folder), limits)
    return str(caught.value)


def test_what_it_prints(tmp_path: Path) -> None:
    tool = program(tmp_path, "import sys; print(sys.argv[1:], sys.stdin.read())")
    assert run_tool([tool, "a", "-b"], str(tmp_path)) == b"['a', '-b'] \n"


def test_more_than_a_pipe_holds_on_both_sides(tmp_path: Path) -> None:
    tool = program(tmp_path, "import sys\nfor _ in range(100): sys.stderr.write('e' * 9999); sys.stdout.write('o' * 9999)")  # fmt: skip
    assert len(run_tool([tool], str(tmp_path))) == 999_900


def test_one_that_hangs(tmp_path: Path) -> None:
    start = time.monotonic()
    assert failure(tmp_path, "import time; time.sleep(99)", Limits(0.5)) == "tool took longer than 0.5 s"  # fmt: skip
    assert time.monotonic() - start < 10


def test_one_that_leaves_others_behind(tmp_path: Path) -> None:
    """What it started ends with it, though it holds the pipe open."""
    text = "import os, time\nif os.fork() == 0: time.sleep(99)\nprint('done')"
    start = time.monotonic()
    assert run_tool([program(tmp_path, text)], str(tmp_path)) == b"done\n"
    assert time.monotonic() - start < 10


def test_one_that_leaves_the_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can't be ended with the others, and is not waited for."""
    monkeypatch.setattr(tools, "_LINGER", 0.2)
    text = "import os, time\nif os.fork() == 0: os.setsid(); time.sleep(3)\nelse: time.sleep(0.2)"
    start = time.monotonic()
    assert run_tool([program(tmp_path, text)], str(tmp_path)) == b""
    assert time.monotonic() - start < 2.5


def test_one_that_ignores_being_asked(tmp_path: Path) -> None:
    text = "import signal, time\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\ntime.sleep(99)"  # fmt: skip
    assert "longer than" in failure(tmp_path, text, Limits(0.5))


def test_one_that_prints_a_gigabyte(tmp_path: Path) -> None:
    text = "import sys\nfor _ in range(1024): sys.stdout.write('x' * (1 << 20))"
    assert failure(tmp_path, text, Limits(60, 2 << 20)) == "tool printed more than 2 MB"


def test_one_that_complains_for_ever(tmp_path: Path) -> None:
    words = failure(tmp_path, "import sys\nsys.stderr.write('y' * (50 << 20))\nsys.exit(1)")
    assert 0 < len(words) <= 4000


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing limits another program")
def test_one_that_takes_all_memory(tmp_path: Path) -> None:
    text = "import time; time.sleep(0.3)\nx = bytearray(6 << 30)"
    assert "MemoryError" in failure(tmp_path, text)


def test_one_that_fails(tmp_path: Path) -> None:
    assert failure(tmp_path, "import sys; sys.exit(3)") == "tool ended with 3"
    assert failure(tmp_path, "import sys; sys.exit('Error: no such thing\\n')") == "no such thing"
    assert failure(tmp_path, "import os; os.kill(os.getpid(), 9)") == "tool ended with -9"


def test_one_that_is_no_program(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="tool could not be run"):
        run_tool([str(tmp_path / "tool")], str(tmp_path))


def test_it_sees_nothing_of_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KUBECONFIG", "AWS_SECRET_ACCESS_KEY", "HELM_PLUGINS", "SSH_AUTH_SOCK"):
        monkeypatch.setenv(name, "mine")
    text = "import os\nfor name, value in os.environ.items(): print(name, value, sep='=')"
    lines = run_tool([program(tmp_path, text)], str(tmp_path)).decode().splitlines()
    assert not [line for line in lines if "mine" in line]
    seen = dict(line.split("=", 1) for line in lines)
    for name in ("HOME", "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"):
        assert seen[name] == str(tmp_path)
    assert seen["https_proxy"] == seen["HTTPS_PROXY"] == "http://127.0.0.1:9"


def test_find_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = program(tmp_path, "", "second")
    monkeypatch.setenv("PATH", os.path.dirname(second))
    assert find_tool("first", "second") == second
    assert find_tool("first") is None
