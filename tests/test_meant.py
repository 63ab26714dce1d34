"""What a fix takes for meant, and where it does not know: a row a rule, what is written, the fix.

Facts that only fixes ask for are told here by what fixes make of them. Not here: that a fix removes
its finding (`test_fixes`).
"""

from __future__ import annotations

from typing import Any

import pytest
from test_facts import cluster, model

from raypolicy.catalogue import shipped
from raypolicy.rule import Rule
from raypolicy.ruleset import RuleSet

RULES = {rule["id"]: rule for rule in shipped()}
CONTAINER = "name: ray-head, image: '%s'"


def fixes(rule: str, given: dict[str, str], target: str | None = None) -> list[str]:
    """What the fixes of a rule's findings would do; `-` for a finding without one."""
    found = RuleSet([Rule(RULES[rule], {})]).run(model(cluster(**given), target)).findings
    return ["-" if each.fix is None else each.fix.title for each in found]


def params(text: str, **more: str) -> dict[str, str]:
    return {"head": f"rayStartParams: {{{text}}}", **more}


def annotated(text: str) -> dict[str, str]:
    return {"metadata": f"name: dev, annotations: {{{text}}}"}


def image(text: str, spec: str = "suspend: false") -> dict[str, str]:
    return {"head_container": CONTAINER % text, "spec": spec}


