"""What few clusters have, as the operator looks at it: tables of facts, by the paths that rules use.

Fault tolerance, autoscaler, history server, TLS and tokens; which container's variables count, what
is empty and what cannot be known. Not here: what the operator refuses of it (`rules/`, and its own
code in `oracle/test_operator_examples`).
"""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, fact, model

from raypolicy.facts.cluster import Cluster


def manifest(
    spec: str = "",
    head: str = "",
    container: str = "",
    worker: str = "",
    *,
    kind: str = "RayCluster",
    version: str = "v1",
    metadata: str = "name: dev",
) -> str:
    """A resource with a cluster of these parts, whatever its kind."""
    parts = [spec] if spec else []
    inside = f"name: ray, image: x{', ' + container if container else ''}"
    group = f"template: {{spec: {{containers: [{{{inside}}}]}}}}"
    parts.append(f"headGroupSpec: {{{head + ', ' if head else ''}{group}}}")
    if worker:
        parts.append(f"workerGroupSpecs: [{{groupName: w, {worker}}}]")
    text = ", ".join(parts)
    outer = {
        "RayCluster": text,
        "RayJob": f"rayClusterSpec: {{{text}}}",
        "RayService": f"rayClusterConfig: {{{text}}}",
        "RayCronJob": f"jobTemplate: {{rayClusterSpec: {{{text}}}}}",
    }
    return f"apiVersion: ray.io/{version}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{{outer[kind]}}}\n"  # fmt: skip


def seen(text: str) -> Cluster:
    return model(text).clusters[0]


# Fault tolerance

OPTIONS = "gcsFaultToleranceOptions: {redisAddress: x}"
YES, NO = (f"name: dev, annotations: {{ray.io/ft-enabled: '{value}'}}" for value in ("True", "no"))
ADDRESS = "env: [{name: RAY_REDIS_ADDRESS, value: x}]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (manifest(container=ADDRESS), "RAY_REDIS_ADDRESS"),
        (manifest(OPTIONS, container=ADDRESS), ABSENT_TEXT),
        (manifest("gcsFaultToleranceOptions: {}", container=ADDRESS), ABSENT_TEXT),
        (manifest(container=ADDRESS, metadata=YES), ABSENT_TEXT),
        (manifest(container=ADDRESS, metadata=NO), "RAY_REDIS_ADDRESS"),
        (manifest(container=ADDRESS, metadata=YES, kind="RayService"), ABSENT_TEXT),
        (manifest(container=ADDRESS, metadata=YES, kind="RayCronJob"), "RAY_REDIS_ADDRESS"),
        (manifest(OPTIONS, container=ADDRESS, version="v1alpha1"), "RAY_REDIS_ADDRESS"),
        (manifest(container=ADDRESS, metadata=YES.replace("True", "$ON")), UNKNOWN),
        (manifest(container="envFrom: [{secretRef: {name: x}}]"), ABSENT_TEXT),
        (manifest(container="env: [{name: $NAME, value: x}]"), ABSENT_TEXT),
    ],
)
def test_an_address_of_redis_without_options(text: str, expected: str) -> None:
    assert fact(text, "fault_tolerance.redis_address") == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("{}", "redis"),
        ("{backend: ''}", "redis"),
        ("{backend: rocksdb}", "rocksdb"),
        ("$OPTIONS", UNKNOWN),
        ("null", ABSENT_TEXT),
    ],
)
def test_where_the_gcs_keeps_its_state(options: str, expected: str) -> None:
    assert (
        fact(manifest(f"gcsFaultToleranceOptions: {options}"), "fault_tolerance.store") == expected
    )


@pytest.mark.parametrize(
    ("storage", "expected"),
    [
        ("{claimName: a, size: 1Gi, storageClassName: ''}", ["size", "storageClassName"]),
        ("{claimName: a, accessModes: [], subPath: b}", []),
        ("{claimName: '', size: 1Gi}", []),
        ("{claimName: a, size: null}", []),
        ("$STORAGE", []),
    ],
)
def test_settings_beside_the_name_of_a_claim(storage: str, expected: list[str]) -> None:
    tolerance = seen(manifest(f"gcsFaultToleranceOptions: {{storage: {storage}}}")).fault_tolerance
    assert [each.name.value for each in tolerance.claim_settings] == expected


# The autoscaler


@pytest.mark.parametrize(
    ("options", "value", "expected"),
    [
        ("version: v2", "", "true"),
        ("version: v1", "value: '1'", "true"),
        ("version: v1", "", "false"),
        ("", "value: 'true'", "true"),
        ("", "value: 'True'", "false"),
        ("", "value: '0'", "false"),
        ("", "valueFrom: {configMapKeyRef: {name: a, key: b}}", "false"),
        ("", "value: $V2", UNKNOWN),
        ("version: $VERSION", "", UNKNOWN),
        ("version: v2", "value: $V2", "true"),
    ],
)
def test_whether_the_operator_takes_the_autoscaler_for_v2(
    options: str, value: str, expected: str
) -> None:
    variable = f"env: [{{name: RAY_enable_autoscaler_v2, {value}}}]" if value else ""
    text = manifest(f"autoscalerOptions: {{{options}}}", container=variable)
    assert fact(text, "autoscaler.runs_v2") == expected


def test_variables_of_workers_say_nothing_of_the_autoscaler() -> None:
    variable = "env: [{name: RAY_enable_autoscaler_v2, value: '1'}]"
    worker = f"template: {{spec: {{containers: [{{name: w, image: x, {variable}}}]}}}}"
    assert fact(manifest(worker=worker), "autoscaler.switch") == ABSENT_TEXT


