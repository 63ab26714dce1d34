"""Which Services are in the way of those that the operator makes, as a table."""

from __future__ import annotations

import pytest
from test_facts import model, told

HEAD = "headGroupSpec: {template: {spec: {containers: [{image: rayproject/ray:2.52.0}]}}}"
SPECS = {
    "RayCluster": f"{{{HEAD}}}",
    "RayJob": f"{{rayClusterSpec: {{{HEAD}}}}}",
    "RayService": f"{{rayClusterConfig: {{{HEAD}}}}}",
    "Service": "{ports: [{port: 80}]}",
}
POSING = "labels: {ray.io/cluster: dev, ray.io/node-type: head, ray.io/identifier: dev-head}"


def manifest(kind: str, metadata: str) -> str:
    version = "v1" if kind == "Service" else "ray.io/v1"
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {SPECS[kind]}\n"


CLAIMS = [
    # two manifests, the release of KubeRay, what is in the way of whose Service
    (("RayCluster", "name: dev"), ("RayService", "name: dev"), "1.7", ["RayService: dev-head-svc of RayCluster"]),
    (("RayCluster", "name: dev"), ("RayJob", "name: dev"), "1.7", ["RayJob: dev-head-svc of RayCluster"]),
    (("RayCluster", "name: dev"), ("RayJob", "name: dev"), "1.4", []),
    (("RayCluster", "name: dev"), ("RayCluster", "name: dev"), "1.7", []),
    (("RayCluster", "name: dev, namespace: a"), ("RayService", "name: dev, namespace: b"), "1.7", []),
    (("RayCluster", "name: $NAME"), ("RayService", "name: $NAME"), "1.7", []),
    (("RayCluster", "name: dev"), ("Service", "name: dev-head-svc"), "1.7", ["Service: dev-head-svc of RayCluster"]),
    (("RayCluster", "name: dev"), ("Service", f"name: dev-head-svc, {POSING}"), "1.7", []),
    (("RayCluster", "name: dev"), ("Service", f"name: other, {POSING}"), "1.7", ["Service poses: dev-head-svc of RayCluster"]),
    (("RayCluster", "name: dev"), ("Service", "name: other"), "1.7", []),
    (("RayService", "name: dev"), ("Service", "name: dev-serve-svc"), "1.7", ["Service: dev-serve-svc of RayService"]),
    (("RayService", "name: dev, namespace: a"), ("Service", "name: dev-serve-svc, namespace: b"), "1.7", []),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "target", "expected"), CLAIMS)
def test_what_is_in_the_way_of_a_service(
    one: tuple[str, str], other: tuple[str, str], target: str, expected: list[str]
) -> None:
    found = [
        f"{told(each.kind)}{' poses' if each.poses.value else ''}: "
        f"{told(each.service)} of {told(each.claimant_kind)}"
        for each in model(f"{manifest(*one)}---\n{manifest(*other)}", target).root("claims")
    ]
    assert found == expected
