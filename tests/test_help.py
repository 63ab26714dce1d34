"""What `--help` and the man page teach is true: every option has a purpose, examples run.

Not here: completion (`test_completion`).
"""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from raypolicy import catalogue
from raypolicy.catalogue import shipped
from raypolicy.cli import main
from raypolicy.cli.lessons import GROUPS, LESSONS, options_by_purpose
from raypolicy.cli.manual import manual

ROOT = Path(__file__).parent.parent
CONTEXT = click.Context(main, info_name="raypolicy", **main.context_settings)
COMMANDS = main.list_commands(CONTEXT)
OUTSIDE = (
    "eval ",
    "raypolicy COMMAND",
    "raypolicy completion fish >",
    "raypolicy schema config >",
    "kustomize ",
)
"""Examples that a shell or another tool has a part in."""
EXAMPLES = [
    pytest.param(command, id=command)
    for lesson in LESSONS.values()
    for command, _ in lesson.examples
    if not command.startswith(OUTSIDE)
]


def helped(name: str) -> str:
    return CliRunner().invoke(main, [name, "--help"], terminal_width=100).stdout


def test_every_command_has_a_group_and_a_lesson() -> None:
    grouped = [name for _, names in GROUPS for name in names]
    assert sorted(name for name in grouped if name in COMMANDS) == COMMANDS
    assert len(grouped) == len(set(grouped))
    assert set(COMMANDS) <= set(LESSONS)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_is_shown_once_under_its_purpose(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    shown = [option for _, found in options_by_purpose(command, CONTEXT) for option in found]
    options = [each for each in command.get_params(CONTEXT) if isinstance(each, click.Option)]
    assert len(shown) == len(set(shown)) == len(options)


@pytest.mark.parametrize("name", [name for name, lesson in LESSONS.items() if lesson.purposes])
def test_every_option_of_a_large_command_has_a_purpose(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    known = {each.name for each in command.get_params(CONTEXT)}
    purposed = [option for _, names in LESSONS[name].purposes for option in names]
    assert set(purposed) <= known, "a purpose names an option that is gone"
    if name == "check":
        options = {p.name for p in command.get_params(CONTEXT) if isinstance(p, click.Option)}
        assert options - set(purposed) <= {"help", "_click_default_help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_the_command_does_and_how_it_is_called(name: str) -> None:
    text = helped(name)
    assert text.startswith((f"Usage: raypolicy {name}", f"Usage: main {name}"))
    for command, words in LESSONS[name].examples:
        assert command in text
        assert " ".join(words.split()) in " ".join(text.split())


@pytest.fixture
def tree(plain_git: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which the examples make sense."""
    quickstart = (ROOT / "fixtures/quickstart/ray.yaml").read_text()
    rule = re.search(r"```yaml\n(.*?)```", (ROOT / "docs/writing-rules.md").read_text(), re.DOTALL)
    assert rule
    files = {
        "clusters/dev.yaml": quickstart,
        "jobs/train.yaml": quickstart,
        "overlays/prod/kustomization.yaml": "resources: [ray.yaml]\n",
        "overlays/prod/ray.yaml": quickstart,
        "policies/team-label.yaml": rule[1],
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "m"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(example: str, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if example == "raypolicy test":  # the examples of all rules are run in `test_rules`
        few = shipped(prose=True)[:3]
        monkeypatch.setattr(catalogue, "shipped", lambda **_: few)
    _, *arguments = shlex.split(example)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code in (0, 1), result.output
    assert result.stdout or result.stderr


def test_the_man_page_has_every_command_and_option() -> None:
    page = manual(main).replace("\\-", "-")
    for name in COMMANDS:
        command = main.get_command(CONTEXT, name)
        assert command is not None
        assert f"raypolicy {name}" in page
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(each in page for each in option.opts)


def test_the_man_page_is_fresh() -> None:
    assert (ROOT / "docs/raypolicy.1").read_text("utf-8") == manual(main), "`raypolicy docs`"


def test_nothing_in_the_man_page_is_taken_for_a_request() -> None:
    requests = {
        line.split()[0] for line in manual(main).splitlines() if line.startswith((".", "'"))
    }
    assert requests <= {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".I", ".RS", ".RE", ".nf", ".fi"}
