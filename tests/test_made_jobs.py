"""The Jobs that the operator makes, and the command that submits: named cases. Not here: the
comparison with the operator's own code (`oracle/`).
"""

from __future__ import annotations

from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.made import objects
from raypolicy.made.gotext import quoted
from raypolicy.made.parts import at, plain
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile
from raypolicy.tree import Unknown

JOB = """\
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: train, namespace: ml}
spec:
  entrypoint: python train.py
  FURTHER
  rayClusterSpec:
    CLUSTER
    headGroupSpec:
      template: {spec: {containers: [{name: ray, image: rayproject/ray:2.52.0}]}}
"""
AT = "http://train-xxxxx-head-svc.ml.svc.cluster.local:8265"
SUBMITTED = (
    f"if ! ray job status --address {AT} train-xxxxx >/dev/null 2>&1 ; then ray job submit"
    f" --address {AT} --no-wait --submission-id train-xxxxx -- python train.py ; fi ;"
    f" ray job logs --address {AT} --follow train-xxxxx"
)
WAITED = (
    "until python -c \"import urllib.request; r=urllib.request.urlopen('"
    f"{AT}/api/gcs_healthz', timeout=10); exit(0 if b'success' in r.read() else 1)\""
    f' >/dev/null 2>&1 ; do echo "Waiting for Ray Dashboard GCS to become healthy at {AT} ..." ;'
    " sleep 2 ; done ; "
)


def job(further: str = "suspend: false", cluster: str = "rayVersion: 2.52.0") -> str:
    return JOB.replace("FURTHER", further).replace("CLUSTER", cluster)


def made(text: str, release: str | None = None, gates: tuple[str, ...] = ()) -> dict[str, Any]:
    """The objects of the only resource of a text, as parts, by role."""
    (resource,) = make_bundle("", (SourceFile("ray.yaml", text),)).ray
    return {each.role: each.part for each in objects(resource, kuberay(release), gates)}


def container(text: str, release: str | None = None) -> dict[str, Any]:
    """The container that submits, plain."""
    found = at(made(text, release), "submitter-job", "spec", "template", "spec", "containers", 0)
    plainly: dict[str, Any] = plain(found)
    return plainly


def command(text: str, release: str | None = None) -> str:
    (line,) = container(text, release)["args"]
    return str(line)


# The command


def test_command() -> None:
    assert container(job())["command"] == ["/bin/bash", "-ce", "--"]
    assert command(job()) == WAITED + SUBMITTED


def test_command_did_not_wait_until_1_6() -> None:
    assert command(job(), "1.6") == SUBMITTED
    assert container(job(), "1.3")["command"][1] == "-cel"


@pytest.mark.parametrize(
    ("further", "option"),
    [
        ("jobId: mine", "--submission-id mine --"),
        ("entrypointNumCpus: 0.5", "--entrypoint-num-cpus 0.500000 --"),
        ("entrypointNumGpus: 0.3333333", "--entrypoint-num-gpus 0.333333 --"),
        ("entrypointNumCpus: -1", "--submission-id train-xxxxx --"),
        ("entrypointResources: '{\"a\": 1}'", r'--entrypoint-resources "{\"a\": 1}" --'),
        ("metadata: {b: '<x>', a: é}", r'--metadata-json "{\"a\":\"é\",\"b\":\"\\u003cx\\u003e\"}"'),
        ("runtimeEnvYAML: 'pip: [b, a]'", r'--runtime-env-json "{\"pip\":[\"b\",\"a\"]}" --sub'),
        ("runtimeEnvYAML: '# none'", '--runtime-env-json "null" --'),
        ("runtimeEnvYAML: ''", "--no-wait --submission-id"),
        ("runtimeEnvYAML: 'a: {z: 1.0, m: yes, b: 1e30, c: ~}'",
         r'"{\"a\":{\"b\":1e+30,\"c\":null,\"m\":true,\"z\":1}}"'),
    ],
    ids="id cpus gpus negative resources metadata env blank-env empty-env scalars".split(),
)  # fmt: skip
def test_option(further: str, option: str) -> None:
    assert option in command(job(further))


def test_entrypoint_is_taken_by_the_letter() -> None:
    text = job().replace("python train.py", "' echo \"$X\" ${Y} && sleep 1; '")
    assert ' -- echo "$X" ${Y} && sleep 1; ; fi ;' in command(text)


@pytest.mark.parametrize(
    ("version", "release", "there"),
    [
        ("2.52.0", "1.7", True),
        ("2.5.0", "1.7", False),
        ("nightly", "1.7", False),
        ("''", "1.7", True),
        ("''", "1.6", False),
    ],
)
def test_metadata_needs_a_ray_that_takes_it(version: str, release: str, there: bool) -> None:
    text = job("metadata: {a: b}", f"rayVersion: {version}")
    assert ("submitter-job" in made(text, release)) is there


def test_dashboard_is_found_by_the_name_of_its_port() -> None:
    text = job().replace("2.52.0}]", "2.52.0, ports: [{name: dashboard, containerPort: 8266}]}]")
    assert "cluster.local:8266" in command(text)
    other = job().replace("2.52.0}]", "2.52.0, ports: [{name: ui, containerPort: 8265}]}]")
    assert "submitter-job" not in made(other)


# The Job


def test_job_of_a_default_template() -> None:
    found = plain(made(job())["submitter-job"])
    assert found["metadata"]["name"] == "train"
    assert found["spec"]["backoffLimit"] == 2
    assert found["spec"]["template"]["spec"]["restartPolicy"] == "Never"
    (only,) = found["spec"]["template"]["spec"]["containers"]
    assert (only["name"], only["image"]) == ("ray-job-submitter", "rayproject/ray:2.52.0")
    assert only["resources"]["limits"] == {"cpu": "1", "memory": "1Gi"}
    assert [(each["name"], each["value"]) for each in only["env"]] == [
        ("PYTHONUNBUFFERED", "1"),
        ("RAY_DASHBOARD_ADDRESS", AT.removeprefix("http://")),
        ("RAY_JOB_SUBMISSION_ID", "train-xxxxx"),
    ]