TOKEN = "authOptions: {mode: token}"
ROWS: list[tuple[str, dict[str, Any], list[str]]] = [
    # values of annotations
    ("ineffective-annotation-value", annotated("ray.io/ft-enabled: 'yes'"), ["set ray.io/ft-enabled to \"true\""]),
    ("ineffective-annotation-value", annotated("ray.io/ft-enabled: ' Off '"), ["set ray.io/ft-enabled to \"false\""]),
    ("ineffective-annotation-value", annotated("ray.io/ft-enabled: perhaps"), ["-"]),
    ("ineffective-annotation-value", annotated("ray.io/overwrite-container-cmd: 'yes'"), ["-"]),
    ("ineffective-annotation-value", annotated("ray.io/gcs-ft-deletion-timeout: 2h"), ["set ray.io/gcs-ft-deletion-timeout to \"7200\""]),
    ("ineffective-annotation-value", annotated("ray.io/gcs-ft-deletion-timeout: 0s"), ["-"]),
    ("ineffective-annotation-value", annotated("ray.io/gcs-ft-deletion-timeout: 1h30m"), ["-"]),
    ("misspelt-annotation", annotated("ray.io/ft_enabled: 'true'"), ["rename ray.io/ft_enabled to ray.io/ft-enabled"]),
    ("misspelt-annotation", annotated("ray.io/overwrite_container_cmd: 'true'"), ["-"]),
    # where annotations are read
    ("misplaced-annotation", {"metadata": "name: dev, labels: {ray.io/ft-enabled: 'true'}"}, ["remove ray.io/ft-enabled, set ray.io/ft-enabled to \"true\""]),
    ("misplaced-annotation", {"metadata": "name: dev, labels: {ray.io/ft-enabled: 'true'}, annotations: {ray.io/ft-enabled: 'false'}"}, ["-"]),
    ("misplaced-annotation", {"metadata": "name: dev, labels: {ray.io/overwrite-container-cmd: 'true'}"}, ["-"]),
    # start parameters
    ("split-start-parameter", params("temp-dir: /a b"), ["set temp-dir to '/a b'"]),
    ("split-start-parameter", params("temp-dir: \"/a b's\""), ["-"]),
    ("split-start-parameter", params("temp-dir: '/a\\\\ b c'"), ["-"]),
    ("split-start-parameter", params("num-cpus: 4 cores"), ["-"]),
    ("structured-start-parameter", params("resources: {a: 1}"), ["set resources to '{\"a\": 1}'"]),
    ("structured-start-parameter", params("resources: {\"it's\": 1}"), ["-"]),
    ("structured-start-parameter", params("resources: [1]"), ["-"]),
    ("structured-start-parameter", params("port: {a: 1}"), ["-"]),
    ("unquoted-resources", params("resources: '{\"a\": 1}'"), ["set resources to '{\"a\": 1}'"]),
    ("misfit-start-parameter", params("no-redirect-output: 'Yes'"), ["set no-redirect-output to \"true\""]),
    ("misfit-start-parameter", params("no-redirect-output: '0'"), ["set no-redirect-output to \"false\""]),
    ("misfit-start-parameter", params("no-redirect-output: some"), ["-"]),
    ("misfit-start-parameter", params("num-cpus: '0.5'"), ["-"]),
    ("labels-start-parameter", params("labels: 'a=b, c=d'"), ["remove labels, add labels"]),
    ("labels-start-parameter", params("labels: '{\"a\": \"b\"}'"), ["remove labels, add labels"]),
    ("labels-start-parameter", params("labels: '{\"a\": 1}'"), ["-"]),
    ("labels-start-parameter", params("labels: 'a'"), ["-"]),
    ("labels-start-parameter", params("labels: 'a=b c'"), ["-"]),
    ("labels-start-parameter", params("labels: '$LABELS'"), ["-"]),
    ("labels-start-parameter", {"head": "labels: {e: f}, rayStartParams: {labels: 'a=b'}"}, ["-"]),
    # names
    ("unfit-group-name", {"worker": "groupName: GPU_workers_"}, ["set groupName to gpu-workers"]),
    ("unfit-group-name", {"worker": "groupName: gpu workers}\n  - {groupName: gpu-workers"}, ["-"]),
    ("unfit-group-name", {"worker": "groupName: Headgroup_"}, ["-"]),
    ("unfit-group-name", {"worker": "groupName: _"}, ["-"]),
    ("invalid-name", {"metadata": "name: Train_BERT"}, ["set name to train-bert"]),
    ("invalid-name", {"metadata": "name: 2_ß"}, ["-"]),
    ("unfit-name", {"metadata": "name: a.b"}, ["set name to a-b"]),
    ("unfit-name", {"metadata": "name: 2nd"}, ["-"]),
    ("unfit-name", {"metadata": "generateName: a.b-"}, ["-"]),
    # images
    ("discontinued-repository", image("rayproject/ray-ml:2.31.0-py310-gpu"), ["set image to rayproject/ray-ml:2.31.0.deprecated-py310-gpu"]),
    ("discontinued-repository", image("docker.io/rayproject/ray-ml:2.40.0"), ["set image to docker.io/rayproject/ray-ml:2.40.0.deprecated"]),
    ("discontinued-repository", image("rayproject/ray-ml:2.52.0"), ["-"]),
    ("unpublished-suffix", image("rayproject/ray:2.9.0-py310-cu130"), ["set image to rayproject/ray:2.9.0-py310-gpu"]),
    ("unpublished-suffix", image("rayproject/ray:2.9.0-py310-tpu"), ["-"]),
    # rayVersion
    ("unquoted-ray-version", {"spec": "rayVersion: 2.10"}, ["set rayVersion to \"2.10\""]),
    ("unquoted-ray-version", {"spec": "rayVersion: 2"}, ["-"]),
    ("low-ray-version", image("rayproject/ray:2.55.1", f"{TOKEN}\n  rayVersion: 2.46.0"), ["set rayVersion to 2.55.1"]),
    ("low-ray-version", image("rayproject/ray:2.46.0", f"{TOKEN}\n  rayVersion: 2.46.0"), ["-"]),
    ("missing-ray-version", image("rayproject/ray:2.46.0", TOKEN), ["-"]),
    ("missing-ray-version", image("rayproject/ray:2.55.1", TOKEN), ["set rayVersion to 2.55.1"]),
    ("unreadable-ray-version", {**image("team/app:7", "rayVersion: newest"), "worker_container": "image: team/app:7"}, ["-"]),
    # probes and the dashboard
    ("probe-handler-count", {"head_container": CONTAINER % "rayproject/ray:2.9.0" + ", livenessProbe: {periodSeconds: 5}"}, ["remove livenessProbe"]),
    ("probe-handler-count", {"head_container": CONTAINER % "rayproject/ray:2.9.0" + ", livenessProbe: {exec: {command: [a]}, grpc: {port: 1}}"}, ["-"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "given", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_meant(rule: str, given: dict[str, Any], expected: list[str]) -> None:
    assert fixes(rule, given) == expected
