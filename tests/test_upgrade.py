"""`raypolicy upgrade`: what comes, what goes, what is made otherwise, and from which release on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from raypolicy.cli import main

CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata:
  name: dev
spec:
  rayVersion: 2.52.0
  headGroupSpec:
    rayStartParams: {}
    template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:2.52.0"}]}}
  workerGroupSpecs:
  - groupName: small
    replicas: 1
    minReplicas: 1
    maxReplicas: 2
    rayStartParams: {}
    template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.52.0"}]}}
"""


def run(folder: Path, text: str, *options: str) -> Result:
    file = folder / "ray.yaml"
    file.write_text(text)
    return CliRunner().invoke(main, ["upgrade", "--no-config", *options, str(file)])


def data(folder: Path, text: str, before: str, after: str) -> dict[str, Any]:
    done = run(folder, text, "--from", before, "--to", after, "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_newly_refused_cluster_is_told_with_the_release_that_refuses_it(tmp_path: Path) -> None:
    text = CLUSTER.replace("minReplicas: 1", "minReplicas: 3")
    refused = data(tmp_path, text, "1.3", "1.7")["refused"]
    assert [(each["rule"], each["since"], each["line"]) for each in refused] == [
        ("reversed-replica-bounds", "1.6.2", 13)
    ]


def test_what_the_older_release_found_alone_is_gone(tmp_path: Path) -> None:
    text = CLUSTER.replace("minReplicas: 1", "minReplicas: 3")
    gone = data(tmp_path, text, "1.3", "1.7")["gone"]
    assert [(each["rule"], each["since"]) for each in gone] == [("ignored-replica-bounds", "1.6.2")]


MADE = {
    "a login shell no more": ("1.3", "1.4", "spec.containers[ray-head].command[1]", "-lc", "-c"),
    "the name of the GCS's port": ("1.2", "1.3", "spec.ports[gcs-server]", None, 6379),
}


@pytest.mark.parametrize("case", MADE.values(), ids=MADE)
def test_what_the_operator_makes_otherwise(tmp_path: Path, case: tuple[Any, ...]) -> None:
    before, after, path, old, new = case
    made = {each["path"]: each for each in data(tmp_path, CLUSTER, before, after)["made"]}
    told = made[path]
    value = told["after"]["port"] if isinstance(told["after"], dict) else told["after"]
    assert (told["before"], value) == (old, new)


def test_of_an_unrefused_manifest_that_is_all(tmp_path: Path) -> None:
    done = run(tmp_path, CLUSTER, "--from", "1.6.0", "--to", "1.6.1")
    assert (done.stdout, done.exit_code) == (
        "KubeRay 1.6.0 to 1.6.1: 1 file, 1 Ray resource\nnothing changes\n",
        0,
    )


def test_the_status_says_whether_something_is_refused(tmp_path: Path) -> None:
    broken = CLUSTER.replace("minReplicas: 1", "minReplicas: 3")
    assert run(tmp_path, broken, "--from", "1.5", "--to", "1.6").exit_code == 1
    assert run(tmp_path, broken, "--from", "1.6", "--to", "1.7").exit_code == 0


def test_the_same_change_in_several_resources_is_told_once(tmp_path: Path) -> None:
    text = CLUSTER + "---\n" + CLUSTER.replace("name: dev", "name: prod")
    lines = run(tmp_path, text, "--from", "1.3", "--to", "1.4").stdout.splitlines()
    told = [line for line in lines if "containers[ray-head].command[1]" in line]
    assert [line.partition("  (")[2] for line in told] == ["RayCluster dev, RayCluster prod)"]


def test_the_release_in_the_tags_for_statistics_is_no_change(tmp_path: Path) -> None:
    made = data(tmp_path, CLUSTER, "1.4", "1.7")["made"]
    assert not [each for each in made if "USAGE_STATS_EXTRA_TAGS" in each["path"]]


def test_a_cluster_of_another_name_is_one_change(tmp_path: Path) -> None:
    spec = CLUSTER.partition("spec:\n")[2].replace("\n", "\n  ").rstrip()
    text = (
        "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: train}\n"
        f"spec:\n  entrypoint: a\n  rayClusterSpec:\n  {spec}\n"
    )
    made = data(tmp_path, text, "1.3", "1.4")["made"]
    named = [each for each in made if "raycluster" in str(each["before"])]
    assert [(each["role"], each["path"]) for each in named] == [("raycluster", "metadata.name")]
    assert named[0]["after"] == "train-xxxxx"


def test_what_cannot_be_read_is_no_pass(tmp_path: Path) -> None:
    done = run(tmp_path, f"{CLUSTER}---\nray.io/v1: [\n", "--from", "1.6", "--to", "1.7")
    assert done.exit_code == 1
    assert "cannot be read: " in done.stdout
    assert "nothing changes" not in done.stdout


def test_nothing_to_compare_is_no_pass(tmp_path: Path) -> None:
    assert run(tmp_path, "", "--from", "1.6", "--to", "1.7").exit_code == 3


WRONG = {
    "the other way round": ("1.7", "1.3", "KubeRay 1.7.0 is not older than 1.3.2"),
    "no such release": ("1.3", "9.9", "unknown KubeRay release '9.9'"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_misuse(tmp_path: Path, case: tuple[str, str, str]) -> None:
    before, after, said = case
    done = run(tmp_path, CLUSTER, "--from", before, "--to", after)
    assert done.exit_code == 2
    assert said in done.stderr


def test_standard_input() -> None:
    arguments = ["upgrade", "--no-config", "--from", "1.5", "--to", "1.6", "-"]
    done = CliRunner().invoke(
        main, arguments, input=CLUSTER.replace("minReplicas: 1", "minReplicas: 3")
    )
    assert "<stdin>:13:18: error: small has minReplicas 3 above maxReplicas 2" in done.stdout
