"""GitHub's own toolkit writes the workflow commands that we write. Not here: which (`test_github`)."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from reported import HOSTILE, SAMPLE, hostile, many

from raypolicy.findings import Report
from raypolicy.formats import FORMATS, Style
from raypolicy.formats.github import command

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent
Command = tuple[str, dict[str, Any], str]


def by_the_toolkit(commands: list[Command]) -> list[str]:
    done = subprocess.run(
        ["node", "commands.mjs"],
        cwd=HERE,
        input=json.dumps(commands).encode(),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().split("\n")[:-1]


def parsed(line: str) -> Command:
    """A command as the runner reads it."""
    match = re.fullmatch("::([a-z]+) (.*?)::(.*)", line)
    assert match is not None, line
    name, given, message = match.groups()
    pairs = (pair.split("=", 1) for pair in given.split(","))
    return name, {key: _plain(value) for key, value in pairs}, _plain(message)


def _plain(text: str) -> str:
    signs = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
    return re.sub("%(25|0D|0A|3A|2C)", lambda match: signs[match[0]], text)


@pytest.mark.parametrize("name", ["error", "warning", "notice"])
def test_a_command_is_what_the_toolkit_writes(name: str) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in HOSTILE if text]
    commands: list[Command] = [
        (name, {"title": text, "file": text, "line": 1, "endLine": 2, "col": 3, "endColumn": 4}, text)
        for text in texts
    ]  # fmt: skip
    assert [command(*each) for each in commands] == by_the_toolkit(commands)


def test_our_lines_are_what_the_toolkit_writes_for_what_they_say() -> None:
    reports = [Report((SAMPLE,)), many(3, 3, 3), *(Report((hostile(text),)) for text in HOSTILE)]
    lines = [
        line
        for report in reports
        for line in FORMATS["github"](report, Style()).encode("utf-8").decode().split("\n")[:-1]
    ]
    assert len(lines) == 10 + len(HOSTILE)
    assert by_the_toolkit([parsed(line) for line in lines]) == lines
