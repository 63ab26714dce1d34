"""The pods of a cluster as the operator makes them: named cases. Not here: the comparison with the
operator's own code (`oracle/`).

What is written of a cluster stands on the left, what a pod gets of it on the right.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from raypolicy.bundle import Resource, make_bundle
from raypolicy.made.parts import Part, at, plain
from raypolicy.made.planning import plans
from raypolicy.made.pods import pods
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile
from raypolicy.tree import DEFAULTED, INJECTED, OVERRIDDEN, WRITTEN, Unknown

GATES = ("RayClusterMTLS", "RayClusterHistoryServer", "SidecarSubmitterRestart")
ADDRESS = "dev-head-svc.ml.svc.cluster.local"
LIMIT = "ulimit -n ${RAY_START_ULIMIT_OPEN_FILES:-65536}; "
WORKER = f"ray start  --address={ADDRESS}:6379  --block  --dashboard-agent-listen-port=52365  --metrics-export-port=8080 "
HEAD = "ray start --head  --block  --dashboard-agent-listen-port=52365  --dashboard-host=0.0.0.0  --metrics-export-port=8080 "


def group(container: Any = None, pod: Any = None, metadata: Any = None, **fields: Any) -> Any:
    """A group with one container of its own."""
    ray = {"name": "ray", "image": "rayproject/ray:2.52.0", **(container or {})}
    return {
        **fields,
        "template": {"metadata": metadata or {}, "spec": {"containers": [ray], **(pod or {})}},
    }


def cluster(
    head: Any = None, worker: Any = None, metadata: Any = None, **spec: Any
) -> dict[str, Any]:
    workers = [{"groupName": "small", **worker}] if worker else []
    about = {"name": "dev", "namespace": "ml", **(metadata or {})}
    full = {"headGroupSpec": head or group(), "workerGroupSpecs": workers, **spec}
    return {"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": about, "spec": full}


def made(resource: Any, release: str | None = None, gates: Any = ()) -> dict[str, Part]:
    """The pods that come of a resource, by role."""
    text = json.dumps(resource)
    found: Resource = next(iter(make_bundle("", [SourceFile("a.yaml", text)]).ray))
    wanted = kuberay(release)
    return {pod.role: pod.part for plan in plans(found, wanted, gates) for pod in pods(plan)}


def ray_container(resource: Any, role: str = "head-pod", **aim: Any) -> Any:
    return plain(at(made(resource, **aim)[role], "spec", "containers", 0))


def variables(container: Any) -> dict[str, Any]:
    return {each["name"]: each.get("value", "…") for each in container["env"]}


def start(resource: Any, role: str = "head-pod", **aim: Any) -> Any:
    return variables(ray_container(resource, role, **aim))["KUBERAY_GEN_RAY_START_CMD"]


def limits(**amounts: str) -> dict[str, Any]:
    names = {"gpu": "nvidia.com/gpu", "tpu": "google.com/tpu"}
    return {"resources": {"limits": {names.get(key, key): amounts[key] for key in amounts}}}


# The generated `ray start`

STARTS = {
    "nothing written": ({}, {}, HEAD),
    "limits": ({}, limits(cpu="1500m", memory="2Gi", gpu="1"), "--memory=2147483648  --metrics-export-port=8080  --num-cpus=2  --num-gpus=1 "),
    "zero limits are none": ({}, limits(cpu="0", gpu="0"), HEAD),
    "parameters before limits": ({"num-cpus": "0"}, limits(cpu="4"), "--num-cpus=0 "),
    "an accelerator": ({}, limits(tpu="4"), """--resources='{"TPU":4}' """),
    "an accelerator beside others": ({"resources": '\'{"b": 1, "a": 0.5}\''}, limits(tpu="4"), """--resources='{"TPU":4,"a":0.5,"b":1}' """),
    "resources that can't be read": ({"resources": "a=1"}, limits(tpu="4", gpu="1"), "--metrics-export-port=8080  --resources=a=1 "),
    "a flag": ({"no-monitor": "true", "log-color": "false"}, {}, "--log-color=false  --metrics-export-port=8080  --no-monitor "),
    "a flag that is off": ({"disable-usage-stats": "false"}, {}, HEAD),
    "block is always on": ({"block": "false"}, {}, HEAD),
    "a variable of the shell": ({"num-cpus": "$CPUS"}, {}, "--num-cpus=$CPUS "),
}  # fmt: skip


@pytest.mark.parametrize(("params", "container", "end"), STARTS.values(), ids=STARTS)
def test_ray_start_of_a_head(params: Any, container: Any, end: str) -> None:
    text = start(cluster(group(container, rayStartParams=params)))
    assert text.startswith("ray start --head  --block  --dashboard-agent-listen-port=52365 ")
    assert text.endswith(end)


def test_ray_start_of_a_worker() -> None:
    assert start(cluster(worker=group()), "worker-pod/small") == WORKER


OWN = {
    "numbers": ({"CPU": "2", "memory": "1Gi", "GPU": "1"}, "--memory=1073741824  --metrics-export-port=8080  --num-cpus=2  --num-gpus=1 "),
    "others": ({"custom": "500m"}, """--resources='{"custom":0.5}' """),
    "what can't be read": ({"custom": "x"}, "--metrics-export-port=8080 "),
}  # fmt: skip


@pytest.mark.parametrize(("own", "end"), OWN.values(), ids=OWN)
def test_resources_of_the_group_itself(own: Any, end: str) -> None:
    written = cluster(group(resources=own))
    assert start(written).endswith(end)
    assert start(written, release="1.4").endswith("--metrics-export-port=8080 ")


def test_labels_of_the_group_itself() -> None:
    text = start(cluster(group(labels={"b": "2", "a": "1"})))
    assert "  --labels=a=1,b=2 " in text


# Its place among the container's own words

COMMANDS = {
    "none": ({}, LIMIT + HEAD),
    "arguments": ({"args": ["a", "b"]}, f" a  b  && {LIMIT}{HEAD}"),
    "both": ({"command": ["sh", "-c"], "args": ["x"]}, f" sh  -c  x  && {LIMIT}{HEAD}"),
    "Ray started by hand": ({"args": ["ray start --head"]}, "ray start --head"),
    "empty lists": ({"command": [], "args": []}, LIMIT + HEAD),
}


@pytest.mark.parametrize(("words", "last"), COMMANDS.values(), ids=COMMANDS)
def test_the_command_of_a_ray_container(words: Any, last: str) -> None:
    container = ray_container(cluster(group(words)))
    assert container["args"][-1] == last
    assert container.get("command", []) in (["/bin/bash", "-c", "--"], words.get("command", []))


@pytest.mark.parametrize("where", ["resource", "template"])
def test_an_annotation_leaves_the_command_alone(where: str) -> None:
    said = {"annotations": {"ray.io/overwrite-container-cmd": "TRUE"}}
    head = group({"args": ["x"]}, metadata=said if where == "template" else None)
    container = ray_container(cluster(head, metadata=said if where == "resource" else None))
    assert container["args"] == ["x"]
    assert "command" not in container
    assert variables(container)["KUBERAY_GEN_RAY_START_CMD"] == HEAD


@pytest.mark.parametrize(
    ("release", "limit"), [("1.7", "${RAY_START_ULIMIT_OPEN_FILES:-65536}"), ("1.6", "65536")]
)
def test_the_limit_of_open_files(release: str, limit: str) -> None:
    words = ray_container(cluster(), release=release)["args"][0]
    assert words.startswith(f"ulimit -n {limit}; ray start --head")


# Environment

ENVIRONMENTS = {
    "head": ("head-pod", "1.7", "RAY_CLUSTER_NAME RAY_CLUSTER_NAMESPACE RAY_CLOUD_INSTANCE_ID RAY_NODE_TYPE_NAME KUBERAY_GEN_RAY_START_CMD RAY_PORT RAY_ADDRESS RAY_USAGE_STATS_KUBERAY_IN_USE RAY_USAGE_STATS_EXTRA_TAGS RAY_DASHBOARD_ENABLE_K8S_DISK_USAGE"),
    "worker": ("worker-pod/small", "1.7", "FQ_RAY_IP RAY_IP RAY_CLUSTER_NAME RAY_CLUSTER_NAMESPACE RAY_CLOUD_INSTANCE_ID RAY_NODE_TYPE_NAME KUBERAY_GEN_RAY_START_CMD RAY_PORT RAY_ADDRESS RAY_USAGE_STATS_KUBERAY_IN_USE RAY_DASHBOARD_ENABLE_K8S_DISK_USAGE"),
    "head of 1.5": ("head-pod", "1.5", "RAY_CLUSTER_NAME RAY_CLOUD_INSTANCE_ID RAY_NODE_TYPE_NAME KUBERAY_GEN_RAY_START_CMD RAY_PORT RAY_ADDRESS RAY_USAGE_STATS_KUBERAY_IN_USE RAY_USAGE_STATS_EXTRA_TAGS RAY_DASHBOARD_ENABLE_K8S_DISK_USAGE"),
}  # fmt: skip


@pytest.mark.parametrize(("role", "release", "names"), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_what_ray_is_told(role: str, release: str, names: str) -> None:
    container = ray_container(cluster(worker=group()), role, release=release)
    assert list(variables(container)) == names.split()


SETTINGS = {
    "the port of the head": ("RAY_ADDRESS", group(rayStartParams={"port": "6380"}), "127.0.0.1:6380"),
    "an address of one's own": ("RAY_ADDRESS", group({"env": [{"name": "RAY_ADDRESS", "value": "x"}]}), "x"),
    "the release of the operator": ("RAY_USAGE_STATS_EXTRA_TAGS", group(), "kuberay_version=v1.7.0;kuberay_crd=RayCluster"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "head", "value"), SETTINGS.values(), ids=SETTINGS)
def test_a_variable_of_the_head(name: str, head: Any, value: str) -> None:
    assert variables(ray_container(cluster(head)))[name] == value


def test_workers_are_told_the_name_of_the_head_service() -> None:
    own = group(headService={"metadata": {"name": "entry"}})
    told = variables(ray_container(cluster(own, group()), "worker-pod/small"))
    assert told["FQ_RAY_IP"] == "entry.ml.svc.cluster.local"
    assert told["RAY_IP"] == "entry"


# Containers that are added

TLS = {"tlsOptions": {"enabled": True}}
COLLECTOR = {"historyServerOptions": {"collectorOptions": {"image": "collect:1"}}}
CONTAINERS = {
    "head": ({}, "head-pod", "", "ray"),
    "worker": ({}, "worker-pod/small", "wait-gcs-ready", "ray"),
    "autoscaler": ({"enableInTreeAutoscaling": True}, "head-pod", "", "ray autoscaler"),
    "workers of an autoscaler": ({"enableInTreeAutoscaling": True}, "worker-pod/small", "wait-gcs-ready", "ray"),
    "mTLS": (TLS, "worker-pod/small", "wait-for-tls-ip-san wait-gcs-ready", "ray"),
    "history": (COLLECTOR, "head-pod", "", "ray ray-history-collector"),
}  # fmt: skip


@pytest.mark.parametrize(("spec", "role", "init", "names"), CONTAINERS.values(), ids=CONTAINERS)
def test_containers_of_a_pod(spec: Any, role: str, init: str, names: str) -> None:
    pod = plain(made(cluster(worker=group(), **spec), gates=GATES)[role])["spec"]
    assert [each["name"] for each in pod.get("initContainers", ())] == init.split()
    assert [each["name"] for each in pod["containers"]] == names.split()


@pytest.mark.parametrize("spec", [TLS, COLLECTOR], ids=["mTLS", "history"])
def test_a_gate_that_is_off_adds_nothing(spec: Any) -> None:
    assert made(cluster(**spec)).keys() == {"head-pod"}
    pod = plain(made(cluster(**spec))["head-pod"])["spec"]
    assert [each["name"] for each in pod["containers"]] == ["ray"]
    assert "initContainers" not in pod


def test_a_job_in_sidecar_mode_is_submitted_from_the_head() -> None:
    job = {
        **cluster(),
        "kind": "RayJob",
        "spec": {
            "entrypoint": "python train.py",
            "submissionMode": "SidecarMode",
            "jobId": "mine",
            "rayClusterSpec": cluster()["spec"],
        },
    }
    pod = plain(made(job)["head-pod"])
    submitter = pod["spec"]["containers"][1]
    assert pod["spec"]["restartPolicy"] == "Never"
    assert submitter["name"] == "ray-job-submitter"
    assert submitter["args"][0].endswith(
        "ray job submit --address http://127.0.0.1:8265 --submission-id mine -- python train.py ;"
    )
    assert "restartPolicy" not in submitter
    restarting = plain(made(job, gates=GATES)["head-pod"])["spec"]["containers"][1]
    assert restarting["restartPolicy"] == "OnFailure"
    assert len(plain(made(job, "1.4")["head-pod"])["spec"]["containers"]) == 1


OPTIONS = {
    "image": ("image", "auto:1", "auto:1"),
    "resources, even none": ("resources", {}, {}),
    "command": ("command", ["x"], ["x"]),
    "an empty command": ("command", [], ["/bin/bash", "-c", "--"]),
}


@pytest.mark.parametrize(("name", "said", "value"), OPTIONS.values(), ids=OPTIONS)
def test_options_of_the_autoscaler(name: str, said: Any, value: Any) -> None:
    spec = {"enableInTreeAutoscaling": True, "autoscalerOptions": {name: said}}
    container = plain(made(cluster(**spec))["head-pod"])["spec"]["containers"][1]
    assert container[name] == value


VERSIONS = {"v2": ("true", "Never"), "v1": ("false", "Always")}


@pytest.mark.parametrize(("version", "told"), VERSIONS.items(), ids=VERSIONS)
def test_the_version_of_the_autoscaler(version: str, told: tuple[str, str]) -> None:
    spec = {"enableInTreeAutoscaling": True, "autoscalerOptions": {"version": version}}
    always = group(pod={"restartPolicy": "Always"})
    for role, pod in made(cluster(always, always, **spec)).items():
        assert plain(pod)["spec"]["restartPolicy"] == told[1], role
    assert variables(ray_container(cluster(**spec)))["RAY_enable_autoscaler_v2"] == told[0]


# Volumes, ports and probes

VOLUMES = {
    "shared memory as large as the limit": ({}, limits(memory="2Gi"), {"shared-mem": "2Gi"}),
    "as large as the request": ({}, {"resources": {"requests": {"memory": "1Gi"}}}, {"shared-mem": "1Gi"}),
    "without a bound": ({}, {}, {"shared-mem": None}),
    "none beside one's own": ({}, {"volumeMounts": [{"name": "v", "mountPath": "/dev/shm"}]}, {}),
    "none beside plasma-directory": ({"plasma-directory": "/x"}, {}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("params", "container", "sizes"), VOLUMES.values(), ids=VOLUMES)
def test_shared_memory(params: Any, container: Any, sizes: Any) -> None:
    pod = plain(made(cluster(group(container, rayStartParams=params)))["head-pod"])["spec"]
    found = {each["name"]: each["emptyDir"].get("sizeLimit") for each in pod.get("volumes", ())}
    assert found == sizes


def test_a_port_for_metrics_is_added_once() -> None:
    assert ray_container(cluster())["ports"] == [{"name": "metrics", "containerPort": 8080}]
    own = {"ports": [{"name": "metrics", "containerPort": 9090}]}
    assert len(ray_container(cluster(group(own)))["ports"]) == 1


AGENT = "wget --tries 1 -T 2 -q -O- http://localhost:{}/api/local_raylet_healthz | grep success"
GCS = "wget --tries 1 -T 10 -q -O- http://localhost:8265/api/gcs_healthz | grep success"
PROBES = {
    "head": ("head-pod", "2.52.0", {}, [f"{AGENT.format(52365)} && {GCS}", 5]),
    "worker": ("worker-pod/small", "2.52.0", {}, [AGENT.format(52365), 2]),
    "another port": ("worker-pod/small", "2.52.0", {"dashboard-agent-listen-port": "1"}, [AGENT.format(1), 2]),
    "no port": ("worker-pod/small", "2.52.0", {"dashboard-agent-listen-port": "x"}, [AGENT.format(52365), 2]),
    "by HTTP": ("head-pod", "2.53.0", {}, [{"path": "/api/healthz", "port": 52365}, 5]),
}  # fmt: skip


@pytest.mark.parametrize(("role", "ray", "params", "asked"), PROBES.values(), ids=PROBES)
def test_probes(role: str, ray: str, params: Any, asked: Any) -> None:
    each = group(rayStartParams=params)
    probe = ray_container(cluster(each, each, rayVersion=ray), role)["livenessProbe"]
    found = probe.get("httpGet") or probe["exec"]["command"][-1]
    assert [found, probe["timeoutSeconds"]] == asked


def test_workers_of_a_service_are_asked_for_serve_too() -> None:
    config = cluster(worker=group(), rayVersion="2.53.0")["spec"]
    service = {**cluster(), "kind": "RayService", "spec": {"rayClusterConfig": config}}
    probe = ray_container(service, "worker-pod/small")["readinessProbe"]
    assert "http://localhost:8000/-/healthz" in probe["exec"]["command"][-1]
    assert probe["failureThreshold"] == 1


# Metadata

LABELS = {
    "its own": ({"a": "1"}, None, "a", "1", WRITTEN),
    "the group's wins": ({"a": "1"}, {"a": "2"}, "a", "2", OVERRIDDEN),
    "identity can't be changed": ({"ray.io/group": "x"}, None, "ray.io/group", "small", OVERRIDDEN),
    "the name of the application can": ({"app.kubernetes.io/name": "x"}, None, "app.kubernetes.io/name", "x", WRITTEN),
    "added": ({}, None, "ray.io/node-type", "worker", INJECTED),
    "the index of a replica": ({}, None, "ray.io/worker-group-replica-index", "0", INJECTED),
}  # fmt: skip


@pytest.mark.parametrize(("written", "own", "name", "value", "how"), LABELS.values(), ids=LABELS)
def test_labels_of_a_worker(written: Any, own: Any, name: str, value: str, how: str) -> None:
    fields = {} if own is None else {"labels": own}
    worker = group(metadata={"labels": written}, **fields)
    found = at(made(cluster(worker=worker))["worker-pod/small"], "metadata", "labels", name)
    assert (found.value, found.how) == (value, how)


NAMES = {
    "head": ("head-pod", "generateName", "dev-head-"),
    "worker": ("worker-pod/small", "generateName", "dev-small-worker-"),
    "a worker's own name goes": ("worker-pod/small", "name", None),
    "a head's stays": ("head-pod", "name", "mine"),
    "the namespace is the cluster's": ("head-pod", "namespace", "ml"),
}


@pytest.mark.parametrize(("role", "field", "value"), NAMES.values(), ids=NAMES)
def test_names_of_pods(role: str, field: str, value: str | None) -> None:
    each = group(metadata={"name": "mine", "namespace": "other"})
    assert plain(made(cluster(each, each))[role])["metadata"].get(field) == value


NONE = {
    "managed by another controller": (cluster(managedBy="kueue.x-k8s.io/multikueue"), []),
    "no host": (cluster(worker=group(numOfHosts=0)), ["head-pod"]),
    "the head's name": (cluster(worker=group(groupName="headgroup")), ["head-pod"]),
    "no container": (cluster(worker={"template": {"spec": {"containers": []}}}), ["head-pod"]),
}


@pytest.mark.parametrize(("resource", "roles"), NONE.values(), ids=NONE)
def test_pods_that_are_not_made(resource: Any, roles: list[str]) -> None:
    assert list(made(resource)) == roles


# Authentication and fault tolerance

TOKENS = {
    "from a Secret of the cluster's name": ({}, "dev"),
    "from another": ({"secretName": "mine"}, "mine"),
}


@pytest.mark.parametrize(("options", "secret"), TOKENS.values(), ids=TOKENS)
def test_the_token(options: Any, secret: str) -> None:
    written = cluster(worker=group(), authOptions={"mode": "token", **options})
    pod = plain(made(written)["worker-pod/small"])["spec"]
    for container in (pod["containers"][0], pod["initContainers"][0]):
        token = next(each for each in container["env"] if each["name"] == "RAY_AUTH_TOKEN")
        assert token["valueFrom"]["secretKeyRef"] == {"name": secret, "key": "auth_token"}


def test_the_token_of_a_service_account() -> None:
    options = {"mode": "token", "enableK8sTokenAuth": True}
    pod = plain(made(cluster(authOptions=options))["head-pod"])["spec"]
    assert variables(pod["containers"][0])["RAY_ENABLE_K8S_TOKEN_AUTH"] == "true"
    assert [each["name"] for each in pod["volumes"]] == ["ray-token", "shared-mem"]


def test_redis_keeps_the_state_of_the_head() -> None:
    options = {
        "redisAddress": "redis:6379",
        "redisUsername": {"value": "me"},
        "externalStorageNamespace": "space",
    }
    written = cluster(worker=group(), gcsFaultToleranceOptions=options)
    told = variables(ray_container(written))
    assert told["RAY_external_storage_namespace"] == "space"
    assert (told["RAY_REDIS_ADDRESS"], told["REDIS_USERNAME"]) == ("redis:6379", "me")
    assert "  --redis-username=$REDIS_USERNAME " in start(written)
    worker = variables(ray_container(written, "worker-pod/small"))
    assert worker["RAY_gcs_rpc_server_reconnect_timeout_s"] == "600"


# Where it comes from, and what can't be known

HOWS = {
    "a limit": (("spec", "containers", 0, "resources", "limits", "cpu"), WRITTEN),
    "a protocol": (("spec", "containers", 0, "ports", 0, "protocol"), DEFAULTED),
    "a command": (("spec", "containers", 0, "args", 0), OVERRIDDEN),
    "a volume": (("spec", "volumes", 0, "name"), INJECTED),
    "a probe": (("spec", "containers", 0, "livenessProbe", "periodSeconds"), INJECTED),
}


@pytest.mark.parametrize(("path", "how"), HOWS.values(), ids=HOWS)
def test_where_a_field_comes_from(path: tuple[Any, ...], how: str) -> None:
    head = group({"args": ["x"], "ports": [{"containerPort": 6379}], **limits(cpu="1")})
    assert at(made(cluster(head))["head-pod"], *path).how == how


UNKNOWN = {
    "an amount": group(limits(cpu="${CPUS}")),
    "a parameter that is no text": group(rayStartParams={"num-cpus": 4}),
    "two resources for one parameter": group(resources={"GPU": "1", "nvidia.com/gpu": "2"}),
}


@pytest.mark.parametrize("head", UNKNOWN.values(), ids=UNKNOWN)
def test_a_command_that_cannot_be_known(head: Any) -> None:
    assert isinstance(start(cluster(head)), Unknown)