def test_own_template_keeps_its_command_or_loses_its_arguments() -> None:
    template = (
        "submitterPodTemplate: {spec: {restartPolicy: OnFailure, containers: "
        "[{name: s, image: i, COMMAND args: [mine], env: [{name: A, value: b}]}]}}"
    )
    own = container(job(template.replace("COMMAND", "command: [run],")))
    assert (own["command"], own["args"]) == (["run"], ["mine"])
    assert [each["name"] for each in own["env"]][:2] == ["A", "PYTHONUNBUFFERED"]
    assert container(job(template.replace("COMMAND", "")))["args"] == [WAITED + SUBMITTED]


@pytest.mark.parametrize(
    ("release", "labelled"), [("1.7", True), ("1.6", False)], ids=["since 1.7", "1.6"]
)
def test_labels_on_the_pod(release: str, labelled: bool) -> None:
    template = made(job(), release)["submitter-job"]["spec"]["template"]
    assert ("metadata" in template) is labelled


def test_backoff_limit_and_token() -> None:
    text = job("submitterConfig: {backoffLimit: 0}", "authOptions: {mode: token}")
    found = plain(made(text)["submitter-job"])
    assert found["spec"]["backoffLimit"] == 0
    env = found["spec"]["template"]["spec"]["containers"][0]["env"]
    assert [each["name"] for each in env][-2:] == ["RAY_AUTH_MODE", "RAY_AUTH_TOKEN"]


@pytest.mark.parametrize("mode", ["HTTPMode", "InteractiveMode", "SidecarMode", "Odd"])
def test_other_modes_make_no_job(mode: str) -> None:
    assert "submitter-job" not in made(job(f"submissionMode: {mode}"))


def test_interactive_job_gets_its_service_once_it_runs() -> None:
    assert "owner-head-service" not in made(job("submissionMode: InteractiveMode"))
    assert "owner-head-service" in made(job("submissionMode: InteractiveMode\n  jobId: mine"))


def test_cluster_that_is_there_already_is_not_known() -> None:
    found = made(job("clusterSelector: {ray.io/cluster: dev}"))
    assert found.keys() == {"submitter-job"}
    (only,) = plain(found["submitter-job"])["spec"]["template"]["spec"]["containers"]
    assert isinstance(only["image"], Unknown)
    assert isinstance(only["args"][0], Unknown)


def test_nothing_is_made_without_a_cluster() -> None:
    assert made("apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\nspec: {}\n") == {}


def test_order_is_that_of_the_operator() -> None:
    assert list(made(job())) == [
        "raycluster", "head-service", "head-pod", "submitter-job", "owner-head-service",
    ]  # fmt: skip


def test_job_of_a_cronjob() -> None:
    text = (
        "apiVersion: ray.io/v1\nkind: RayCronJob\nmetadata: {name: nightly, namespace: ml}\n"
        "spec:\n  schedule: '0 1 * * *'\n  jobTemplate:\n    entrypoint: python train.py\n"
        "    rayClusterSpec: {headGroupSpec: {template: {spec: {containers: [{name: ray}]}}}}\n"
    )
    assert made(text) == {}
    on = ("RayCronJob",)
    found = made(text, gates=on)
    assert plain(found["rayjob"]["metadata"])["name"] == "nightly-xxxxx"
    assert plain(found["raycluster"]["metadata"])["name"] == "nightly-xxxxx-xxxxx"
    assert plain(found["submitter-job"]["metadata"])["name"] == "nightly-xxxxx"
    elsewhere = text.replace("  jobTemplate:\n", "  jobTemplate:\n    managedBy: a/b\n")
    assert made(elsewhere, gates=on).keys() == {"rayjob"}


# The Job that empties Redis


def test_cleanup_job() -> None:
    text = (
        "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: NAME}\nspec:\n"
        "  gcsFaultToleranceOptions: {redisAddress: 'redis:6379' FURTHER}\n"
        "  headGroupSpec: {template: {spec: {containers: [{name: ray}, {name: log}]}}}\n"
    )
    found = plain(made(text.replace("NAME", "n" * 53).replace("FURTHER", ""))["redis-cleanup-job"])
    assert found["metadata"]["name"] == f"{'n' * 49}-redis-cleanup"
    assert found["metadata"]["labels"]["ray.io/node-type"] == "redis-cleanup"
    assert found["spec"]["activeDeadlineSeconds"] == 300
    (only,) = found["spec"]["template"]["spec"]["containers"]
    assert "livenessProbe" not in only
    assert "REDIS_USERNAME" not in only["args"][0]
    named = text.replace("NAME", "dev").replace("FURTHER", ", redisUsername: {value: me}")
    (only,) = plain(made(named)["redis-cleanup-job"])["spec"]["template"]["spec"]["containers"]
    assert "username=os.getenv('REDIS_USERNAME', parsed.username), " in only["args"][0]
    assert "redis-cleanup-job" not in made(job())


# Texts as Go writes them


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a", '"a"'),
        ('"\\', r'"\"\\"'),
        ("\n\t\x07\x1b\x7f", r'"\n\t\a\x1b\x7f"'),
        ("é\u2028\U0001f600\u200b", '"é\\u2028\U0001f600\\u200b"'),
        ("\ufeff", r'"\ufeff"'),
    ],
)
def test_quoted(text: str, written: str) -> None:
    assert quoted(text) == written
