"""What docs/ci.md tells people to paste, judged and run. Not here: the action (`test_action`)."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from programs import ROOT, git, tool

pytestmark = pytest.mark.integration

TEXT = (ROOT / "docs/ci.md").read_text()
REV = "0123456789abcdef0123456789abcdef01234567"
BLOCKS = [
    (language, text.replace("OWNER", "example").replace("REV", REV))
    for language, text in re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
]
NAME = re.compile(r"(?:#|//) (\S+)\n")
FILES = [(match[1], text) for _, text in BLOCKS if (match := NAME.match(text))]
COMMANDS = [
    line.partition("run: ")[2] or line.partition("- script: ")[2] or line.strip().removeprefix("- ")
    for _, text in BLOCKS
    for line in text.splitlines()
    if re.search(r"raypolicy\"? check ", line)
]
SCHEMAS = {
    ".github/workflows/raypolicy.yaml": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "azure-pipelines.yml": "vendor.azure-pipelines",
}
BAD = (ROOT / "fixtures/quickstart/ray.yaml").read_text()
WAITING = ("--diff-base", "--fail-on never")
"""Options with which a repository as it stands passes, whatever is in it."""


def judged(name: str, *arguments: str | Path, where: Path) -> None:
    done = subprocess.run([tool(name), *arguments], cwd=where, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def numbered(names: list[str]) -> list[str]:
    return [f"{number} {name}" for number, name in enumerate(names, 1)]


def test_all_of_it_is_looked_at() -> None:
    assert {name for name, _ in FILES} == {*SCHEMAS, ".pre-commit-config.yaml", "Jenkinsfile"}
    assert len(FILES) + 1 == len(BLOCKS), "the last is what to type"
    assert len(COMMANDS) == TEXT.count('raypolicy" check ') + TEXT.count("raypolicy check ")


@pytest.mark.parametrize(("name", "text"), FILES, ids=numbered([name for name, _ in FILES]))
def test_each_is_what_its_reader_takes(name: str, text: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, text)
    if name in SCHEMAS:
        # The schema of Azure has patterns that only some readers of patterns take.
        options = ("--regex-variant", "nonunicode", "--builtin-schema", SCHEMAS[name])
        judged("check-jsonschema", *options, path, where=tmp_path)
    if name.startswith(".github"):
        git(tmp_path, "init", "-q")
        judged("actionlint", where=tmp_path)
        pedantic = "--persona=pedantic"
        judged("zizmor", "--offline", "--no-progress", pedantic, tmp_path, where=tmp_path)
    if name == ".pre-commit-config.yaml":
        judged("pre-commit", "validate-config", path, where=tmp_path)
        judged("prek", "validate-config", path, where=tmp_path)


def test_the_judges_are_awake(tmp_path: Path) -> None:
    text = dict(FILES)[".github/workflows/raypolicy.yaml"]
    path = written(tmp_path, ".github/workflows/x.yaml", text.replace("steps:", "stpes:"))
    git(tmp_path, "init", "-q")
    with pytest.raises(AssertionError):
        judged("actionlint", where=tmp_path)
    with pytest.raises(AssertionError):
        schema = SCHEMAS[".github/workflows/raypolicy.yaml"]
        judged("check-jsonschema", "--builtin-schema", schema, path, where=tmp_path)
    path.write_text(re.sub(r"@\w{40}", "@v1", text))
    with pytest.raises(AssertionError):
        judged("zizmor", "--offline", tmp_path, where=tmp_path)


@pytest.mark.parametrize("command", COMMANDS, ids=numbered([""] * len(COMMANDS)))
def test_each_command_does_what_it_says(command: str, tmp_path: Path) -> None:
    home, project = tmp_path / "home", tmp_path / "project"
    program = written(home, "raypolicy/bin/raypolicy", f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m raypolicy "$@"\n')  # fmt: skip
    program.chmod(0o755)
    written(project, "clusters/a.yaml", BAD)
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "x")
    git(project, "update-ref", "refs/remotes/origin/main", "HEAD")
    environment = {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(home / "summary.md"),
        "WORKSPACE_TMP": str(home),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(project, "rev-parse", "HEAD").strip(),
    }
    command = command.replace("$(Agent.TempDirectory)", str(home))
    done = subprocess.run(
        ["bash", "-c", command], cwd=project, env=environment, capture_output=True, text=True
    )
    waits = any(option in command for option in WAITING)
    assert done.returncode == (0 if waits else 1), done.stdout + done.stderr
    for file in re.findall(r"-f \"?\w+=(\S+?)\"?(?: |$)", command):
        path = project / file.strip('"').replace("$GITHUB_STEP_SUMMARY", str(home / "summary.md"))
        assert path.stat().st_size, file


def test_inputs_and_hooks_are_those_there_are() -> None:
    """The tables of the page, against what they stand for."""
    import yaml

    action = yaml.safe_load((ROOT / "action.yml").read_text())
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    tables = [re.findall(r"^\| `([\w-]+)` \|", part, re.MULTILINE) for part in TEXT.split("\n## ")]
    told = [names for names in tables if names]
    assert told == [[hook["id"] for hook in hooks], list(action["inputs"])]
    uses = set(re.findall(r"uses: (github/\S+@\w+)", TEXT))
    assert uses == {step["uses"] for step in action["runs"]["steps"] if "uses" in step}
