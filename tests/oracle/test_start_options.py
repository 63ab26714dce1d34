"""Installed releases of Ray judge our table of the options of `ray start`. Not here: what rules make
of it (`rules/start-parameters`).

Each release gets an environment of its own beside this file, made on the first run and kept.
`ray start --help` shows no hidden options; it is compared with the shown rows only, both ways, and
the hidden ones with what the release's parser has.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from raypolicy.releases import ray_release
from raypolicy.startoptions import CHOICE, start_options
from raypolicy.values import Version

pytestmark = pytest.mark.oracle

ENVIRONMENTS = Path(__file__).parent / ".venvs"
KNOWN = ("2.9.3", "2.40.0", "2.47.1", "2.55.1", "2.60.0")
"""Old to new; of those built for this Python the first, the middle one and the last are asked."""


def built() -> list[str]:
    here = Version.parse(f"{sys.version_info.major}.{sys.version_info.minor}")
    releases = [(text, ray_release(version(text))) for text in KNOWN]
    return [text for text, release in releases if release and here in release.pythons]


def version(text: str) -> Version:
    parsed = Version.parse(text)
    assert parsed is not None
    return parsed


ASKED = [built()[at] for at in (0, len(built()) // 2, -1)]


@cache
def environments() -> dict[str, Path]:
    """The folder of programs of an environment with each release; fails if one can't be had."""
    with ThreadPoolExecutor() as pool:
        return dict(zip(ASKED, pool.map(environment, ASKED), strict=True))


def environment(release: str) -> Path:
    folder = ENVIRONMENTS / f"ray-{release}-py{sys.version_info.major}{sys.version_info.minor}"
    done, programs = folder / ".installed", folder / "bin"
    if not done.exists():
        run(sys.executable, "-m", "venv", "--clear", str(folder))
        install = ("-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check")
        run(str(programs / "python"), *install, "--only-binary", "ray", f"ray=={release}")
        done.touch()
    return programs


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
    if done.returncode:
        pytest.fail(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done.stdout


def test_three_releases_are_asked() -> None:
    assert len(set(ASKED)) == 3


@pytest.mark.parametrize("release", ASKED)
def test_the_help_shows_the_rows_that_are_not_hidden(release: str) -> None:
    shown = run(str(environments()[release] / "ray"), "start", "--help")
    theirs = set(re.findall(r"^  (?:-[a-z], )?--([a-z0-9-]+)", shown, re.MULTILINE))
    ours = {option.name for option in start_options().values() if option.shown(version(release))}
    assert ours - theirs == set(), "in the table only"
    assert theirs - ours == set(), "in Ray only"


PARSER = """
import json
from ray.scripts.scripts import start
kinds = {"INT": "int", "FLOAT": "float", "BOOL": "bool", "STRING": "text"}
def kind(option):
    if option.is_flag or option.count:
        return "flag"
    return "choice" if hasattr(option.type, "choices") else kinds.get(repr(option.type), "json")
print(json.dumps({o.opts[-1].lstrip("-"): [kind(o), o.hidden] for o in start.params}))
"""


@pytest.mark.parametrize("release", ASKED)
def test_the_parser_has_the_rows_and_their_types(release: str) -> None:
    theirs = json.loads(run(str(environments()[release] / "python"), "-c", PARSER).splitlines()[-1])
    ray = version(release)
    ours = {
        option.name: ["text" if option.name == "resources" else option.type, not option.shown(ray)]
        for option in start_options().values()
        if option.has(ray) and option.name != "help"
    }
    assert ours == theirs  # resources is a text to the parser, and JSON to what comes behind it
    choices = [option for option in start_options().values() if option.type == CHOICE]
    assert {option.name for option in choices} == {"log-color", "log-style"}


REFUSED = [
    # an argument of a worker, and what Ray says of it
    ("--num_cpus=1", "No such option"),
    ("----num-cpus=1", "No such option"),
    ("--num-cpu=1", "No such option"),
    ("--num-cpus=0.5", "not a valid integer"),
    ("--memory=4Gi", "not a valid integer"),
    ("--no-redirect-output=1", "does not take a value"),
    ("--log-style=json", "is not one of"),
    ("--port=6379", "should only be specified when starting head node"),
    ("--include-dashboard=false", "should only be specified when starting head node"),
    ("--resources={Custom: 1}", "is not a valid JSON string"),
    ('--resources={"CPU": 1}', "cannot be a custom resource"),
    ("--min-worker-port=20000", "must be higher than min_worker_port"),
    ('--system-config={"a": 1}', "can only be set on the head node"),
]


@cache
def answers(release: str) -> list[subprocess.CompletedProcess[str]]:
    """What Ray says of each argument. Nothing is started: each ends before Ray looks for the head,
    which is not there.
    """
    quiet = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0"}
    program = environments()[release] / "ray"

    def ask(argument: str) -> subprocess.CompletedProcess[str]:
        command = (program, "start", "--address=127.0.0.1:1", argument)
        return subprocess.run(command, capture_output=True, text=True, timeout=120, env=quiet)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(ask, (argument for argument, _ in REFUSED)))


@pytest.mark.parametrize("release", ASKED)
@pytest.mark.parametrize("number", range(len(REFUSED)), ids=[row[0] for row in REFUSED])
def test_ray_refuses_what_our_rules_say(release: str, number: int) -> None:
    done = answers(release)[number]
    assert done.returncode != 0
    told = re.sub(r"[`'\s]+", " ", done.stdout + done.stderr).replace("` ", "")
    assert REFUSED[number][1] in told
