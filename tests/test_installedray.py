"""The Ray that a cluster runs and what is known of it; slices of TPUs; the nodes of an image.

Not here: what a tag says (`test_images`), the tables of releases (`test_releases`).
"""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, fact, model

from raypolicy.releases import Flaw, flaws, is_ray_release

ALL = [*flaws("advisories"), *flaws("faults")]


@pytest.mark.parametrize("flaw", ALL, ids=lambda flaw: flaw.name)
def test_a_flaw_is_of_releases_that_are_known_and_is_told_whole(flaw: Flaw) -> None:
    named = [flaw.fixed, *flaw.spared, *([flaw.since] if flaw.since else [])]
    assert all(is_ray_release(version) for version in named)
    assert len(flaw.what) <= 80  # longer ones are cut in messages
    grave = {"critical", "high", "moderate", "low"} if flaw.name.startswith("CVE-") else {""}
    assert flaw.severity in grave


GRAVEST = [
    # release, the gravest of its vulnerabilities, how many, the first release without any
    ("2.6.3", "CVE-2025-62593", "8", "2.56.0"),
    ("2.8.1", "CVE-2025-62593", "4", "2.56.0"),
    ("2.43.0", "CVE-2025-62593", "3", "2.56.0"),
    ("2.51.1", "CVE-2025-62593", "4", "2.56.0"),
    ("2.51.2", "CVE-2026-57516", "3", "2.56.0"),
    ("2.54.0", "CVE-2026-57516", "2", "2.56.0"),
    ("2.55.1", "CVE-2026-57516", "1", "2.56.0"),
    ("2.56.0", ABSENT_TEXT, "0", ABSENT_TEXT),
]


@pytest.mark.parametrize(("release", "gravest", "count", "sound"), GRAVEST)
def test_gravest(release: str, gravest: str, count: str, sound: str) -> None:
    text = cluster(head_container=f"name: ray-head, image: 'rayproject/ray:{release}'")
    told = [fact(text, f"installed_ray.{each}") for each in ("gravest.id", "sound_since")]
    (seen,) = model(text).clusters
    assert [told[0], str(len(seen.installed_ray.advisories)), told[1]] == [gravest, count, sound]


@pytest.mark.parametrize(
    ("release", "faulty"),
    [("2.10.0", "false"), ("2.11.0", "true"), ("2.37.0", "true"), ("2.38.0", "false")],
)
def test_the_agent_hangs_from_2_11_to_2_37(release: str, faulty: str) -> None:
    text = cluster(head_container=f"name: ray-head, image: 'rayproject/ray:{release}'")
    assert fact(text, "installed_ray.faulty") == faulty


VERSIONS = [
    # image of head and worker, rayVersion, the Ray it is taken for
    ("rayproject/ray:2.46.0", "rayVersion: 2.9.0", "2.46.0"),
    ("registry.example/train:7", "rayVersion: 2.9.0", "2.9.0"),
    ("registry.example/train:7", "suspend: false", UNKNOWN),
    ("rayproject/ray:latest", "rayVersion: 2.46.0", UNKNOWN),
    ("${IMAGE}", "rayVersion: 2.46.0", UNKNOWN),
    ("${IMAGE}", "rayVersion: ${RAY}", UNKNOWN),
]


@pytest.mark.parametrize(("image", "spec", "taken"), VERSIONS)
def test_version(image: str, spec: str, taken: str) -> None:
    container = f"name: ray, image: '{image}'"
    text = cluster(head_container=container, worker_container=container, spec=spec)
    assert fact(text, "installed_ray.version") == taken


SLICES = [
    # topology, chips a pod, numOfHosts, chips of the slice, chips of the pods
    ("2x2x1", "4", "", "4", "4"),
    ("2x2x4", "4", ", numOfHosts: 4", "16", "16"),
    ("4x4", "'4'", "", "16", "4"),
    ("16x16", "4", ", numOfHosts: 64", "256", "256"),
    ("2x4", "3", ", numOfHosts: 3", "8", "9"),
    ("${TOPOLOGY}", "4", "", UNKNOWN, "4"),
    ("2x2", "'${CHIPS}'", "", "4", UNKNOWN),
    ("large", "4", "", UNKNOWN, "4"),
    ("0x2", "4", "", UNKNOWN, "4"),
]


@pytest.mark.parametrize(("topology", "chips", "hosts", "has", "have"), SLICES)
def test_slice(topology: str, chips: str, hosts: str, has: str, have: str) -> None:
    selector = f"nodeSelector: {{cloud.google.com/gke-tpu-topology: '{topology}'}}"
    limit = f"resources: {{limits: {{google.com/tpu: {chips}}}}}"
    text = cluster(worker=f"groupName: w{hosts}", worker_container=f"name: ray, {limit}")
    text = text.replace("{containers: [{name: ray,", f"{{{selector}, containers: [{{name: ray,")
    asked = ("chips", "chips_of_hosts")
    assert [fact(text, f"workers[0].tpu_slice.{each}") for each in asked] == [has, have]


