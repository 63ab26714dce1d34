"""What a kustomization is made of, and what of it is not followed: no renderer is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from raypolicy.inputs.closure import ASTRAY, CIRCLE, MISSING, REMOTE, UNFILLED, Closure, closure_of
from raypolicy.inputs.kustomization import PATCH, RESOURCE
from raypolicy.inputs.trees import ROOT, in_memory, on_disk

RAY = "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\n"
BASE = {"base/kustomization.yaml": "resources: [ray.yaml]\n", "base/ray.yaml": RAY}


def closure(files: dict[str, str], folder: str = "over") -> Closure:
    tree = in_memory({name: text.encode() for name, text in files.items()})
    return closure_of(f"{ROOT}/{folder}", tree)


def faults(found: Closure) -> list[tuple[str, str]]:
    return [(fault.kind, str(fault.node.value)) for fault in found.faults]


FOLLOWED = {
    # a kustomization, and the uses that are made of further files
    "resources": ("resources: [a]", {"a": RESOURCE}),
    "patches": ("patches: [{path: a}]", {"a": PATCH}),
    "patchesStrategicMerge": ("patchesStrategicMerge: [a]", {"a": PATCH}),
    "patchesJson6902": ("patchesJson6902: [{path: a, target: {kind: RayCluster}}]", {"a": PATCH}),
    "files of a generator": ("configMapGenerator: [{name: x, files: [a, k=b]}]", {"a": "further", "b": "further"}),
    "variables of a generator": ("secretGenerator: [{name: x, envs: [a], env: b}]", {"a": "further", "b": "further"}),
    "replacements": ("replacements: [{path: a}]", {"a": "further"}),
    "configurations": ("configurations: [a]", {"a": "further"}),
    "a schema": ("openapi: {path: a}", {"a": "further"}),
    "no files": ("namePrefix: x-\nimages: [{name: a, newTag: b}]", {}),
    "a patch that is written there": ("patchesStrategicMerge: ['a: 1\n\n  b: 2']", {}),
    "a path with dots": ("resources: [./x/../a]", {"a": RESOURCE}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "uses"), FOLLOWED.values(), ids=FOLLOWED)
def test_what_is_followed(text: str, uses: dict[str, str]) -> None:
    files = {"over/kustomization.yaml": text, "over/a": "x: 1\n", "over/b": "x: 1\n"}
    found = closure(files)
    expected = {f"{ROOT}/over/{name}": {use} for name, use in uses.items()}
    assert {path: set(use) for path, use in found.uses.items() if "kustom" not in path} == expected
    assert found.faults == ()


def test_bases_and_components_are_followed() -> None:
    files = {
        **BASE,
        "over/kustomization.yaml": "resources: [../base]\ncomponents: [../part]\n",
        "part/kustomization.yaml": "kind: Component\npatches: [{path: a.yaml}]\n",
        "part/a.yaml": RAY,
    }
    found = closure(files)
    assert found.bases == {f"{ROOT}/base", f"{ROOT}/part"}
    assert found.used_as(RESOURCE) == {f"{ROOT}/base/ray.yaml"}
    assert found.used_as(PATCH) == {f"{ROOT}/part/a.yaml"}
    assert found.speaks_of_ray


@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_names_of_the_file(name: str) -> None:
    assert closure({f"over/{name}": "resources: [a]", "over/a": RAY}).speaks_of_ray


NOT_FOLLOWED = {
    "https://github.com/ray-project/kuberay//ray-operator/config/default?ref=v1.7.0": REMOTE,
    "github.com/ray-project/kuberay/ray-operator/config/default?ref=v1.7.0": REMOTE,
    "git@github.com:a/b.git": REMOTE,
    "https://raw.githubusercontent.com/a/b/main/ray.yaml": REMOTE,
    "gitlab.example.com/team/repo/base": REMOTE,
    "../../../etc": ASTRAY,
    "../../../../../../etc/passwd": ASTRAY,
    "/etc/passwd": ASTRAY,
    "gone.yaml": MISSING,
    "${STAGE}.yaml": UNFILLED,
    "../gone": MISSING,
    "../empty": MISSING,
    "../over": CIRCLE,
    ".": CIRCLE,
}


@pytest.mark.parametrize(("entry", "kind"), NOT_FOLLOWED.items())
def test_what_is_not_followed(entry: str, kind: str) -> None:
    files = {"over/kustomization.yaml": f"resources: ['{entry}', a]", "over/a": RAY, "empty/x": ""}
    found = closure(files)
    assert faults(found) == [(kind, entry)]
    assert found.used_as(RESOURCE) == {f"{ROOT}/over/a"}, "the rest is taken all the same"


def test_a_circle_is_told_at_the_entry_that_closes_it() -> None:
    files = {
        "over/kustomization.yaml": "resources: [../a]\n",
        "a/kustomization.yaml": "resources: [../b]\n",
        "b/kustomization.yaml": "resources: [../a]\n",
    }
    found = closure(files)
    assert faults(found) == [(CIRCLE, "../a")]
    assert found.faults[0].message == "leads in a circle of bases: tree/a → tree/b → tree/a"
    assert found.faults[0].node.document.source.name == "b/kustomization.yaml"


def test_a_base_that_two_build_on_is_no_circle() -> None:
    files = {
        **BASE,
        "over/kustomization.yaml": "resources: [../a, ../b]\n",
        "a/kustomization.yaml": "resources: [../base]\n",
        "b/kustomization.yaml": "resources: [../base]\n",
    }
    assert closure(files).faults == ()


@pytest.mark.parametrize("text", ["resources: [\n", "\tresources: []\n", "a: 1\na: [\n"])
def test_a_kustomization_that_cannot_be_read(text: str) -> None:
    found = closure({"over/kustomization.yaml": text})
    assert [document.source.name for document in found.unreadable] == ["over/kustomization.yaml"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]\n", "5\n", "resources: 5\n", "resources: [{a: 1}, null, '']\n", "patches: [5]\n"])  # fmt: skip
def test_what_is_no_kustomization_names_nothing(text: str) -> None:
    assert closure({"over/kustomization.yaml": text}).faults == ()


def test_no_link_is_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "repository", tmp_path / "outside"
    (inside / "over").mkdir(parents=True)
    (inside / "real").mkdir()
    outside.mkdir()
    (outside / "secret.yaml").write_text(RAY)
    (inside / "real" / "kustomization.yaml").write_text("resources: []\n")
    (inside / "over" / "file.yaml").symlink_to(outside / "secret.yaml")
    (inside / "over" / "folder").symlink_to(inside / "real")
    (inside / "over" / "loop").symlink_to("loop")
    (inside / "over" / "kustomization.yaml").write_text("resources: [file.yaml, folder, loop]\n")
    found = closure_of(str(inside / "over"), on_disk([str(inside)]))
    assert faults(found) == [(ASTRAY, "file.yaml"), (ASTRAY, "folder"), (ASTRAY, "loop")]
    assert not found.speaks_of_ray
