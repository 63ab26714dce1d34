"""One slip, one finding: a misspelt or misplaced field, and all that is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from raypolicy import check
from raypolicy.config import Options

CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata:
  name: dev
spec:
  rayVersion: 2.52.0
  headGroupSpec:
    rayStartParams: {}
    template:
      spec:
        containers:
        - name: ray-head
          image: rayproject/ray:2.52.0
          ports:
          - containerPort: 6379
            name: gcs-server
          - containerPort: 8265
            name: dashboard
          - containerPort: 8000
            name: serve
          resources:
            requests: {cpu: 2, memory: 8Gi}
            limits: {cpu: 2, memory: 8Gi}
        volumes:
        - name: data
          persistentVolumeClaim:
            claimName: data
  workerGroupSpecs:
  - groupName: small
    replicas: 1
    minReplicas: 1
    maxReplicas: 3
    rayStartParams: {}
    template:
      spec:
        containers:
        - name: ray-worker
          image: rayproject/ray:2.52.0
          resources:
            requests: {cpu: 2, memory: 8Gi}
            limits: {cpu: 2, memory: 8Gi}
"""
SPEC = CLUSTER.partition("spec:\n")[2].replace("\n", "\n  ").rstrip()
JOB = f"""\
apiVersion: ray.io/v1
kind: RayJob
metadata:
  name: train
spec:
  entrypoint: python train.py
  shutdownAfterJobFinishes: true
  ttlSecondsAfterFinished: 60
  rayClusterSpec:
  {SPEC}
"""
SERVICE = f"""\
apiVersion: ray.io/v1
kind: RayService
metadata:
  name: chat
spec:
  serveConfigV2: |
    applications: [{{import_path: "app:app"}}]
  rayClusterConfig:
  {SPEC}
"""


def told(text: str) -> list[str]:
    return [f"{each.message} [{each.rule.id}]" for each in check(text=text).findings]


@pytest.mark.parametrize(
    ("sound", "right", "wrong", "message"),
    [
        (CLUSTER, "groupName:", "groupname:", "did you mean groupName? [misspelt-field]"),
        (CLUSTER, "groupName:", "name:", "is groupName meant? [mistaken-field]"),
        (CLUSTER, "workerGroupSpecs:", "workerGroups:", "is workerGroupSpecs meant? [mistaken-field]"),
        (CLUSTER, "image:", "Image:", "did you mean image? [misspelt-field]"),
        (CLUSTER, "- name: ray-head", "- nam: ray-head", "is name meant? [mistaken-field]"),
        (CLUSTER, "limits:", "limit:", "did you mean limits? [misspelt-field]"),
        (CLUSTER, "resources:", "resource:", "did you mean resources? [misspelt-field]"),
        (CLUSTER, "- containerPort: 6379", "- port: 6379", "is containerPort meant? [mistaken-field]"),
        (CLUSTER, "claimName:", "name:", "is claimName meant? [mistaken-field]"),
        (CLUSTER, "persistentVolumeClaim:", "pvc:", "is persistentVolumeClaim meant? [mistaken-field]"),
        (CLUSTER, "template:", "templates:", "did you mean template? [misspelt-field]"),
        (CLUSTER, "containers:", "container:", "did you mean containers? [misspelt-field]"),
        (CLUSTER, "template:\n      spec:", "pods:\n      spec:", "is template meant? [mistaken-field]"),
        (JOB, "rayClusterSpec:", "rayClusterConfig:", "is rayClusterSpec meant? [mistaken-field]"),
        (JOB, "shutdownAfterJobFinishes:", "shutdownAfterJobFinish:", "is shutdownAfterJobFinishes meant? [mistaken-field]"),
        (CLUSTER, "rayVersion: 2.52.0", "rayVersion: 2.52.0\n  gcsFTOptions: {redisAddress: redis:6379}",
         "is gcsFaultToleranceOptions meant? [mistaken-field]"),
        (SERVICE, "rayClusterConfig:", "rayClusterSpec:", "is rayClusterConfig meant? [mistaken-field]"),
    ],
)  # fmt: skip
def test_a_slip_is_told_once(sound: str, right: str, wrong: str, message: str) -> None:
    assert told(sound) == []
    found = told(sound.replace(right, wrong, 1))
    assert len(found) == 1
    assert found[0].endswith(message)


def test_what_is_wrong_besides_is_told_as_well() -> None:
    wrong = CLUSTER.replace("replicas: 1", "replica: 1").replace("image:", "Image:", 1)
    found = told(wrong.replace("maxReplicas: 3", "maxReplicas: 0"))
    assert [each.rpartition("[")[2] for each in found] == [
        "misspelt-field]",
        "misspelt-field]",
        "reversed-replica-bounds]",
    ]


def test_a_wrapped_spec_is_told_once() -> None:
    inside = SPEC.replace("\n", "\n  ")
    wrapped = JOB.replace(SPEC, f"  spec:\n    {inside}")
    assert told(wrapped) == [
        "rayClusterSpec has no field spec: what is in it belongs right into rayClusterSpec"
        " [needless-level]"
    ]


def test_without_the_rule_that_tells_of_it_what_it_brings_is_told() -> None:
    wrong = CLUSTER.replace("image:", "Image:", 1)
    found = check(text=wrong, options=Options(select=("missing-image",))).findings
    assert [each.rule.id for each in found] == ["missing-image"]


def test_where_a_field_was_meant_to_be_nothing_is_mended(tmp_path: Path) -> None:
    """The rules that are asked again see mappings there that are not written anywhere."""
    (tmp_path / "a.yaml").write_text(
        "apiVersion: ray.io/v1\nkind: RayService\nmetadata: {name: models}\n"
        "spec: {rayClusterConfig: {enableInTreeAutoscaling: true,"
        " headGroupSpec: {template: {name: ''}}}}\n"
    )
    found = {finding.rule.id for finding in check(str(tmp_path)).findings}
    assert {"misnested-field", "empty-containers"} <= found
