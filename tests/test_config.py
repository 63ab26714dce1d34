"""The configuration file: what it sets, how files join, where its mistakes are, its schema."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from raypolicy import check
from raypolicy.catalogue import shipped
from raypolicy.cli import main
from raypolicy.config import Options, Override
from raypolicy.configfile import configuration, read_config
from raypolicy.configkeys import KEYS, Key, paths
from raypolicy.errors import UsageError
from raypolicy.rulefile import prepare
from raypolicy.ruleschema import rule_schema
from raypolicy.schemas import config_schema
from raypolicy.source import SourceFile

ROOT = Path(__file__).parent.parent
NAME = ".raypolicy.yaml"
CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev}
spec:
  headGroupSpec:
    template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:latest"}]}}
"""
SELECT = ["--select", "moving-tag"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory, with room beside it."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def put(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def rules(result: Result) -> list[str]:
    """path and severity of each finding of moving-tag."""
    return re.findall(r"(?m)^(\S+?):\d+:\d+: (\w+): .*\[moving-tag\]$", result.stdout)


# One file

READ = [
    ("", {}),
    ("# only a comment\n", {}),
    ("select: [a, b]\n", {"select": ("a", "b")}),
    ("select: []\nignore:\n", {"select": ()}),
    ("rules: [policies/, ../more.yaml]\n", {"rules": ("policies", "../more.yaml")}),
    ("baseline: known/findings.json\n", {"baseline": "known/findings.json"}),
    ("profile: pedantic\nfail-on: never\nkustomize: never\n", {"profile": "pedantic", "fail_on": "never", "kustomize": "never"}),
    ("severity: {a: note, images: error}\n", {"severity": {"a": "note", "images": "error"}}),
    ("settings: {a: {pods: 3, names: [x]}}\n", {"settings": {"a": {"pods": 3, "names": ["x"]}}}),
    ("mandatory: [security]\n", {"mandatory": ("security",)}),
    ("suppressions: {require: [reason, until]}\n", {"require": ("reason", "until")}),
    ("suppressions: {}\n", {}),
    ("target: {kuberay: '1.6', kubernetes: v1.33.2}\n", {"target_kuberay": "1.6", "target_kubernetes": "v1.33.2"}),
    ("target: {feature-gates: [A, B]}\n", {"feature_gates": ("A", "B")}),
    ("exclude: ['*.gen.yaml', charts/]\n", {"exclude": ("*.gen.yaml", "charts/")}),
    ("overrides: [{paths: [dev], ignore: [a]}, {paths: [x, z], severity: {b: note}}]\n", {"overrides": (Override(("dev",), ignore=("a",)), Override(("x", "z"), severity={"b": "note"}))}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "options"), READ, ids=[text.strip() or "empty" for text, _ in READ]
)
def test_a_file_sets_options(text: str, options: dict[str, Any], here: Path) -> None:
    put({NAME: text})
    assert read_config(NAME) == options
    assert Options.of(read_config(NAME), suppressions=True, prose=False)


def test_the_nearest_file_is_read_and_none_is_no_mistake(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert configuration(None) == {}
    put({NAME: "select: [a]\n", f"x/{NAME}": "select: [b]\n", "x/y/z.yaml": ""})
    assert configuration(None) == {"select": ("a",)}
    monkeypatch.chdir("x/y")
    assert configuration(None) == {"select": ("b",)}
    assert configuration("../../" + NAME) == {"select": ("a",)}


def test_every_key_sets_an_option() -> None:
    assert {name for name, _, _ in paths()} <= set(Options._fields)
    assert {way[0] for _, way, _ in paths()} == set(KEYS) - {"extends"}


def test_a_path_with_a_slash_is_seen_from_the_file(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put({NAME: "exclude: [a/b, '*.gen.yaml']\n"})
    monkeypatch.chdir(here.parent)
    assert read_config("work/" + NAME)["exclude"] == (str(here / "a/b"), "*.gen.yaml")


WRONG = [
    # text, mistakes with their places
    ("selct: [a]\n", ["1:1: error: unknown key 'selct'; did you mean 'select'?"]),
    ("- a\n", ["1:1: error: a mapping is expected: extends, rules, "]),
    ("select: a\n", ["1:9: error: a list is expected"]),
    ("select: [5]\n", ["1:10: error: a text is expected"]),
    ('baseline: "a\\0b"\n', ["1:11: error: a text without NUL characters is expected"]),
    ("overrides: [{paths: a}]\n", ["1:21: error: a list is expected"]),
    ("ignore: ['']\n", ["1:10: error: a text is expected, not an empty one"]),
    ("target:\n  kuberay: 1.10\n", ["2:12: error: a release in quotes is expected, such as '1.6'"]),
    ("target:\n  kubernetes: 1.30\n", ["2:15: error: a release in quotes is expected, such as '1.33'"]),
    ("target: {kubernetes: new}\n", ["1:22: error: a release is expected, such as '1.33', not 'new'"]),
    ("target: {kubray: '1.6'}\n", ["1:10: error: unknown key 'kubray'; did you mean 'kuberay'?"]),
    ("target: '1.6'\n", ["1:9: error: a mapping is expected, with kuberay, kubernetes, feature-gates"]),
    ("severity: [a]\n", ["1:11: error: a mapping is expected"]),
    ("severity: {a: bad}\n", ["1:15: error: error | warning | note is expected, not 'bad'"]),
    ("suppressions: {require: [excuse]}\n", ["1:26: error: reason | owner | until is expected"]),
    ("overrides: [{ignore: [a]}]\n", ["1:14: error: 'paths' is missing"]),
    ("overrides: [{paths: [], ignore: [a]}]\n", ["1:14: error: 'paths' is missing"]),
    ("overrides: [{paths: [a], ignored: [b]}]\n", ["1:26: error: unknown key 'ignored'; did you mean 'ignore'?"]),
    ("a: 1\nselect: 2\nfail-on: x\n", ["1:1: error: unknown key", "2:9: error: a list", "3:10: error: error | warning"]),
    ("fail-on: y\n", ["1:10: error: error | warning | note | never is expected, not true"]),
    ("select: [a\n", ["2:1: error: not YAML: "]),
    ("select: *a\n", ["1:9: error: not YAML: "]),
    ("a: 1\n---\nb: 1\n", ["3:1: error: one configuration a file"]),
    ("select: [a]\nselect: [b]\n", ["2:1: error: 'select' is written twice"]),
    ("extends: gone.yaml\n", ["1:10: error: no such file: gone.yaml"]),
    ("extends: [.]\n", ["1:11: error: files extend each other in a circle: .raypolicy.yaml → .raypolicy.yaml"]),
    ("extends: https://example.com/pack.yaml\n", ["1:10: error: a file on the disk is expected: nothing is fetched"]),
    ("extends: git@example.com:a/b\n", ["1:10: error: a file on the disk is expected: nothing is fetched"]),
    ("extends: {a: b}\n", ["1:10: error: a list is expected"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "errors"), WRONG, ids=[text.strip() for text, _ in WRONG])
def test_mistakes_are_told_at_their_places(text: str, errors: list[str], here: Path) -> None:
    put({NAME: text, "a.yaml": CLUSTER})
    result = run()
    lines = result.stderr.splitlines()
    assert (result.exit_code, result.stdout, len(lines)) == (2, "", len(errors)), result.output
    for line, error in zip(lines, errors, strict=True):
        assert line.startswith(f"{NAME}:{error}")


NAMES = [
    ("select: [\n  nonsense]\n", "2:3: error: no rule or topic 'nonsense'"),
    ("ignore: [moving-tags]\n", "1:10: error: no rule or topic 'moving-tags'; did you mean 'moving-tag'?"),
    ("mandatory: [securty]\n", "1:13: error: no rule or topic 'securty'; did you mean 'security'?"),
    ("severity: {moving-tg: note}\n", "1:12: error: no rule or topic 'moving-tg'; did you mean 'moving-tag'?"),
    ("settings: {moving-tg: {a: 1}}\n", "1:24: error: no rule 'moving-tg'; did you mean 'moving-tag'?"),
    ("settings:\n  many-small-pods:\n    pds: 1\n", "3:5: error: many-small-pods has no setting 'pds'; did you mean 'pods'?"),
    ("settings:\n  many-small-pods: {pods: few}\n", "2:21: error: many-small-pods: pods takes a whole number, such as 10"),
    ("overrides: [{paths: [a], ignore: [moving-tg]}]\n", "1:35: error: no rule or topic 'moving-tg'"),
    ("overrides: [{paths: [a], severity: {moving-tg: note}}]\n", "1:37: error: no rule or topic 'moving-tg'"),
    ("target: {kuberay: '0.1'}\n", "1:19: error: unknown KubeRay release '0.1'"),
    ("target: {feature-gates: [RayCronJobs]}\n", "1:26: error: KubeRay has no feature gate 'RayCronJobs'"),
    ("rules: [gone]\n", "1:9: error: no such file or directory: gone"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "error"), NAMES, ids=[text.strip() for text, _ in NAMES])
def test_names_that_nothing_has_are_told_at_their_places(text: str, error: str, here: Path) -> None:
    put({NAME: text, "a.yaml": CLUSTER})
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{NAME}:{error}")


def test_a_name_of_the_command_line_has_no_place(here: Path) -> None:
    put({NAME: "ignore: [moving-tag]\n", "a.yaml": CLUSTER})
    assert run("--ignore", "moving-tg").stderr.startswith("no rule or topic 'moving-tg'; did you")
    assert run("--target-kuberay", "0.1").stderr.startswith("unknown KubeRay release '0.1'")
    assert run("--target-kubernetes", "x").stderr.startswith("no release of Kubernetes: 'x'")


UNREADABLE = {
    "not UTF-8": (b"select: [\xff]\n", f"{NAME}:1:10: error: byte 0xff is not UTF-8"),
    "UTF-16": ("select: [a]\n".encode("utf-16"), f"{NAME}:1:1: error: the file is UTF-16"),
    "a NUL": (b"select: [a\0]\n", f"{NAME}:1:11: error: a NUL character"),
}


@pytest.mark.parametrize(("data", "error"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_text(data: bytes, error: str, here: Path) -> None:
    (here / NAME).write_bytes(data)
    result = run()
    assert (result.exit_code, result.stderr.startswith(error)) == (2, True), result.stderr


def test_what_is_no_file(here: Path) -> None:
    (here / NAME).mkdir()
    put({"a.yaml": CLUSTER, "b.yaml": f"extends: {NAME}\n"})
    assert run(*SELECT).exit_code == 0  # a directory of that name is no configuration
    assert run("-c", NAME).exit_code == 2
    assert "no such file: .raypolicy.yaml/.raypolicy.yaml" in run("-c", "b.yaml").stderr


def test_a_file_that_may_not_be_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / NAME).symlink_to(NAME)
    with pytest.raises(UsageError, match="the configuration cannot be read"):
        read_config(NAME)


def test_at_most_twenty_mistakes_are_told(here: Path) -> None:
    put({NAME: "".join(f"key-{number}: 1\n" for number in range(30))})
    lines = run().stderr.splitlines()
    assert (len(lines), lines[-1]) == (21, "and 10 more")


# Several files

PACK = "profile: pedantic\nseverity: {moving-tag: note}\n"
JOINED = {
    # files, what holds
    "a file": ({NAME: "extends: pack.yaml\n", "pack.yaml": PACK}, {"profile": "pedantic", "severity": {"moving-tag": "note"}}),
    "a directory": ({NAME: "extends: packs\n", f"packs/{NAME}": PACK}, {"profile": "pedantic", "severity": {"moving-tag": "note"}}),
    "the nearer wins": ({NAME: "extends: pack.yaml\nprofile: default\n", "pack.yaml": "profile: pedantic\n"}, {"profile": "default"}),
    "the later of a list wins": ({NAME: "extends: [a.yaml, b.yaml]\n", "a.yaml": "fail-on: note\n", "b.yaml": "fail-on: never\n"}, {"fail_on": "never"}),
    "by rule": ({NAME: "extends: p.yaml\nseverity: {a: note}\n", "p.yaml": "severity: {a: error, b: error}\n"}, {"severity": {"a": "note", "b": "error"}}),
    "by setting": ({NAME: "extends: p.yaml\nsettings: {a: {x: 1}}\n", "p.yaml": "settings: {a: {x: 2, w: 2}, b: {z: 2}}\n"}, {"settings": {"a": {"x": 1, "w": 2}, "b": {"z": 2}}}),
    "lists add up": ({NAME: "extends: p.yaml\nignore: [a, b]\nmandatory: [c]\n", "p.yaml": "ignore: [b, d]\nmandatory: [e]\n"}, {"ignore": ("b", "d", "a"), "mandatory": ("e", "c")}),
    "required words add up": ({NAME: "extends: p.yaml\nsuppressions: {require: [owner]}\n", "p.yaml": "suppressions: {require: [reason]}\n"}, {"require": ("reason", "owner")}),
    "select replaces": ({NAME: "extends: p.yaml\nselect: [a]\n", "p.yaml": "select: [b, c]\n"}, {"select": ("a",)}),
    "an empty select undoes": ({NAME: "extends: p.yaml\nselect: []\n", "p.yaml": "select: [b]\n"}, {"select": ()}),
    "an empty list of others undoes nothing": ({NAME: "extends: p.yaml\nmandatory: []\n", "p.yaml": "mandatory: [b]\n"}, {"mandatory": ("b",)}),
    "a target by its parts": ({NAME: "extends: p.yaml\ntarget: {kuberay: '1.6', feature-gates: [A]}\n", "p.yaml": "target: {kuberay: '1.5', kubernetes: '1.33', feature-gates: [B]}\n"}, {"target_kuberay": "1.6", "target_kubernetes": "1.33", "feature_gates": ("A",)}),
    "paths of each file's own": ({NAME: "extends: packs/p.yaml\nrules: [own]\n", "packs/p.yaml": "rules: [own]\nbaseline: b.json\n"}, {"rules": ("packs/own", "own"), "baseline": "packs/b.json"}),
    "a chain": ({NAME: "extends: a/b\n", f"a/b/{NAME}": "extends: ../c.yaml\nselect: [x]\n", "a/c.yaml": "fail-on: note\n"}, {"select": ("x",), "fail_on": "note"}),
    "one file by two ways": ({NAME: "extends: [a.yaml, b.yaml]\n", "a.yaml": "extends: c.yaml\n", "b.yaml": "extends: c.yaml\n", "c.yaml": "rules: [r]\noverrides: [{paths: [x], ignore: [w]}]\n"}, {"rules": ("r",), "overrides": (Override(("x",), ("w",)),)}),
}  # fmt: skip


@pytest.mark.parametrize(("files", "options"), JOINED.values(), ids=JOINED)
def test_files_join(files: dict[str, str], options: dict[str, Any], here: Path) -> None:
    put(files)
    assert read_config(NAME) == options


BROKEN_CHAINS = {
    "a circle": ({NAME: "extends: a.yaml\n", "a.yaml": "# a\nextends: [.]\n"}, "a.yaml:2:11: error: files extend each other in a circle: .raypolicy.yaml → a.yaml → .raypolicy.yaml"),
    "a mistake in a pack": ({NAME: "extends: p/a.yaml\n", "p/a.yaml": "selct: 1\n"}, "p/a.yaml:1:1: error: unknown key 'selct'"),
    "a pack that is gone": ({NAME: "extends: p/a.yaml\n", "p/a.yaml": "extends: b.yaml\n"}, "p/a.yaml:1:10: error: no such file: p/b.yaml"),
    "a name in a pack": ({NAME: "extends: p/a.yaml\n", "p/a.yaml": "ignore: [moving-tg]\n"}, "p/a.yaml:1:10: error: no rule or topic 'moving-tg'"),
    "too long": ({NAME: "extends: 0.yaml\n", **{f"{n}.yaml": f"extends: {n + 1}.yaml\n" for n in range(30)}}, "18.yaml:1:10: error: more than 20 files extend one another"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "error"), BROKEN_CHAINS.values(), ids=BROKEN_CHAINS)
def test_mistakes_in_chains(files: dict[str, str], error: str, here: Path) -> None:
    put({**files, "m/ray.yaml": CLUSTER})
    result = run("m")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(error)


def test_files_that_multiply_are_read_once_each(here: Path) -> None:
    put(
        {f"{n}.yaml": f"extends: [{n + 1}.yaml, {n + 1}.yaml]\nignore: [r{n}]\n" for n in range(18)}
    )
    put({"18.yaml": "overrides: [{paths: [x]}]\n"})
    read = read_config("0.yaml")
    assert (len(read["ignore"]), len(read["overrides"])) == (18, 1)


# Files and the command line

BOTH = [
    # .raypolicy.yaml, arguments, findings of moving-tag
    ("select: [security]\n", SELECT, [("a.yaml", "warning"), ("b/a.yaml", "warning")]),
    ("ignore: [moving-tag]\n", ["--ignore", "security"], []),
    ("exclude: [a.yaml]\nselect: [moving-tag]\n", ["--exclude", "nothing"], []),
    ("exclude: [b]\n", SELECT, [("a.yaml", "warning")]),
    ("severity: {images: note}\n", SELECT, [("a.yaml", "note"), ("b/a.yaml", "note")]),
    ("severity: {images: note, moving-tag: error}\n", SELECT, [("a.yaml", "error"), ("b/a.yaml", "error")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "arguments", "found"), BOTH)
def test_the_command_line_is_the_nearest_layer(
    text: str, arguments: list[str], found: list[tuple[str, str]], here: Path
) -> None:
    put({NAME: text, "a.yaml": CLUSTER, "b/a.yaml": CLUSTER})
    assert rules(run(*arguments)) == found


def test_rules_of_both_are_used_and_one_that_both_name_is_one(here: Path) -> None:
    rule = (ROOT / "rules/images/moving-tag.yaml").read_text()
    put(
        {
            NAME: "rules: [own/]\n",
            "own/x/first.yaml": rule,
            "more/x/second.yaml": rule,
            "a.yaml": CLUSTER,
        }
    )
    result = run("-r", "own/", "-r", "more", "--select", "x")
    assert result.stdout.count("[first]") == result.stdout.count("[second]") == 1


# Overrides by path

OVERRIDDEN = {
    # overrides, (path, severity) of the findings
    "left out there": ("- {paths: [dev], ignore: [moving-tag]}", [("prod/a.yaml", "warning")]),
    "by topic": ("- {paths: [dev], ignore: [images]}", [("prod/a.yaml", "warning")]),
    "milder there": ("- {paths: [dev], severity: {moving-tag: note}}", [("dev/x/a.yaml", "note"), ("prod/a.yaml", "warning")]),
    "by topic and rule": ("- {paths: [dev], severity: {images: note, moving-tag: error}}", [("dev/x/a.yaml", "error"), ("prod/a.yaml", "warning")]),
    "a path from the file on": ("- {paths: [dev/x], ignore: [images]}", [("prod/a.yaml", "warning")]),
    "a path from the file on only": ("- {paths: [x/a.yaml], ignore: [images]}", [("dev/x/a.yaml", "warning"), ("prod/a.yaml", "warning")]),
    "a name anywhere": ("- {paths: [x], ignore: [images]}", [("prod/a.yaml", "warning")]),
    "all below the file": ("- {paths: [.], ignore: [images]}", []),
    "at any depth": ("- {paths: ['**/a.yaml'], ignore: [images]}", []),
    "two levels at any depth": ("- {paths: ['**/x/a.yaml'], ignore: [images]}", [("prod/a.yaml", "warning")]),
    "a glob": ("- {paths: ['*/a.y*'], ignore: [images]}", []),
    "the last of several": ("- {paths: ['*.yaml'], severity: {images: error}}\n- {paths: [dev], severity: {moving-tag: note}}", [("dev/x/a.yaml", "note"), ("prod/a.yaml", "error")]),
    "two that add up": ("- {paths: [prod], severity: {images: error}}\n- {paths: [dev], ignore: [images]}", [("prod/a.yaml", "error")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), OVERRIDDEN.values(), ids=OVERRIDDEN)
def test_overrides(text: str, found: list[tuple[str, str]], here: Path) -> None:
    put({NAME: f"overrides:\n{text}\n", "dev/x/a.yaml": CLUSTER, "prod/a.yaml": CLUSTER})
    assert rules(run(*SELECT)) == found


def test_overrides_hold_from_wherever_one_looks(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(
        {
            NAME: "overrides: [{paths: [dev/x], ignore: [images]}]\n",
            "dev/x/a.yaml": CLUSTER,
            "dev/y/a.yaml": CLUSTER,
        }
    )
    monkeypatch.chdir(here / "dev")
    assert rules(run(*SELECT)) == [("y/a.yaml", "warning")]
    monkeypatch.chdir(here / "dev" / "x")
    assert rules(run(*SELECT)) == []
    assert rules(run(*SELECT, str(here / "dev" / "y"))) == [(f"{here}/dev/y/a.yaml", "warning")]


def test_globs_of_a_file_hold_in_a_revision_and_in_an_odd_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "odd [a-z]* place"
    folder.mkdir()
    monkeypatch.chdir(folder)
    put({NAME: "overrides: [{paths: [dev/x], ignore: [images]}]\nexclude: [dev/z]\n"})
    put({f"dev/{name}/a.yaml": CLUSTER for name in "xyz"})
    assert rules(run(*SELECT)) == [("dev/y/a.yaml", "warning")]
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "all"]):
        subprocess.run(["git", *command], check=True)
    assert rules(run(*SELECT, "--rev", "HEAD")) == [("dev/y/a.yaml", "warning")]


def test_an_override_does_not_touch_mandatory_rules(here: Path) -> None:
    text = "overrides: [{paths: ['*.yaml'], ignore: [images], severity: {moving-tag: note}}]\n"
    put({NAME: text + "mandatory: [images]\n", "a.yaml": CLUSTER})
    assert rules(run(*SELECT)) == [("a.yaml", "warning")]


def test_an_override_goes_before_suppressions(here: Path) -> None:
    text = CLUSTER.replace("]}}\n", "]}}  # raypolicy: ignore[moving-tag] nightly\n")
    put(
        {
            NAME: "overrides: [{paths: [a.yaml], ignore: [images]}]\nselect: [moving-tag]\n",
            "a.yaml": text,
        }
    )
    report = check("a.yaml", options=Options.of(read_config(NAME), suppressions=True, prose=False))
    assert (report.findings, report.suppressed) == ((), ())


def test_the_least_severity_counts_after_overrides(here: Path) -> None:
    put(
        {
            NAME: "overrides: [{paths: [x.yaml], severity: {images: error}}, {paths: [y.yaml], severity: {images: note}}]\n"
        }
    )
    put({"x.yaml": CLUSTER, "y.yaml": CLUSTER, "z.yaml": CLUSTER})
    assert rules(run(*SELECT, "--min-severity", "error")) == [("x.yaml", "error")]
    assert rules(run(*SELECT, "--min-severity", "warning")) == [
        ("x.yaml", "error"),
        ("z.yaml", "warning"),
    ]


# A release of Kubernetes

MESHED = """\
apiVersion: v1
kind: Namespace
metadata: {name: ml, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: ml}
spec: {mtls: {mode: STRICT}}
---
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev, namespace: ml}
spec:
  headGroupSpec: {template: {spec: {containers: [{image: "rayproject/ray:2.52.0"}]}}}
  workerGroupSpecs: [{groupName: a, template: {spec: {containers: [{image: "rayproject/ray:2.52.0"}]}}}]
"""


@pytest.mark.parametrize(
    ("version", "found"), [("'1.33'", True), ("'1.34'", False), ("v1.34.1", False), ("null", True)]
)
def test_rules_ask_for_the_release_of_kubernetes(version: str, found: bool, here: Path) -> None:
    put(
        {NAME: f"select: [wait-before-mesh]\ntarget: {{kubernetes: {version}}}\n", "a.yaml": MESHED}
    )
    assert ("[wait-before-mesh]" in run().stdout) is found
    assert "[wait-before-mesh]" in run("--target-kubernetes", "1.28").stdout


# What holds, and why

SHOWN = """\
# extends packs/team.yaml, as .raypolicy.yaml:1 says
# --min-severity warning, as the command line says
rules: []                         # default
profile: pedantic                 # packs/team.yaml:1
select:
  - moving-tag                    # command line
ignore:
  - images                        # packs/team.yaml:2
  - security                      # .raypolicy.yaml:2
severity:
  missing-memory-limit: error     # .raypolicy.yaml:3
settings:
  many-small-pods:
    pods: 30                      # packs/team.yaml:3
    cpus: 1                       # .raypolicy.yaml:4
mandatory: []                     # default
suppressions:
  require:
    - reason                      # packs/team.yaml:4
overrides:
  - paths:
      - dev/x                     # .raypolicy.yaml:6
    severity:
      missing-memory-limit: note  # .raypolicy.yaml:7
target:
  kuberay: "1.6"                  # command line
  kubernetes: null                # default
  feature-gates: []               # default
fail-on: note                     # .raypolicy.yaml:8
baseline: null                    # default
exclude:
  - "*.gen.yaml"                  # packs/team.yaml:5
kustomize: auto                   # default
"""
SHOWN_FILES = {
    NAME: """\
extends: packs/team.yaml
ignore: [security]
severity: {missing-memory-limit: error}
settings: {many-small-pods: {cpus: 1}}
overrides:
  - paths: [dev/x]
    severity: {missing-memory-limit: note}
fail-on: note
""",
    "packs/team.yaml": """\
profile: pedantic
ignore: [images]
settings: {many-small-pods: {pods: 30, cpus: 2}}
suppressions: {require: [reason]}
exclude: ['*.gen.yaml']
fail-on: error
""",
}


def test_the_listing_says_what_holds_and_where_it_is_set(here: Path) -> None:
    put(SHOWN_FILES)
    result = run("--show-config", *SELECT, "--min-severity", "warning", "--target-kuberay", "1.6")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == SHOWN


def test_the_listing_may_be_kept_as_a_configuration(here: Path) -> None:
    put(SHOWN_FILES)
    (here / "kept.yaml").write_text(run("--show-config").stdout)
    kept, read = read_config("kept.yaml"), read_config(NAME)
    assert {name: value for name, value in kept.items() if name in read} == read
    rest = {name: value for name, value in kept.items() if name not in read}
    assert all(value == Options._field_defaults[name] for name, value in rest.items())


def test_without_a_file_everything_is_by_default(here: Path) -> None:
    lines = run("--show-config", "gone/").stdout.splitlines()
    assert all(line.endswith((":", "# default")) for line in lines)
    assert yaml.safe_load("\n".join(lines))["fail-on"] == "error"


def test_the_listing_prints_nothing_raw(here: Path) -> None:
    put({NAME: 'baseline: "a\\e[31mb: c"\nselect: ["no", "1.5", "\\u202ex"]\n'})
    shown = run("--show-config").stdout
    assert not re.search(r"[\x1b\u202e]", shown)
    (here / "kept.yaml").write_text(shown)
    assert read_config("kept.yaml")["select"] == ("no", "1.5", "\u202ex")
    assert read_config("kept.yaml")["baseline"] == "a\x1b[31mb: c"


# The schemas

CONFIG_SCHEMA = json.loads(config_schema(shipped()))
RULE_SCHEMA = json.loads(rule_schema())


def refused(schema: dict[str, Any], text: str) -> bool:
    return not jsonschema.Draft7Validator(schema).is_valid(yaml.safe_load(text))


def test_the_schema_has_the_keys_of_the_reader() -> None:
    assert properties(CONFIG_SCHEMA) == keys(KEYS)


def keys(table: Mapping[str, Key], way: str = "") -> set[str]:
    found = set()
    for name, key in table.items():
        found |= {way + name, *keys((key.of or key).keys, f"{way}{name}.")}
    return found


def properties(schema: dict[str, Any], way: str = "") -> set[str]:
    found = set()
    for name, each in schema.get("properties", {}).items():
        below = each if name != "settings" else {}
        found |= {way + name, *properties(below.get("items", below), f"{way}{name}.")}
    return found


GOOD = [text for text, _ in READ if text.startswith(("select: [a", "rules", "baseline", "profile", "severity", "mandatory", "supp", "target", "exclude", "overrides"))]  # fmt: skip


@pytest.mark.parametrize(
    "text", [*GOOD, "extends: a\n", "extends: [a, b]\n", "settings: {own-rule: {a: 1}}\n"]
)
def test_what_the_reader_takes_the_schema_takes(text: str) -> None:
    assert not refused(CONFIG_SCHEMA, text)


NOT_ONE_FILE = ("\\0", "gone.yaml", "[.]", "https:", "git@", "*a", "---", "[a\n", "select: [b]")
"""What no schema is asked: other files, what YAML is, characters of texts."""


@pytest.mark.parametrize(
    "text", [text for text, _ in WRONG if not any(part in text for part in NOT_ONE_FILE)]
)
def test_what_the_reader_refuses_the_schema_refuses(text: str) -> None:
    assert refused(CONFIG_SCHEMA, text)


@pytest.mark.parametrize(
    "text", ["settings: {many-small-pods: {pds: 1}}\n", "settings: {many-small-pods: {pods: x}}\n"]
)
def test_settings_of_shipped_rules_are_known(text: str) -> None:
    assert refused(CONFIG_SCHEMA, text)


def test_every_shipped_rule_is_valid() -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    judge = jsonschema.Draft7Validator(RULE_SCHEMA)
    files = sorted((ROOT / "rules").rglob("*.yaml"))
    assert [
        file.name
        for file in files
        if not judge.is_valid(yaml.load(file.read_text("utf-8"), loader))
    ] == []
    assert len(files) > 200


A_RULE = """\
summary: s
severity: note
why: w
given: {cluster: 'clusters[*]'}
when: cluster.name exists
message: m
examples: []
"""
WRONG_RULES = {
    "an unknown key": A_RULE + "serverity: x\n",
    "no summary": A_RULE.replace("summary: s\n", ""),
    "no clause": A_RULE.replace("when: cluster.name exists\n", ""),
    "a severity": A_RULE.replace("note", "fatal"),
    "a profile": A_RULE + "profile: strict\n",
    "a refuser": A_RULE + "refused_by: nobody\n",
    "a security score": A_RULE + "security: 11\n",
    "given nothing": A_RULE.replace("{cluster: 'clusters[*]'}", "{}"),
    "no operator": A_RULE.replace("cluster.name exists", "cluster.name is x"),
    "an empty list": A_RULE.replace("cluster.name exists", "[]"),
    "any of nothing": A_RULE.replace("cluster.name exists", "{any: []}"),
    "an unknown word beside any": A_RULE.replace(
        "cluster.name exists", "{any: [cluster.name exists], all: []}"
    ),
    "a fix of two": A_RULE + "fix: {set: cluster.rayVersion, remove: cluster.rayVersion, to: 1}\n",
    "a fix to nothing": A_RULE + "fix: {set: cluster.rayVersion}\n",
    "an insert of nothing": A_RULE + "fix: {insert: cluster.rayVersion}\n",
    "a fix that may be safe": A_RULE + "fix: {remove: cluster.rayVersion, safe: perhaps}\n",
    "an example of both": A_RULE.replace("[]", "[{pass: a, fail: b}]"),
    "an example of nothing": A_RULE.replace("[]", "[{target: '1.6'}]"),
    "an example's key": A_RULE.replace("[]", "[{pass: a, kuberay: '1.6'}]"),
}


@pytest.mark.parametrize("text", WRONG_RULES.values(), ids=WRONG_RULES)
def test_a_rule_that_the_reader_refuses_the_schema_refuses(text: str) -> None:
    assert not refused(RULE_SCHEMA, A_RULE)
    prepare(SourceFile("own/a-rule.yaml", A_RULE))
    assert refused(RULE_SCHEMA, text)
    with pytest.raises(UsageError):
        prepare(SourceFile("own/a-rule.yaml", text))


@pytest.mark.parametrize(("kind", "schema"), [("config", CONFIG_SCHEMA), ("rule", RULE_SCHEMA)])
def test_the_schemas_are_printed(kind: str, schema: dict[str, Any]) -> None:
    result = CliRunner().invoke(main, ["schema", kind])
    assert json.loads(result.stdout) == schema
    jsonschema.Draft7Validator.check_schema(schema)


# The page about it

PAGE = (ROOT / "docs" / "configuration.md").read_text("utf-8")


def test_the_page_tells_every_key_and_no_other() -> None:
    told = set(re.findall(r"(?m)^\| `([a-z.-]+)` \|", PAGE))
    assert told == keys(KEYS)


def test_the_configurations_that_the_page_shows_are_read(here: Path) -> None:
    shown = re.findall(r"```yaml\n(# \S*\.yaml\n.*?)```", PAGE, re.DOTALL)
    assert len(shown) >= 2
    for text in reversed(shown):
        put({text.split()[1]: text})
    put(
        {
            "policies/labels/own.yaml": A_RULE,
            "clusters/a.yaml": CLUSTER,
        }
    )
    for text in shown:
        assert read_config(text.split()[1])
    assert run().exit_code in (0, 1)


# What it costs

PROGRAM = """\
import sys, json
from raypolicy.cli import main
try: main(sys.argv[1:], prog_name='raypolicy')
except SystemExit: print(json.dumps([*sys.modules]))
"""


def modules_after(*arguments: str) -> Iterator[str]:
    command = [sys.executable, "-c", PROGRAM, "check", *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    yield from json.loads(answer.stdout.splitlines()[-1])


def test_a_configuration_costs_no_more_than_its_reader(here: Path) -> None:
    put({"a.yaml": "a: 1\n"})
    bare = set(modules_after("a.yaml"))
    about = {
        "raypolicy.configfile",
        "raypolicy.configkeys",
        "raypolicy.layers",
        "raypolicy.overrides",
    }
    assert bare & {"yaml", *about} == set()
    put({NAME: "fail-on: note\n"})
    more = set(modules_after("a.yaml")) - bare
    assert "yaml" in more
    slow = {"jsonpath_ng", "networkx", "tabulate", "difflib", "raypolicy.rule", "raypolicy.schemas"}
    assert more & {*slow, "raypolicy.overrides", "raypolicy.configlisting"} == set()
