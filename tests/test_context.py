"""A file that is named alone: what lies beside it is in view, and is not audited itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from raypolicy.config import Options
from raypolicy.findings import Report
from raypolicy.run import check

CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: trainer}
spec:
  headGroupSpec:
    template:
      spec:
        containers:
        - name: ray-head
          image: rayproject/ray:latest
          envFrom: [{secretRef: {name: %s}}]
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: tokens-prod}\n"
JOB = """\
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: nightly}
spec: {entrypoint: "python x.py", clusterSelector: {ray.io/cluster: %s}}
"""
CLIENT = """\
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, image: c, env: [{name: RAY_ADDRESS, value: "ray://%s-head-svc:10001"}]}]}
---
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: of-ray}
spec: {entrypoint: x, clusterSelector: {ray.io/cluster: trainer}}
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {about: ray.io/v1}}
spec: {defaultBackend: {service: {name: %s-head-svc, port: {number: 8265}}}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rules(report: Report) -> list[str]:
    return [f"{finding.span.source.name} {finding.rule.id}" for finding in report.findings]


CASES = {
    # the file that is named, what lies beside it, and what is found
    "a name that is there": (CLUSTER % "tokens-prod", SECRET, []),
    "a name that almost is": (CLUSTER % "tokesn-prod", SECRET, ["misspelt-config-name"]),
    "a cluster that is there": (JOB % "trainer", CLUSTER % "x", []),
    "a cluster that almost is": (JOB % "trianer", CLUSTER % "x", ["misspelt-cluster-selector"]),
    "a Service that will be": (CLIENT % "trainer", CLUSTER % "x", []),
    "a Service that almost will": (CLIENT % "trianer", CLUSTER % "x", ["misspelt-service-address"]),
    "a route": (INGRESS % "trianer", CLUSTER % "x", ["misspelt-backend"]),
    "nothing beside": (JOB % "trianer", "", []),
}  # fmt: skip


@pytest.mark.parametrize(("named", "beside", "expected"), CASES.values(), ids=CASES)
def test_what_lies_beside_is_in_view(named: str, beside: str, expected: list[str], folder: Path) -> None:  # fmt: skip
    (folder / "named.yaml").write_text(named)
    (folder / "beside.yaml").write_text(beside)
    options = Options(select=("references",))
    assert rules(check(["named.yaml"], options)) == [f"named.yaml {rule}" for rule in expected]


def test_what_lies_beside_is_not_audited(folder: Path) -> None:
    (folder / "named.yaml").write_text(JOB % "trainer")
    (folder / "beside.yaml").write_text(CLUSTER % "x")
    report = check(["named.yaml"])
    assert rules(report) == []
    covered = report.coverage
    assert (covered.files, covered.resources, covered.documents) == (1, 1, 1)
    assert rules(check(["."], Options(select=("moving-tag",)))) == ["beside.yaml moving-tag"]


def test_a_directory_further_down_is_not_beside(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "named.yaml").write_text(JOB % "trianer")
    (folder / "below" / "beside.yaml").write_text(CLUSTER % "x")
    assert rules(check(["named.yaml"], Options(select=("references",)))) == []
