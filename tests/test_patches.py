"""Patches of a kustomization: what they are for, which lists they wipe, which items they count."""

from __future__ import annotations

import pytest

from raypolicy.inputs.closure import Closure, closure_of
from raypolicy.inputs.patches import patches_of
from raypolicy.inputs.trees import ROOT, in_memory
from raypolicy.jsonpatches import counting_operations
from raypolicy.wiped import wiped_items

RAY = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev}
spec:
  headGroupSpec: {template: {spec: {containers: [{name: ray-head, image: a, ports: []}]}}}
  workerGroupSpecs: [{groupName: small, maxReplicas: 2, template: {}}, {groupName: large, template: {}}]
"""
GROUPS = "spec: {workerGroupSpecs: [{groupName: small, maxReplicas: 5}]}"
OPERATIONS = "[{op: replace, path: /spec/workerGroupSpecs/0/maxReplicas, value: 5}]"


def closure(kustomization: str, patch: str = "", ray: str = RAY) -> Closure:
    files = {"kustomization.yaml": f"resources: [ray.yaml]\n{kustomization}\n", "ray.yaml": ray, "p.yaml": patch}  # fmt: skip
    return closure_of(ROOT, in_memory({name: text.encode() for name, text in files.items()}))


WIPED = {
    # a patch in a file, and what is lost
    "a group": (f"kind: RayCluster\nmetadata: {{name: dev}}\n{GROUPS}", ["template"]),
    "a container": (
        "kind: RayCluster\nmetadata: {name: dev}\nspec: {headGroupSpec: {template: {spec: {containers: [{name: ray-head, env: []}]}}}}",
        ["image, ports"],
    ),
    "all of a group is written": (
        "kind: RayCluster\nmetadata: {name: dev}\nspec: {workerGroupSpecs: [{groupName: small, template: {}}]}",
        [],
    ),
    "a new group": ("kind: RayCluster\nmetadata: {name: dev}\nspec: {workerGroupSpecs: [{groupName: huge}]}", []),
    "another object": (f"kind: RayCluster\nmetadata: {{name: other}}\n{GROUPS}", []),
    "another kind": (f"kind: RayJob\nmetadata: {{name: dev}}\n{GROUPS}", []),
    "no kind": (f"metadata: {{name: dev}}\n{GROUPS}", []),
    "a kind that is none": (f"kind: [a]\nmetadata: {{name: dev}}\n{GROUPS}", []),
    "a name that is none": (f"kind: RayCluster\nmetadata: {{name: {{a: b}}}}\n{GROUPS}", ["template"]),
    "lists of odd things": (
        "kind: RayCluster\nmetadata: {name: dev}\nspec: {workerGroupSpecs: [5, [a], {groupName: [a]}]}",
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("patch", "lost"), WIPED.values(), ids=WIPED)
def test_what_a_patch_wipes(patch: str, lost: list[str]) -> None:
    found = wiped_items(closure("patches: [{path: p.yaml}]", patch))
    assert [", ".join(item.lost) for item in found] == lost


TARGETS = {
    # what a kustomization says of a patch that has another name, and whether it is for the cluster
    "target: {kind: RayCluster, name: dev}": True,
    "target: {kind: RayCluster}": True,
    "target: {kind: RayCluster, name: d.*}": True,
    "target: {kind: RayCluster, name: other}": False,
    "target: {kind: RayJob, name: dev}": False,
    "target: {name: dev}": True,
    "options: {}": False,
}


@pytest.mark.parametrize(("target", "meant"), TARGETS.items())
def test_a_targets_name_counts_not_the_patchs_own(target: str, meant: bool) -> None:
    patch = f"kind: RayCluster\nmetadata: {{name: not-important}}\n{GROUPS}"
    found = list(wiped_items(closure(f"patches: [{{path: p.yaml, {target}}}]", patch)))
    assert bool(found) == meant


def test_a_schema_may_merge_lists() -> None:
    patch = f"kind: RayCluster\nmetadata: {{name: dev}}\n{GROUPS}"
    schema = "openapi: {path: p.yaml}\npatches: [{path: p.yaml}]"
    assert list(wiped_items(closure(schema, patch))) == []


@pytest.mark.parametrize(
    "text",
    [
        "patches: [{path: p.yaml, target: {kind: RayCluster}}]",
        "patchesJson6902: [{path: p.yaml, target: {kind: RayCluster}}]",
        f"patches:\n- target: {{kind: RayCluster}}\n  patch: |\n    {OPERATIONS}\n\n",
    ],
)
def test_operations_that_count(text: str) -> None:
    (found,) = counting_operations(closure(text, OPERATIONS))
    assert (found.list, found.number, found.tested) == ("workerGroupSpecs", 0, False)


@pytest.mark.parametrize("text", ["patches: 5", "patches: [5, [], {path: [a]}, {patch: {a: 1}}]", "patchesStrategicMerge: [gone.yaml, 5]"])  # fmt: skip
def test_what_is_no_patch(text: str) -> None:
    assert list(patches_of(closure(text))) == []


def test_a_resource_whose_kind_is_none() -> None:
    patch = f"kind: RayCluster\nmetadata: {{name: dev}}\n{GROUPS}"
    odd = RAY.replace("kind: RayCluster", "kind: [RayCluster]")
    assert list(wiped_items(closure("patches: [{path: p.yaml}]", patch, odd))) == []