TERMS = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: TERMS}}}"
ARM = "{matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]}"
BOTH = ARM.replace("[arm64]", "[arm64, amd64]")
ARCHITECTURES = [
    # what is written of the pod, the architecture of its nodes
    ("nodeSelector: {kubernetes.io/arch: arm64}", "arm64"),
    ("nodeSelector: {beta.kubernetes.io/arch: amd64}", "amd64"),
    ("nodeSelector: {kubernetes.io/arch: s390x}", UNKNOWN),
    ("nodeSelector: {kubernetes.io/arch: '${ARCH}'}", UNKNOWN),
    ("nodeSelector: {pool: large}", ABSENT_TEXT),
    (TERMS.replace("TERMS", f"[{ARM}]"), "arm64"),
    (TERMS.replace("TERMS", f"[{BOTH}]"), ABSENT_TEXT),
    (TERMS.replace("TERMS", f"[{ARM}, {BOTH}]"), ABSENT_TEXT),
    (TERMS.replace("TERMS", f"[{ARM}]").replace("In", "NotIn"), ABSENT_TEXT),
]


@pytest.mark.parametrize(("written", "architecture"), ARCHITECTURES)
def test_node_architecture(written: str, architecture: str) -> None:
    text = cluster().replace("spec: {containers", f"spec: {{{written}, containers", 1)
    assert fact(text, "head.pod.node_architecture") == architecture


IMAGES = [
    # image, what it runs on, the release that its tag shortens
    ("rayproject/ray:2.46.0", "amd64", ABSENT_TEXT),
    ("rayproject/ray:2.47.0", UNKNOWN, ABSENT_TEXT),
    ("rayproject/ray:2.55.1-py312-aarch64", "arm64", ABSENT_TEXT),
    ("registry.example/ray:2.40.0", UNKNOWN, ABSENT_TEXT),
    ("rayproject/ray:2.10", UNKNOWN, "2.10"),
    ("rayproject/ray:2.10-py310-gpu", UNKNOWN, "2.10"),
    ("registry.example/ray:2.10", UNKNOWN, ABSENT_TEXT),
    ("rayproject/ray:latest", UNKNOWN, ABSENT_TEXT),
    ("rayproject/ray:${TAG}", UNKNOWN, ABSENT_TEXT),
]


@pytest.mark.parametrize(("image", "only_for", "short"), IMAGES)
def test_image(image: str, only_for: str, short: str) -> None:
    text = cluster(head_container=f"name: ray-head, image: '{image}'")
    asked = ("only_for", "short_version")
    found = [fact(text, f"head.pod.ray_container.image.{each}") for each in asked]
    assert found == [only_for, short]


ACCELERATORS = [
    # limits, start parameters, what the autoscaler does not know
    ("huawei.com/Ascend910: 1", "", "huawei.com/Ascend910"),
    ("aws.amazon.com/neuroncore: 2", "", "aws.amazon.com/neuroncore"),
    ("nvidia.com/gpu.shared: 1", "", "nvidia.com/gpu.shared"),
    ("nvidia.com/gpu.shared: 1", "num-gpus: '1'", ABSENT_TEXT),
    ("habana.ai/gaudi: 0", "", ABSENT_TEXT),
    ("nvidia.com/gpu: 1", "", ABSENT_TEXT),
    ("rdma/hca: 1", "", ABSENT_TEXT),
]


@pytest.mark.parametrize(("limits", "params", "unseen"), ACCELERATORS)
def test_unseen_accelerator(limits: str, params: str, unseen: str) -> None:
    text = cluster(
        worker=f"groupName: w, rayStartParams: {{{params}}}",
        worker_container=f"name: ray-worker, resources: {{limits: {{{limits}}}}}",
    )
    assert fact(text, "workers[0].unseen_accelerator") == unseen


SCALES = [
    # a worker group, autoscaling, pods at most, whether their number can vary
    ("maxReplicas: 4", "true", "4", "true"),
    ("maxReplicas: 4, minReplicas: 4", "true", "4", "false"),
    ("maxReplicas: 4, numOfHosts: 2", "true", "8", "true"),
    ("maxReplicas: 4, replicas: 3", "false", "3", "true"),
    ("replicas: 3", "true", UNKNOWN, "true"),
    ("maxReplicas: '${MAX}'", "true", UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("worker", "autoscaling", "most", "vary"), SCALES)
def test_scale(worker: str, autoscaling: str, most: str, vary: str) -> None:
    text = cluster(worker=f"groupName: w, {worker}", spec=f"enableInTreeAutoscaling: {autoscaling}")
    asked = ("group_count", "most_pods", "can_vary")
    assert [fact(text, f"scale.{each}") for each in asked] == ["1", most, vary]
