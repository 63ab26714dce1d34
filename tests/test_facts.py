"""What is true of a manifest: tables of facts, by the paths that rules use.

A value is compared by its text; `unknown` and `absent` are what they say. Not here: the grammar of
images by itself (`test_images`), of versions and quantities (`test_values`).
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.facts.view import View
from raypolicy.model import Aim, Model
from raypolicy.paths import Names, compile_one
from raypolicy.releases import kuberay
from raypolicy.roots import ROOTS
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, Node, Unknown
from raypolicy.wording import text_of

UNKNOWN, ABSENT_TEXT = "unknown", "absent"


def model(text: str, target: str | None = None) -> Model:
    return Model(make_bundle("", [SourceFile("a.yaml", text)]), Aim(kuberay(target), "2026-01-01"))


def node(seen: Model, path: str, root: str = "clusters", index: int = 0) -> Node[Any]:
    """Where a path leads from a view of the model, which it calls `it`."""
    checked = Names({"it": ROOTS[root]}).check(f"it.{path}")
    found = compile_one("it", checked.steps)(SimpleNamespace(it=seen.root(root)[index]))
    return found.node if isinstance(found, View) else found


def told(found: Node[Any]) -> str:
    if found.value is ABSENT:
        return ABSENT_TEXT
    return UNKNOWN if isinstance(found.value, Unknown) else text_of(found)


def fact(text: str, path: str, target: str | None = None, root: str = "clusters") -> str:
    return told(node(model(text, target), path, root))


def cluster(
    *,
    head: str = "rayStartParams: {}",
    head_container: str = "name: ray-head, image: 'rayproject/ray:2.9.0'",
    worker: str = "groupName: w",
    worker_container: str = "name: ray-worker, image: 'rayproject/ray:2.9.0'",
    spec: str = "rayVersion: 2.9.0",
    metadata: str = "name: dev",
) -> str:
    return f"""\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {{{metadata}}}
spec:
  {spec}
  headGroupSpec: {{{head}, template: {{spec: {{containers: [{{{head_container}}}]}}}}}}
  workerGroupSpecs:
  - {{{worker}, template: {{spec: {{containers: [{{{worker_container}}}]}}}}}}
