"""Drawings as Graphviz and Mermaid read them. Not here: what is drawn (`test_graph`)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from raypolicy.cli import main

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent
PLATFORM = HERE.parent.parent / "fixtures" / "platform"
CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  headGroupSpec:
    template:
      spec:
        serviceAccountName: {account}
        containers: [{{name: ray-head, image: rayproject/ray:2.9.0}}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {{name: {account}, namespace: {namespace}}}
"""
HARD = [
    '"quoted" \\ and \\"both',
    "](<b>bold</b>)[",
    "end",
    "#quot; &amp; #35;",
    "ünïcode 日本 🙂",
    "a|b{c}d%%e;f`g`",
    "\\N \\l \\G \\E",
    "%% {init: {}}",
]


def drawing(path: Path, style: str) -> str:
    result = CliRunner().invoke(main, ["graph", str(path), "--format", style])
    assert result.exit_code == 0, result.output
    return result.stdout


def labels(path: Path) -> list[list[str]]:
    """Of the vertices and the edges, from the JSON of the same graph."""
    nodes, edges = [], []
    for bundle in json.loads(drawing(path, "json")):
        for each in bundle["vertices"]:
            name = "/".join(filter(None, (each["namespace"], each["name"])))
            nodes.append(f"{each['kind']} {name}")
        for each in bundle["edges"]:
            state = "" if each["state"] in ("found", "open") else f": {each['state']}"
            edges.append(each["via"] + state)
    return [sorted(nodes), sorted(edges)]


def read(path: Path, style: str) -> list[list[str]]:
    done = subprocess.run(
        ["node", "drawn.mjs", style],
        cwd=HERE,
        input=drawing(path, style),
        capture_output=True,
        text=True,
        check=True,
    )
    nodes, edges = json.loads(done.stdout)
    return [sorted(nodes), sorted(edges)]


@pytest.mark.parametrize("style", ["dot", "mermaid"])
def test_a_platform(style: str) -> None:
    assert read(PLATFORM, style) == labels(PLATFORM)


@pytest.mark.parametrize("style", ["dot", "mermaid"])
def test_names_that_mean_something_to_the_tool(style: str, tmp_path: Path) -> None:
    for number, hard in enumerate(HARD):
        names = {
            word: json.dumps(f"{hard}{word}", ensure_ascii=False)
            for word in ("name", "namespace", "account")
        }
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "ray.yaml").write_text(CLUSTER.format(**names))
    assert all(any(hard in label for label in labels(tmp_path)[0]) for hard in HARD)
    assert read(tmp_path, style) == labels(tmp_path)
