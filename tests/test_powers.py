"""What pods may do to their nodes: which settings count, and which don't."""

from __future__ import annotations

import pytest
from test_facts import model
from test_surroundings import node

from raypolicy.effective.powers import powers

SETTINGS = [
    # a pod's spec, kinds and values
    ("hostPID: true", [("host processes", True)]),
    ("hostPID: false\nhostNetwork: true\nhostIPC: true", []),
    ("hostPID: ${X}", []),
    ("hostPID: true\nshareProcessNamespace: true", []),
    ("volumes: [{hostPath: {path: /}}]", [("host path", "/")]),
    ("volumes: [{hostPath: {path: /var/lib/kubelet/}}]", [("host path", "/var/lib/kubelet/")]),
    ("volumes: [{hostPath: {path: /run/k3s/containerd/containerd.sock}}]", [("host path", "/run/k3s/containerd/containerd.sock")]),
    ("volumes: [{hostPath: {path: /dev/shm}}, {hostPath: {path: /mnt/disks}}, {emptyDir: {}}]", []),
    ("containers: [{securityContext: {privileged: true}}, {securityContext: {privileged: true}}]", [("privileged", True)] * 2),
    ("initContainers: [{securityContext: {privileged: true}}]", []),
    ("containers: [{securityContext: {privileged: true, allowPrivilegeEscalation: false}}]", []),
    ("initContainers: [{restartPolicy: Always, securityContext: {privileged: true}}]", [("privileged", True)]),
    ("containers: [{securityContext: {capabilities: {add: [SYS_PTRACE, IPC_LOCK, NET_ADMIN]}}}]", []),
    ("containers: [{securityContext: {capabilities: {add: [ALL, CAP_SYS_ADMIN]}}}]", [("capability", "ALL"), ("capability", "CAP_SYS_ADMIN")]),
    ("securityContext: {runAsUser: 0}\ncontainers: [{}]", [("root", 0)]),
    ("securityContext: {runAsUser: 0}\ncontainers: [{securityContext: {runAsUser: 1000}}]", []),
    ("containers: [{}, {securityContext: {runAsUser: 0}}]", []),
    ("containers: [{securityContext: {runAsUser: false}}]", []),
    ("containers: ${X}", []),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "expected"), SETTINGS)
def test_settings(spec: str, expected: list[tuple[str, object]]) -> None:
    assert [(kind, place.value) for kind, place in powers(node(spec))] == expected


SPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {{name: ml, labels: {{pod-security.kubernetes.io/enforce: {}}}}}\n---\n"
POD = "{containers: [{name: ray, image: x, securityContext: {privileged: true, runAsUser: 0}}]}"
CLUSTER = f"apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {{name: dev, namespace: ml}}\nspec: {{headGroupSpec: {{template: {{spec: {POD}}}}}}}\n"  # fmt: skip


@pytest.mark.parametrize(
    ("level", "expected"),
    [("privileged", ["privileged", "root"]), ("baseline", ["root"]), ("restricted", [])],
)
def test_what_a_namespace_refuses_is_left_out(level: str, expected: list[str]) -> None:
    found = model(SPACE.format(level) + CLUSTER).root("powers")
    assert [each.kind.value for each in found] == expected


TWO = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: dev}
spec:
  headGroupSpec:
    template: {spec: &pod {containers: [{name: ray, image: x, securityContext: {privileged: true}}]}}
  workerGroupSpecs:
  - groupName: w
    template: {spec: POD}
"""


@pytest.mark.parametrize(
    ("pod", "expected"),
    [("*pod", 1), ("{containers: [{name: ray, securityContext: {privileged: true}}]}", 2)],
)
def test_an_alias_is_told_of_once(pod: str, expected: int) -> None:
    assert len(model(TWO.replace("POD", pod)).root("powers")) == expected