"""


# Images

IMAGES = [
    # image, its Ray, its Python, its device, its tag
    ("rayproject/ray:2.9.0-py310-gpu", "2.9.0", "3.10", "gpu", "2.9.0-py310-gpu"),
    ("rayproject/ray:2.9.0", "2.9.0", "3.8", "cpu", "2.9.0"),
    ("rayproject/ray:2.52.0", "2.52.0", "3.10", "cpu", "2.52.0"),
    ("rayproject/ray:2.9.0-py39-cu121", "2.9.0", "3.9", "cu121", "2.9.0-py39-cu121"),
    ("docker.io/rayproject/ray:2.9.0-py311", "2.9.0", "3.11", "cpu", "2.9.0-py311"),
    ("rayproject/ray:2.9.0-py310-aarch64", "2.9.0", "3.10", "cpu", "2.9.0-py310-aarch64"),
    ("rayproject/ray-ml:2.9.0-py310", "2.9.0", "3.10", "gpu", "2.9.0-py310"),
    ("rayproject/ray:latest", UNKNOWN, UNKNOWN, "cpu", "latest"),
    ("rayproject/ray", UNKNOWN, UNKNOWN, "cpu", "latest"),
    ("rayproject/ray:nightly-py311", UNKNOWN, "3.11", "cpu", "nightly-py311"),
    ("rayproject/ray:latest-py310-gpu", UNKNOWN, "3.10", "gpu", "latest-py310-gpu"),
    ("registry.example/mirror/rayproject/ray:2.9.0-py39", "2.9.0", "3.9", "cpu", "2.9.0-py39"),
    ("registry.example:5000/team/app:2.9.0", UNKNOWN, UNKNOWN, UNKNOWN, "2.9.0"),
    ("registry.example/team/app:7-py310", UNKNOWN, "3.10", UNKNOWN, "7-py310"),
    ("team/ray-app:ray2.9.0-py39", "2.9.0", "3.9", UNKNOWN, "ray2.9.0-py39"),
    ("rayproject/ray:0.0.1", UNKNOWN, UNKNOWN, UNKNOWN, "0.0.1"),
    ("rayproject/ray:2.9.0-py310@sha256:" + "a" * 64, "2.9.0", "3.10", "cpu", "2.9.0-py310"),
    ("rayproject/ray@sha256:" + "a" * 64, UNKNOWN, UNKNOWN, UNKNOWN, ABSENT_TEXT),
    # what is no image, or not one yet
    ("$IMAGE", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ("${REGISTRY}/ray:2.9.0", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ("rayproject/ray:{{ tag }}", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ("<your-image>", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ("RayProject/ray:2.9.0", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ("rayproject/ray:", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ("rayproject/ray:2.9.0 ", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("image", "ray", "python", "device", "tag"), IMAGES, ids=lambda v: v[:40])
def test_image(image: str, ray: str, python: str, device: str, tag: str) -> None:
    seen = model(cluster(worker_container=f"name: ray-worker, image: '{image}'"))
    facts = [f"workers[0].pod.ray_container.image.{name}" for name in ("ray_version", "python_version", "device", "tag")]  # fmt: skip
    assert [told(node(seen, path)) for path in facts] == [ray, python, device, tag]
    assert told(node(seen, "workers[0].ray_version")) == ray
    assert told(node(seen, "workers[0].python_version")) == python


NO_IMAGES = [
    "name: ray-worker",
    "name: ray-worker, image: ~",
    "image: ''",
    "image: 5",
    "image: [a]",
]


@pytest.mark.parametrize("container", NO_IMAGES)
def test_no_image(container: str) -> None:
    found = fact(cluster(worker_container=container), "workers[0].ray_version")
    assert found == (ABSENT_TEXT if container in NO_IMAGES[:2] else UNKNOWN)


FLOATING = [
    ("rayproject/ray:latest", "latest"),
    ("rayproject/ray", "latest"),
    ("rayproject/ray:nightly-py310", "nightly"),
    ("rayproject/ray:2.9.0", ABSENT_TEXT),
    ("rayproject/ray:latest@sha256:" + "a" * 64, ABSENT_TEXT),
    ("$IMAGE", UNKNOWN),
]


@pytest.mark.parametrize(("image", "floating"), FLOATING, ids=[row[0][:30] for row in FLOATING])
def test_floating(image: str, floating: str) -> None:
    text = cluster(head_container=f"image: '{image}'")
    assert fact(text, "head.pod.ray_container.image.floating") == floating


def test_the_tag_stands_at_its_own_characters() -> None:
    seen = model(cluster(head_container="image: 'registry:5000/ray:2.9.0@sha256:" + "a" * 64 + "'"))
    assert node(seen, "head.pod.ray_container.image.tag").span.text == "2.9.0"


VERSIONS = [
    ("rayVersion: 2.9.0", "2.9.0", "2.9"),
    ("rayVersion: '2.9'", "2.9", "2.9"),
    ("rayVersion: 2.9", UNKNOWN, UNKNOWN),  # a number, which the API server refuses
    ("rayVersion: v2.9.0", UNKNOWN, UNKNOWN),
    ("rayVersion: latest", UNKNOWN, UNKNOWN),
    ("rayVersion: $RAY", UNKNOWN, UNKNOWN),
    ("rayVersion: '{{ ray }}'", UNKNOWN, UNKNOWN),
    ("rayVersion: ''", UNKNOWN, UNKNOWN),
    ("rayVersion:", ABSENT_TEXT, ABSENT_TEXT),
    ("suspend: true", ABSENT_TEXT, ABSENT_TEXT),
]


@pytest.mark.parametrize(("spec", "version", "minor"), VERSIONS, ids=[v[0] for v in VERSIONS])
def test_ray_version(spec: str, version: str, minor: str) -> None:
    assert fact(cluster(spec=spec), "ray_version") == version
    assert fact(cluster(spec=spec), "ray_minor") == minor


# Logical resources

GROUP = "{groupName: w, rayStartParams: {%s}, resources: {%s}}"
LIMITS, REQUESTS = "resources: {limits: {%s}}", "resources: {requests: {%s}}"
LOGICAL = [
    # start parameters, the group's resources, the container's, KubeRay, cpus, gpus, memory
    ("", "", "", "1.7", UNKNOWN, "0", UNKNOWN),
    ("", "", "limits: {cpu: 2, memory: 4Gi}", "1.7", "2", "0", "4294967296"),
    ("", "", "limits: {cpu: 500m}", "1.7", "1", "0", UNKNOWN),
    ("", "", "limits: {cpu: 1500m}", "1.7", "2", "0", UNKNOWN),
    ("", "", "limits: {cpu: 0.1}", "1.7", "1", "0", UNKNOWN),
    ("", "", "limits: {cpu: two}", "1.7", UNKNOWN, "0", UNKNOWN),
    ("", "", "limits: {cpu: $CPU}", "1.7", UNKNOWN, "0", UNKNOWN),
    ("", "", "limits: {memory: 1.5}", "1.7", UNKNOWN, "0", "2"),
    ("", "", "requests: {cpu: 3, memory: 4Gi}", "1.7", "3", "0", UNKNOWN),
    ("", "", "requests: {cpu: 3}", "1.3", "3", "0", UNKNOWN),
    ("", "", "requests: {cpu: 3}", "1.2", UNKNOWN, "0", UNKNOWN),
    ("", "", "requests: {cpu: 3}, limits: {cpu: 5}", "1.7", "5", "0", UNKNOWN),
    ("num-cpus: '0'", "", "limits: {cpu: 2}", "1.7", "0", "0", UNKNOWN),
    ("num-cpus: '7'", "", "limits: {cpu: 2}", "0.6", "7", "0", UNKNOWN),
    ("num-cpus: 7", "", "limits: {cpu: 2}", "1.7", UNKNOWN, "0", UNKNOWN),  # not a text
    ("num-cpus: '1.5'", "", "limits: {cpu: 2}", "1.7", UNKNOWN, "0", UNKNOWN),
    ("num-cpus: $N", "", "limits: {cpu: 2}", "1.7", UNKNOWN, "0", UNKNOWN),
    ("memory: '1000'", "", "limits: {memory: 4Gi}", "1.7", UNKNOWN, "0", "1000"),
    ("num-gpus: '4'", "", "limits: {nvidia.com/gpu: 1}", "1.7", UNKNOWN, "4", UNKNOWN),
    ("", "", "limits: {nvidia.com/gpu: 2}", "1.7", UNKNOWN, "2", UNKNOWN),
    ("", "", "requests: {nvidia.com/gpu: 2}", "1.7", UNKNOWN, "0", UNKNOWN),
    ("", "", "limits: {amd.com/gpu: 1}", "1.7", UNKNOWN, "1", UNKNOWN),
    ("", "", "limits: {google.com/tpu: 4}", "1.7", UNKNOWN, "0", UNKNOWN),
    ("", "", "limits: {nvidia.com/gpu: 0}", "1.7", UNKNOWN, "0", UNKNOWN),
    ("", "", "limits: {nvidia.com/mig-1g.5gb: 3}", "1.7", UNKNOWN, "3", UNKNOWN),
    ("", "", "limits: {nvidia.com/mig-1g.5gb: 3}", "1.3", UNKNOWN, "0", UNKNOWN),
    # the group's own resources count from KubeRay 1.5 on, whatever their letters
    ("", "CPU: '6', GPU: '1', memory: 2Gi", "limits: {cpu: 2}", "1.7", "6", "1", "2147483648"),
    ("", "CPU: '6', GPU: '1', memory: 2Gi", "limits: {cpu: 2}", "1.4", "2", "0", UNKNOWN),
    ("", "cpu: '0'", "limits: {cpu: 2}", "1.7", "0", "0", UNKNOWN),
    ("", "gpu: '1', GPU: '2'", "", "1.7", UNKNOWN, UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(
    ("params", "group", "container", "target", "cpus", "gpus", "memory"),
    LOGICAL,
    ids=[" ".join(filter(None, row[:4])) for row in LOGICAL],
)
def test_logical_resources(
    params: str, group: str, container: str, target: str, cpus: str, gpus: str, memory: str
) -> None:
    text = cluster(
        worker=f"groupName: w, rayStartParams: {{{params}}}, resources: {{{group}}}",
        worker_container=f"name: ray-worker, resources: {{{container}}}",
    )
    seen = model(text, target)
    found = [told(node(seen, f"workers[0].{name}")) for name in ("cpus", "gpus", "memory")]
    assert found == [cpus, gpus, memory]


def test_where_logical_resources_come_from() -> None:
    text = cluster(
        worker="groupName: w, rayStartParams: {num-cpus: '3'}",
        worker_container="name: r, resources: {limits: {cpu: 2, nvidia.com/gpu: 1}}",
    )
    seen = model(text)
    cpus, gpus = node(seen, "workers[0].cpus"), node(seen, "workers[0].gpus")
    assert (cpus.span.text, cpus.how) == ("'3'", "written")
    assert [origin.span.text for origin in cpus.origins] == ["2"]
    assert (gpus.span.text, gpus.how) == ("1", "injected")


# The head Service

PORTS = "name: ray-head, ports: [%s]"
DEFAULTS = "client 10001, gcs-server 6379, dashboard 8265, serve 8000, metrics 8080"
SERVICE_PORTS = [
    # ports of the head's container, KubeRay, ports of the Service
    ("", "1.7", DEFAULTS),
    ("", "1.2", DEFAULTS.replace("gcs-server", "redis")),
    ("{containerPort: 6379, name: gcs}", "1.7", "gcs 6379, metrics 8080"),
    ("{containerPort: 6379, name: gcs}", "0.6", "gcs 6379, metrics 8080"),
    ("{containerPort: 6379}", "1.7", "6379-port 6379, metrics 8080"),
    ("{containerPort: 9000, name: metrics}", "1.7", "metrics 9000"),
    ("{containerPort: 8080, name: prometheus}", "1.7", "prometheus 8080, metrics 8080"),
    ("{containerPort: $PORT, name: gcs}", "1.7", "gcs unknown, metrics 8080"),
]


@pytest.mark.parametrize(("ports", "target", "expected"), SERVICE_PORTS)
def test_ports_of_the_head_service(ports: str, target: str, expected: str) -> None:
    container = PORTS % ports if ports else "name: ray-head"
    service = model(cluster(head_container=container), target).clusters[0].head_service
    found = [f"{told(port.name)} {told(port.number)}" for port in service.ports]
    found = [each.replace("(unknown)", UNKNOWN) for each in found]
    assert ", ".join(found) == expected


LEADING = [
    # start parameters, ports of the head's container, where the Service's ports for the GCS and
    # the dashboard are
    ("", "", "6379 8265"),
    ("port: '6380'", "", "absent 8265"),
    ("dashboard-port: '8266'", "{containerPort: 8265, name: dashboard}", "absent absent"),
    ("dashboard-port: '8266'", "{containerPort: 8266, name: dashboard}", "absent 8266"),
    ("port: $P", "", "unknown 8265"),
    ("port: 6379", "", "unknown 8265"),
    ("port: '0'", "", "unknown 8265"),
    ("", "{containerPort: $P, name: gcs}", "unknown unknown"),
]


@pytest.mark.parametrize(("params", "ports", "expected"), LEADING)
def test_where_ports_of_the_head_service_lead(params: str, ports: str, expected: str) -> None:
    container = PORTS % ports if ports else "name: ray-head"
    seen = model(cluster(head=f"rayStartParams: {{{params}}}", head_container=container))
    found = [told(node(seen, f"head_service.{n}")) for n in ("gcs_port", "dashboard_port")]
    assert " ".join(found) == expected


HEADLESS = [
    # head group, KubeRay, type of the Service, whether it is headless
    ("rayStartParams: {}", "1.7", "ClusterIP", "true"),
    ("rayStartParams: {}", "1.2.0", "ClusterIP", "true"),
    ("rayStartParams: {}", "1.1.1", "ClusterIP", "false"),
    ("serviceType: ClusterIP", "1.7", "ClusterIP", "true"),
    ("serviceType: NodePort", "1.7", "NodePort", "false"),
    ("serviceType: LoadBalancer", "1.7", "LoadBalancer", "false"),
    ("serviceType: $TYPE", "1.7", UNKNOWN, UNKNOWN),
    ("headService: {spec: {clusterIP: None}}", "1.7", "ClusterIP", "true"),
    ("headService: {spec: {type: NodePort}}", "1.7", "NodePort", "false"),
    ("headService: {metadata: {name: x}}", "1.7", "ClusterIP", "false"),
    ("headService: {metadata: {name: x}}, serviceType: NodePort", "1.7", "NodePort", "false"),
]


@pytest.mark.parametrize(("head", "target", "kind", "headless"), HEADLESS)
def test_headless(head: str, target: str, kind: str, headless: str) -> None:
    seen = model(cluster(head=head), target)
    assert told(node(seen, "head_service.headless")) == headless
    found = node(seen, "head_service.type")
    assert (UNKNOWN if found.value == "$TYPE" else told(found)) == kind


NAMES = [
    # kind, name, KubeRay, the cluster, its head Service, its Service for Serve
    ("RayCluster", "dev", "1.7", "dev", "dev-head-svc", ABSENT_TEXT),
    ("RayJob", "dev", "1.7", UNKNOWN, "dev-head-svc", ABSENT_TEXT),
    ("RayService", "dev", "1.7", UNKNOWN, "dev-head-svc", "dev-serve-svc"),
    ("RayCronJob", "dev", "1.7", UNKNOWN, UNKNOWN, ABSENT_TEXT),
    ("RayJob", "dev", "1.4", UNKNOWN, ABSENT_TEXT, ABSENT_TEXT),
    ("RayCluster", "a" * 60, "1.7", "a" * 60, "a" * 60 + "-head-svc", ABSENT_TEXT),
    ("RayCluster", "a" * 60, "1.3", "a" * 60, "a" * 41 + "-head-svc", ABSENT_TEXT),
    ("RayCluster", "1dev", "1.3", "1dev", "rdev-head-svc", ABSENT_TEXT),
    ("RayCluster", "$NAME", "1.7", UNKNOWN, UNKNOWN, ABSENT_TEXT),
]
SPEC = "headGroupSpec: {template: {spec: {containers: [{name: ray-head}]}}}"
WRAPPED = {
    "RayCluster": "spec: {%s}",
    "RayJob": "spec: {entrypoint: x, rayClusterSpec: {%s}}",
    "RayService": "spec: {rayClusterConfig: {%s}}",
    "RayCronJob": "spec: {jobTemplate: {rayClusterSpec: {%s}}}",
}


def resource(kind: str, name: str = "dev", version: str = "v1", spec: str = SPEC) -> str:
    head = (
        f"apiVersion: ray.io/{version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: ml}}\n"
    )
    return f"{head}{WRAPPED[kind] % spec}\n"


@pytest.mark.parametrize(("kind", "name", "target", "own", "head", "serve"), NAMES)
def test_names(kind: str, name: str, target: str, own: str, head: str, serve: str) -> None:
    seen = model(resource(kind, name), target)
    found = [node(seen, path) for path in ("name", "head_service.name", "serve_service")]
    assert [UNKNOWN if n.value == "$NAME" else told(n) for n in found] == [own, head, serve]


def test_a_name_of_the_head_service_that_is_written() -> None:
    text = cluster(head="headService: {metadata: {name: %s}}")
    assert fact(text % "mine", "head_service.name") == "mine"
    assert fact(text % "''", "head_service.name") == "dev-head-svc"


def test_a_cluster_annotated_for_a_serve_service() -> None:
    annotated = cluster(metadata="name: dev, annotations: {ray.io/enable-serve-service: 'true'}")
    assert fact(annotated, "serve_service") == "dev-serve-svc"


# Worker groups

REPLICAS = [
    # worker group, enableInTreeAutoscaling, pods at the start, pods at most
    ("groupName: w", "false", "0", "0"),
    ("replicas: 3", "false", "3", "3"),
    ("replicas: 3, minReplicas: 5", "false", "5", "5"),
    ("replicas: 20, minReplicas: 1, maxReplicas: 10", "false", "10", "10"),
    ("minReplicas: 2", "false", "2", "2"),
    ("replicas: 2, numOfHosts: 4", "false", "8", "8"),
    ("replicas: 20, maxReplicas: 10, numOfHosts: 2", "false", "20", "20"),
    ("replicas: 3, suspend: true", "false", "0", "0"),
    ("replicas: $N", "false", UNKNOWN, UNKNOWN),
    ("replicas: '3'", "false", UNKNOWN, UNKNOWN),
    ("replicas: 3, numOfHosts: $N", "false", UNKNOWN, UNKNOWN),
    ("replicas: 3, maxReplicas: $N", "false", UNKNOWN, UNKNOWN),
    ("replicas: 1, maxReplicas: 10", "true", "1", "10"),
    ("replicas: 1, maxReplicas: 10, numOfHosts: 4", "true", "4", "40"),
    ("replicas: 1", "true", "1", UNKNOWN),
    ("replicas: 1, maxReplicas: $N", "true", UNKNOWN, UNKNOWN),
    ("replicas: 1, maxReplicas: 10", "$ON", "1", UNKNOWN),
    ("replicas: 1, maxReplicas: 10", "'true'", "1", UNKNOWN),
]


@pytest.mark.parametrize(("group", "autoscaling", "start", "most"), REPLICAS)
def test_pods_of_a_worker_group(group: str, autoscaling: str, start: str, most: str) -> None:
    text = cluster(worker=group, spec=f"enableInTreeAutoscaling: {autoscaling}")
    seen = model(text)
    found = [told(node(seen, f"workers[0].{name}")) for name in ("pods_at_start", "pods_at_most")]
    assert found == [start, most]


def test_a_second_worker_group_of_the_same_name() -> None:
    text = cluster() + "  - {groupName: w}\n  - {groupName: x}\n  - {groupName: w}\n  - {}\n"
    groups = model(text).clusters[0].workers
    assert [told(group.namesake) for group in groups] == [ABSENT_TEXT, "w", ABSENT_TEXT, "w", ABSENT_TEXT]  # fmt: skip


START_PARAMETERS = [
    ("num-cpus: '0'", "string", "0"),
    ("num-cpus: 0", "integer", "0"),
    ("num-cpus: 0x10", "integer", "16"),
    ("num-cpus: 0o17", "integer", "15"),
    ("num-cpus: 010", "integer", "8"),
    ("object-store-memory: 1e9", "integer", "1000000000"),
    ("memory: 4e9", "integer", "4000000000"),
    ("num-cpus: 1.5", "number", UNKNOWN),
    ("block: true", "boolean", "true"),
    ("block: Yes", "boolean", "true"),
    ("resources: {a: 1}", "object", "{a}"),
    ("resources: [a]", "array", "a"),
]


@pytest.mark.parametrize(("params", "kind", "text"), START_PARAMETERS)
def test_start_parameters(params: str, kind: str, text: str) -> None:
    found = model(cluster(head=f"rayStartParams: {{{params}}}")).clusters[0].head.start_parameters
    assert [(told(p.name), told(p.type), told(p.text)) for p in found] == [
        (params.partition(":")[0], kind, text)
    ]


def test_start_parameters_that_are_null_are_none() -> None:
    head = model(cluster(head="rayStartParams: {num-cpus: , block: ~}")).clusters[0].head
    assert head.start_parameters == ()


BY_HAND = [
    # metadata, head's container, KubeRay, whether KubeRay's command starts Ray
    ("name: dev", "command: [ray start --head]", "1.7", False),
    ("name: dev", "args: ['x; ray start --head']", "1.7", False),
    ("name: dev", "command: [ray, start, --head]", "1.7", True),  # two blanks between words
    ("name: dev", "command: [sleep]", "1.7", True),
    (
        OVERWRITE := "name: dev, annotations: {ray.io/overwrite-container-cmd: 'True'}",
        "command: [x]",
        "1.7",
        False,
    ),
    (OVERWRITE, "image: x", "1.7", False),
    (OVERWRITE, "command: [x]", "1.0", True),
    (OVERWRITE, "args: ['$KUBERAY_GEN_RAY_START_CMD']", "1.7", True),
    (OVERWRITE.replace("True", "false"), "command: [x]", "1.7", True),
]


@pytest.mark.parametrize(("metadata", "container", "target", "generated"), BY_HAND)
def test_who_starts_ray(metadata: str, container: str, target: str, generated: bool) -> None:
    text = cluster(
        metadata=metadata,
        head="rayStartParams: {num-cpus: '3', num-gpus: '1', memory: '5'}",
        head_container=f"name: ray-head, {container}",
    )
    found = [fact(text, f"head.{name}", target) for name in ("cpus", "gpus", "memory", "metrics_export_port")]  # fmt: skip
    assert found == (["3", "1", "5", "8080"] if generated else [UNKNOWN] * 4)


def test_the_annotation_of_a_template_or_of_the_resource_that_makes_the_cluster() -> None:
    annotated = "metadata: {annotations: {ray.io/overwrite-container-cmd: 'true'}}"
    own = SPEC.replace(
        "template: {", f"rayStartParams: {{num-cpus: '3'}}, template: {{{annotated}, "
    )
    plain = own.replace(f"{annotated}, ", "")
    for kind in WRAPPED:
        assert fact(resource(kind, spec=own), "head.cpus") == UNKNOWN
        assert fact(resource(kind, spec=plain), "head.cpus") == "3"
        text = resource(kind, spec=plain).replace(
            "namespace: ml", annotated[len("metadata: {") : -1]
        )
        assert fact(text, "head.cpus") == ("3" if kind == "RayCronJob" else UNKNOWN)


RESOURCES = [
    # rayStartParams, group, container's limits, KubeRay, GPUs, the text of resources
    ("resources: \"'{'a': 1}'\"", "", "nvidia.com/gpu: 2", "1.7", UNKNOWN, "'{'a': 1}'"),
    ("resources: '{\"a\": 1}'", "", "nvidia.com/gpu: 2", "1.7", "2", '{"a": 1}'),
    ('resources: \'"{\\"a\\": 1}"\'', "", "nvidia.com/gpu: 2", "1.7", UNKNOWN, '"{\\"a\\": 1}"'),
    ('resources: \'"{\\"a\\": 1}"\'', "", "nvidia.com/gpu: 2", "1.2", "2", '"{\\"a\\": 1}"'),
    ('resources: \'{"a": "1"}\'', "", "nvidia.com/gpu: 2", "1.7", UNKNOWN, '{"a": "1"}'),
    ("resources: '[1]'", "", "nvidia.com/gpu: 2", "1.7", UNKNOWN, "[1]"),
    ("resources: '[1]'", "", "cpu: 2", "1.7", "0", "[1]"),
    ("resources: '[1]', num-gpus: '4'", "", "nvidia.com/gpu: 2", "1.7", "4", "[1]"),
    ("resources: '[1]'", "resources: {a: '1'}", "nvidia.com/gpu: 2", "1.7", "2", UNKNOWN),
    ("resources: '[1]'", "resources: {a: '1'}", "nvidia.com/gpu: 2", "1.4", UNKNOWN, "[1]"),
    ("resources: '{}'", "", "google.com/tpu: 2", "1.7", "0", UNKNOWN),
]


@pytest.mark.parametrize(("params", "group", "limits", "target", "gpus", "text"), RESOURCES)
def test_the_start_parameter_resources(
    params: str, group: str, limits: str, target: str, gpus: str, text: str
) -> None:
    manifest = cluster(
        worker=f"groupName: w, rayStartParams: {{{params}}}" + (f", {group}" if group else ""),
        worker_container=f"name: ray-worker, resources: {{limits: {{{limits}}}}}",
    )
    assert fact(manifest, "workers[0].gpus", target) == gpus
    assert fact(manifest, "workers[0].resources_text", target) == text


def test_what_v1alpha1_does_not_have() -> None:
    text = cluster(worker="replicas: 2, numOfHosts: 4, suspend: true, resources: {cpu: '7'}")
    assert fact(text, "workers[0].pods_at_start") == "0"
    assert fact(text, "workers[0].cpus") == "7"
    old = text.replace("ray.io/v1", "ray.io/v1alpha1")
    assert fact(old, "workers[0].pods_at_start") == "2"
    assert fact(old, "workers[0].cpus") == UNKNOWN


TARGETS = [
    # a port of headService, clusterIP, where it leads, the Service's ports for GCS and dashboard
    ("name: dashboard, port: 80, targetPort: 8265", "", "8265", "absent 80"),
    ("name: gcs, port: 6379, targetPort: 80", "", "80", "absent absent"),
    ("name: gcs, port: 80, targetPort: 6379", "", "6379", "absent absent"),
    ("name: gcs, port: 80, targetPort: 6379", "clusterIP: None, ", "80", "absent absent"),
    ("name: gcs, port: 6379", "", "6379", "6379 absent"),
    ("name: gcs, port: 6379, targetPort: gcs", "", UNKNOWN, "unknown unknown"),
    ("name: gcs, port: 80, targetPort: gcs", "", UNKNOWN, "absent unknown"),
]


@pytest.mark.parametrize(("port", "ip", "target", "leading"), TARGETS)
def test_where_a_port_of_head_service_leads(port: str, ip: str, target: str, leading: str) -> None:
    text = cluster(
        head=f"headService: {{spec: {{{ip}ports: [{{{port}}}]}}}}",
        head_container="name: ray-head, ports: [{containerPort: 9000, name: metrics}]",
    )
    assert told(model(text).clusters[0].head_service.ports[0].target) == target
    found = [fact(text, f"head_service.{name}") for name in ("gcs_port", "dashboard_port")]
    assert " ".join(found) == leading


SERVE = [
    ("upgradeStrategy: {type: NewCluster}, ", "v1", "dev-serve-svc"),
    ("upgradeStrategy: {type: NewClusterWithIncrementalUpgrade}, ", "v1", UNKNOWN),
    ("upgradeStrategy: {type: NewClusterWithIncrementalUpgrade}, ", "v1alpha1", "dev-serve-svc"),
    ("serveService: {metadata: {name: mine}}, ", "v1", "mine"),
    ("serveService: {metadata: {name: ''}}, ", "v1", "dev-serve-svc"),
]


@pytest.mark.parametrize(("spec", "version", "name"), SERVE)
def test_the_service_for_serve(spec: str, version: str, name: str) -> None:
    text = resource("RayService", version=version).replace("spec: {", f"spec: {{{spec}", 1)
    assert fact(text, "serve_service") == name


CONTAINERS = [
    # first container, second, the later one that is Ray's
    ("name: logs, image: fluent/bit:1", "name: ray-head", "ray-head"),
    ("name: logs, image: fluent/bit:1", "name: x, image: 'rayproject/ray:2.9.0'", "x"),
    ("name: xray-daemon, image: aws/x-ray:1", "name: ray-head", "ray-head"),
    ("name: array, image: a/array:1", "name: ray-head", "ray-head"),
    ("name: myray, image: a/b:1", "name: ray-head", ABSENT_TEXT),
    ("name: logs, image: a/b:1", "name: other", ABSENT_TEXT),
    ("name: logs, image: a/b:1, args: [ray start --head]", "name: ray-head", ABSENT_TEXT),
    ("name: logs, image: a/b:1", "name: ray-head, command: [tail]", ABSENT_TEXT),
    ("name: logs, image: a/b:1", "name: ray-head, args: ['x; ray start']", "ray-head"),
    ("name: logs, image: $IMAGE", "name: ray-head", UNKNOWN),
    ("name: logs, image: $IMAGE", "name: other", ABSENT_TEXT),
]


@pytest.mark.parametrize(("first", "second", "later"), CONTAINERS)
def test_the_container_that_is_rays(first: str, second: str, later: str) -> None:
    text = cluster(head_container=f"{first}}}, {{{second}")
    assert fact(text, "head.pod.later_ray") == later


AMOUNTS = [
    # resource, amount, whether a node may promise more than it has, the fraction
    ("cpu", "500m", True, ABSENT_TEXT),
    ("kubernetes.io/batch", "1.5", True, ABSENT_TEXT),
    ("hugepages-2Mi", "2Mi", False, ABSENT_TEXT),
    ("nvidia.com/gpu", "'1'", False, ABSENT_TEXT),
    ("nvidia.com/gpu", "2000m", False, ABSENT_TEXT),
    ("nvidia.com/gpu", "500m", False, "500m"),
    ("nvidia.com/gpu", "$N", False, ABSENT_TEXT),
]


@pytest.mark.parametrize(("name", "amount", "shareable", "fraction"), AMOUNTS)
def test_amounts(name: str, amount: str, shareable: bool, fraction: str) -> None:
    text = cluster(head_container=f"name: ray-head, resources: {{limits: {{{name}: {amount}}}}}")
    container = model(text).clusters[0].head.pod.ray_container
    (found,) = container.amounts
    assert (found in container.shareable, found in container.unshareable) == (shareable, not shareable)  # fmt: skip
    assert told(found.fraction) == fraction


# Where clusters are

KINDS = [(kind, version) for kind in WRAPPED for version in ("v1", "v1alpha1")]


@pytest.mark.parametrize(("kind", "version"), KINDS, ids=[" ".join(row) for row in KINDS])
def test_every_kind_has_a_cluster(kind: str, version: str) -> None:
    seen = model(resource(kind, version=version))
    assert [told(node(seen, path)) for path in ("kind", "owner_name", "namespace", "head.role")] == [
        kind, "dev", "ml", "head",
    ]  # fmt: skip
    assert [len(seen.root(root)) for root in ("clusters", "jobs", "services", "cronjobs")] == {
        "RayCluster": [1, 0, 0, 0],
        "RayJob": [1, 1, 0, 0],
        "RayService": [1, 0, 1, 0],
        "RayCronJob": [1, 1, 0, 1],
    }[kind]


FORMS = {
    "JSON": json.dumps({
        "apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": "dev"}, "spec": {"rayVersion": "2.9.0"},
    }),
    "a List": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: ray.io/v1\n  kind: RayCluster\n  metadata: {name: dev}\n  spec: {rayVersion: 2.9.0}\n",
    "a RayClusterList": "apiVersion: ray.io/v1\nkind: RayClusterList\nitems:\n- apiVersion: ray.io/v1\n  kind: RayCluster\n  metadata: {name: dev}\n  spec: {rayVersion: 2.9.0}\n",
    "a List in a List": "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: ray.io/v1, kind: RayCluster, metadata: {name: dev}, spec: {rayVersion: 2.9.0}}\n",
    "an AppWrapper": "apiVersion: workload.codeflare.dev/v1beta2\nkind: AppWrapper\nmetadata: {name: w}\nspec:\n  components:\n  - template:\n      apiVersion: ray.io/v1\n      kind: RayCluster\n      metadata: {name: dev}\n      spec: {rayVersion: 2.9.0}\n",
    "an AppWrapper of old": "apiVersion: mcad.ibm.com/v1beta1\nkind: AppWrapper\nmetadata: {name: w}\nspec:\n  resources:\n    GenericItems:\n    - replicas: 1\n      generictemplate:\n        apiVersion: ray.io/v1alpha1\n        kind: RayCluster\n        metadata: {name: dev}\n        spec: {rayVersion: 2.9.0}\n",
    "the second document": "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\nspec: {rayVersion: 2.9.0}\n",
    "an anchor": "apiVersion: v1\nkind: List\nx: &spec {rayVersion: 2.9.0}\nitems: [{apiVersion: ray.io/v1, kind: RayCluster, metadata: {name: dev}, spec: *spec}]\n",
    "escapes": 'apiVersion: "ray\\u002eio/v1"\nkind: "RayCluster"\nmetadata: {name: dev}\nspec: {rayVersion: 2.9.0}\n',
}  # fmt: skip


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_wherever_a_cluster_is_written(text: str) -> None:
    seen = model(text)
    assert [told(node(seen, path)) for path in ("kind", "name", "ray_version")] == ["RayCluster", "dev", "2.9.0"]  # fmt: skip


NO_CLUSTER = {
    "another group": resource("RayCluster").replace("ray.io/v1", "cluster.ray.io/v1"),
    "another version": resource("RayCluster", version="v2"),
    "another kind": resource("RayCluster").replace("kind: RayCluster", "kind: RayCluster2"),
    "no spec": "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: dev}\n",
    "a job that selects one": "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: j}\nspec: {clusterSelector: {ray.io/cluster: dev}}\n",
    "a job that selects one although it describes another": "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: j}\nspec: {clusterSelector: {a: b}, rayClusterSpec: {rayVersion: 2.9.0}}\n",
    "a fragment of a patch": "apiVersion: ray.io/v1\nkind: RayCluster\n$patch: delete\nmetadata: {name: dev}\nspec: {}\n",
}  # fmt: skip


@pytest.mark.parametrize("text", NO_CLUSTER.values(), ids=NO_CLUSTER)
def test_no_cluster(text: str) -> None:
    found = [cluster for cluster in model(text).clusters if not cluster.node.absent]
    assert found == []


# Pods and references

MANY = f"""\
{resource("RayCluster", "trainer")}
---
apiVersion: ray.io/v1
kind: RayJob
metadata: {{name: job, namespace: ml}}
spec:
  clusterSelector: {{ray.io/cluster: %s}}
  submitterPodTemplate: {{spec: {{containers: [{{name: submit}}]}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: client}}
spec: {{template: {{spec: {{containers: [{{name: app, env: [{{name: RAY_ADDRESS, value: x}}]}}]}}}}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {{name: ray-cron}}
spec: {{jobTemplate: {{spec: {{template: {{spec: {{containers: [{{name: cron}}]}}}}}}}}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: ray-pod}}
spec: {{containers: [{{name: pod}}]}}
"""


def test_pods_of_ray_kinds_and_of_workloads() -> None:
    pods = model(MANY % "trainer").pods
    found = [(told(pod.role), told(pod.containers[0].field("name"))) for pod in pods]
    assert found == [
        ("head", "ray-head"),
        ("submitter", "submit"),
        ("workload", "app"),
        ("workload", "cron"),
        ("workload", "pod"),
    ]


def test_sidecars_and_init_containers() -> None:
    text = f"""\
{resource("RayCluster", spec="headGroupSpec: {template: {spec: {initContainers: [{name: i}], containers: [{name: a}, {name: b}, {name: c}]}}}")}
"""  # fmt: skip
    pod = model(text).clusters[0].head.pod
    assert told(pod.ray_container.field("name")) == "a"
    assert [told(each.field("name")) for each in pod.sidecars] == ["b", "c"]
    assert [told(each.field("name")) for each in pod.init_containers] == ["i"]


REFERENCES = [
    ("trainer", "true", ABSENT_TEXT),
    ("traner", "false", "trainer"),
    ("trianer", "false", "trainer"),
    ("dev-trainer", "false", ABSENT_TEXT),
    ("trainer-abcde", "false", ABSENT_TEXT),
    ("trainer2", "false", ABSENT_TEXT),
    ("other", "false", ABSENT_TEXT),
]


@pytest.mark.parametrize(("name", "found", "nearest"), REFERENCES)
def test_reference_of_a_job_to_its_cluster(name: str, found: str, nearest: str) -> None:
    (reference,) = [
        each for each in model(MANY % name).root("references") if told(each.kind) == "RayCluster"
    ]
    assert (told(reference.name), told(reference.found), told(reference.nearest)) == (name, found, nearest)  # fmt: skip


def test_a_reference_to_a_name_that_two_bear_is_unknown() -> None:
    text = f"{resource('RayCluster', 'trainer')}---\n{MANY % 'trainer'}"
    (reference,) = [
        each for each in model(text).root("references") if told(each.kind) == "RayCluster"
    ]
    assert told(reference.found) == UNKNOWN


# Target


@pytest.mark.parametrize(("target", "release"), [("1.6", "1.6.2"), ("1.2.1", "1.2.1"), ("v1.3.0", "1.3.0")])  # fmt: skip
def test_target(target: str, release: str) -> None:
    assert told(model(cluster(), target).target.kuberay) == release