@pytest.mark.parametrize(
    ("spec", "worker", "version", "expected"),
    [
        ("autoscalerOptions: {idleTimeoutSeconds: 5}", "idleTimeoutSeconds: 7", "v1", [5, 7]),
        ("autoscalerOptions: {idleTimeoutSeconds: 5}", "idleTimeoutSeconds: 7", "v1alpha1", [5]),
        ("autoscalerOptions: {}", "idleTimeoutSeconds: null", "v1", []),
    ],
)
def test_idle_timeouts(spec: str, worker: str, version: str, expected: list[int]) -> None:
    cluster = seen(manifest(spec, worker=worker, version=version))
    assert [each.number.value for each in cluster.autoscaler.idle_timeouts] == expected


# The history server

BLANK = "value: ''"
SECRET = "valueFrom: {secretKeyRef: {name: a, key: b}}"


@pytest.mark.parametrize(
    ("variables", "backend", "missing"),
    [
        ("", ABSENT_TEXT, ABSENT_TEXT),
        ("{name: STORAGE_BACKEND, value: s3}", "s3", "S3_REGION"),
        ("{name: STORAGE_BACKEND, value: S3}, {name: S3_REGION, value: x}", "S3", ABSENT_TEXT),
        (f"{{name: STORAGE_BACKEND, value: S3}}, {{name: S3_REGION, {BLANK}}}", "S3", "S3_REGION"),
        (f"{{name: STORAGE_BACKEND, value: S3}}, {{name: S3_REGION, {SECRET}}}", "S3", ABSENT_TEXT),
        (f"{{name: STORAGE_BACKEND, {SECRET}}}", ABSENT_TEXT, ABSENT_TEXT),
        ("{name: STORAGE_BACKEND, value: $KIND}", UNKNOWN, UNKNOWN),
        ("{name: $NAME, value: x}, {name: STORAGE_BACKEND, value: S3}", UNKNOWN, UNKNOWN),
        ("{name: STORAGE_BACKEND, value: file}", "file", ABSENT_TEXT),
        (
            "{name: STORAGE_BACKEND, value: AliyunOSS}, {name: OSS_BUCKET, value: x}",
            "AliyunOSS",
            "OSS_ENDPOINT and OSS_REGION",
        ),
        (
            "{name: STORAGE_BACKEND, value: AzureBlob}",
            "AzureBlob",
            "AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL",
        ),
        (
            "{name: STORAGE_BACKEND, value: AzureBlob}, {name: AZURE_STORAGE_AUTH_MODE, value: ' Default '}",
            "AzureBlob",
            "AZURE_STORAGE_ACCOUNT_URL",
        ),
        (
            "{name: STORAGE_BACKEND, value: AzureBlob}, {name: AZURE_STORAGE_AUTH_MODE, value: $MODE}",
            "AzureBlob",
            ABSENT_TEXT,
        ),
    ],
)  # fmt: skip
def test_what_the_storage_of_the_history_server_lacks(
    variables: str, backend: str, missing: str
) -> None:
    options = f"collectorOptions: {{image: x, env: [{variables}]}}"
    text = manifest(f"historyServerOptions: {{{options}}}")
    assert fact(text, "history_server.storage_backend") == backend
    assert fact(text, "history_server.missing_variables") == missing


# TLS and tokens

MANAGED = "env: [{name: RAY_USE_TLS, value: '1'}], volumeMounts: [{name: a, mountPath: /etc/ray/tls}, {name: ray-tls, mountPath: /b}]"  # fmt: skip


@pytest.mark.parametrize(
    ("enabled", "expected"),
    [
        ("true", [*["the head"] * 3, *["w"] * 3, *["the autoscaler"] * 3]),
        ("false", []),
        ("$ON", []),
    ],
)
def test_what_stands_in_the_way_of_tls(enabled: str, expected: list[str]) -> None:
    worker = f"template: {{spec: {{containers: [{{name: w, image: x, {MANAGED}}}, {{name: side, image: x, {MANAGED}}}]}}}}"  # fmt: skip
    spec = f"tlsOptions: {{enabled: {enabled}}}, autoscalerOptions: {{{MANAGED}}}"
    cluster = seen(manifest(spec, container=MANAGED, worker=worker))
    assert [each.holder.value for each in cluster.encryption.taken] == expected


@pytest.mark.parametrize(
    ("kind", "on", "expected"),
    [
        ("RayCluster", "true", "true"),
        ("RayCluster", "false", ABSENT_TEXT),
        ("RayJob", "true", ABSENT_TEXT),
        ("RayService", "true", ABSENT_TEXT),
    ],
)
def test_tokens_of_kubernetes(kind: str, on: str, expected: str) -> None:
    text = manifest(f"authOptions: {{enableK8sTokenAuth: {on}}}", kind=kind)
    assert fact(text, "authentication.kubernetes_tokens") == expected


@pytest.mark.parametrize(
    ("kind", "label", "expected"),
    [
        ("RayCluster", "", ABSENT_TEXT),
        ("RayCluster", "RayService", "RayService"),
        ("RayCluster", "RayCluster", ABSENT_TEXT),
        ("RayJob", "", "RayJob"),
        ("RayService", "", "RayService"),
        ("RayCronJob", "", "RayJob"),
    ],
)
def test_who_makes_a_cluster(kind: str, label: str, expected: str) -> None:
    metadata = f"name: dev, labels: {{ray.io/originated-from-crd: '{label}'}}"
    assert fact(manifest(kind=kind, metadata=metadata), "maker") == expected
