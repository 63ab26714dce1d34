"""Ray resources made at random, of all that Services, Jobs and policies depend on. Not here: what
pods depend on (`randomclusters`).

Not all of them are admitted; most are.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, Final

Map = dict[str, Any]
Table = dict[str, tuple[float, list[Any]]]
"""Fields, each with its likelihood and its values."""

PORTS: Final[list[Any]] = [
    [],
    [{"containerPort": 5}],
    [{"containerPort": 6379, "name": "gcs"}, {"containerPort": 8265, "name": "dashboard"}],
    [
        {"containerPort": 8265, "name": "dashboard"},
        {"containerPort": 9000, "name": "serve"},
        {"containerPort": 9001, "name": "serve-grpc"},
        {"containerPort": 8081, "name": "metrics"},
    ],
    [
        {"containerPort": 8265, "name": "dashboard"},
        {"containerPort": 7777},
        {"containerPort": 53, "protocol": "UDP", "name": "dns"},
    ],
    [{"containerPort": 8266, "name": "dashboard"}, {"containerPort": 8001, "name": "serving"}],
]
SERVICE_PORTS: Final[list[Any]] = [
    [],
    [{"name": "serve", "port": 80, "targetPort": 8000}],
    [{"name": "serve", "port": 80}, {"name": "other", "port": 99}],
    [{"name": "dash", "port": 8266, "protocol": "UDP", "nodePort": 30000}],
    [
        {"name": "serve-grpc", "port": 9001, "appProtocol": "kubernetes.io/h2c"},
        {"name": "serve", "port": 81, "targetPort": "serve"},
    ],
]
SERVICE_METADATA: Final[Table] = {
    "name": (0.3, ["own-name", ""]),
    "namespace": (0.3, ["other"]),
    "labels": (0.4, [{"a": "b"}, {"ray.io/cluster": "x", "app.kubernetes.io/name": "y"}]),
    "annotations": (0.4, [{"n": "m"}, {"k": "old"}, {}]),
}
SERVICE_SPEC: Final[Table] = {
    "type": (0.6, ["ClusterIP", "NodePort", "LoadBalancer", ""]),
    "clusterIP": (0.2, ["None"]),
    "selector": (0.4, [{"x": "y"}, {"ray.io/cluster": "z"}]),
    "ports": (0.7, SERVICE_PORTS),
    "sessionAffinity": (0.2, ["ClientIP"]),
    "publishNotReadyAddresses": (0.3, [True, False]),
}
HEAD: Final[Table] = {
    "rayStartParams": (0.5, [{}, {"dashboard-port": "8266"}, {"dashboard-port": "x"}]),
    "serviceType": (0.4, ["ClusterIP", "NodePort", "LoadBalancer", ""]),
    "enableIngress": (0.4, [True, True, False]),
    "ingressOptions": (
        0.3,
        [
            {},
            {"host": "h.example", "path": "", "pathType": "Exact"},
            {"path": "/ray", "tls": [{"hosts": ["a"], "secretName": "s"}]},
        ],
    ),
}
GROUPS: Final[list[Any]] = [["w"], ["w", "big"], ["a-group"]]
RULES: Final = {"ingressRules": [{"ports": [{"port": "serve", "protocol": "TCP"}]}]}
CLUSTER: Final[Table] = {
    "headServiceAnnotations": (0.3, [{"k": "v"}, {}, {"n": "z"}]),
    "enableInTreeAutoscaling": (0.3, [True, True, False]),
    "gcsFaultToleranceOptions": (
        0.3,
        [
            {"redisAddress": "r:6379"},
            {"redisAddress": "r", "redisUsername": {"value": "u"}},
            {"backend": "rocksdb"},
            {"backend": "rocksdb", "storage": {"size": "5Gi", "storageClassName": "fast"}},
            {"backend": "rocksdb", "storage": {"accessModes": ["ReadWriteMany"]}},
            {"backend": "rocksdb", "storage": {"claimName": "c"}},
        ],
    ),
    "authOptions": (
        0.2,
        [
            {},
            {"mode": "token"},
            {"mode": "disabled"},
            {"mode": "token", "secretName": "s"},
            {"mode": "token", "secretName": ""},
            {"mode": "token", "enableK8sTokenAuth": True},
        ],
    ),
    "networkPolicy": (
        0.3,
        [
            {},
            {"mode": "DenyAllEgress", "worker": {"egressRules": [{"to": []}]}},
            {"mode": "DenyAllIngress", "head": {"ingressRules": [{"ports": [{"port": 8265}]}]}},
            {"workerGroups": [{"groupName": "w", **RULES}], "worker": {"ingressRules": [{}]}},
        ],
    ),
    "managedBy": (0.08, ["ray.io/kuberay-operator", "kueue.x-k8s.io/multikueue"]),
}
ENVIRONMENTS: Final = [
    "pip: [a, b]\n",
    "env_vars:\n  A: '1'\n  B: \"é<&>\\u2028\"\n",
    "",
    "# nothing",
    "num: 1.5\nbig: 1e30\nyes: on\nn: null\nsmall: 0.0000001\nx: 0x10\nday: 2020-01-01\n",
    '{"pip": ["x==1"], "t": "a\\tb"}',
    "1: a\ntrue: b\n",
]
SUBMITTERS: Final[list[Any]] = [
    {"spec": {"restartPolicy": "Never", "containers": [{"name": "s", "image": "i"}]}},
    {
        "metadata": {"labels": {"a": "b", "ray.io/originated-from-crd": "z"}},
        "spec": {
            "restartPolicy": "OnFailure",
            "containers": [
                {"name": "s", "command": ["x"], "env": [{"name": "RAY_AUTH_MODE", "value": "q"}]},
                {"name": "t", "image": "j"},
            ],
        },
    },
    {
        "spec": {
            "restartPolicy": "Never",
            "containers": [{"name": "s", "args": ["lost"], "resources": {"limits": {"cpu": "1"}}}],
            "volumes": [{"name": "v", "emptyDir": {}}],
        }
    },
]
JOB: Final[Table] = {
    "entrypoint": (
        0.95,
        ["python a.py", " python b.py \n", 'echo "x" && y', "", "é ${HOME} $X {{a}}", "a\nb"],
    ),
    "submissionMode": (0.6, ["K8sJobMode", "HTTPMode", "SidecarMode"]),
    "runtimeEnvYAML": (0.5, ENVIRONMENTS),
    "metadata": (0.2, [{"a": "b", "A": "<x>"}, {}, {"k": 'é"\\'}]),
    "entrypointNumCpus": (0.3, [1, 0.1, 0, 2.5, 1e-7, -1, 100000000]),
    "entrypointNumGpus": (0.2, [1, 0.3333333]),
    "entrypointResources": (0.2, ['{"a": 1}', ""]),
    "jobId": (0.3, ["my-id", ""]),
    "submitterConfig": (0.3, [{"backoffLimit": 0}, {"backoffLimit": 5}, {}]),
    "submitterPodTemplate": (0.3, SUBMITTERS),
    "clusterSelector": (0.1, [{}]),
    "shutdownAfterJobFinishes": (0.3, [True]),
    "managedBy": (0.05, ["ray.io/kuberay-operator", "kueue.x-k8s.io/multikueue"]),
}
STEPWISE: Final = {"gatewayClassName": "g", "stepSizePercent": 10, "intervalSeconds": 10}
UPGRADES: Final[list[Any]] = [
    {"type": "None"},
    {"type": "NewCluster"},
    {"type": "NewClusterWithIncrementalUpgrade", "clusterUpgradeOptions": STEPWISE},
]
ANNOTATIONS: Final[Table] = {
    "ray.io/ft-enabled": (0.3, ["true", "TRUE", "false"]),
    "kubernetes.io/ingress.class": (0.4, ["nginx", ""]),
    "ray.io/enable-serve-service": (0.4, ["true", "True"]),
    "x": (0.3, ["y"]),
}


def resources(seed: int, count: int) -> Iterator[str]:
    """Resources of all kinds, one JSON text each; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        yield json.dumps(_resource(chance))


def _resource(chance: random.Random) -> Map:
    kind = chance.choice(["RayCluster", "RayJob", "RayJob", "RayService", "RayCronJob"])
    name = chance.choice(["dev", "a" * 36, "b" * 47, "c" * 53])
    most = {"RayCluster": 53, "RayCronJob": 36}.get(kind, 47)
    metadata = {"name": name[:most], "annotations": _filled(chance, ANNOTATIONS)}
    metadata |= _filled(chance, {"namespace": (0.5, ["ml"]), "labels": (0.3, [{"team": "a"}])})
    made = {"apiVersion": "ray.io/v1", "kind": kind, "metadata": metadata}
    if kind == "RayCluster":
        return {**made, "spec": _cluster(chance)}
    if kind == "RayJob":
        return {**made, "spec": _job(chance)}
    if kind == "RayCronJob":
        return {**made, "spec": {"schedule": "0 0 * * *", "jobTemplate": _job(chance)}}
    return {**made, "spec": _service_of_serve(chance)}


def _service_of_serve(chance: random.Random) -> Map:
    spec = {"rayClusterConfig": _cluster(chance), "serveConfigV2": "applications: []\n"}
    spec |= _filled(chance, {"upgradeStrategy": (0.4, UPGRADES)})
    if "clusterUpgradeOptions" in spec.get("upgradeStrategy", {}):
        spec["rayClusterConfig"]["enableInTreeAutoscaling"] = True
    if chance.random() < 0.4:
        spec["serveService"] = _service(chance)
    return spec


def _job(chance: random.Random) -> Map:
    return {**_filled(chance, JOB), "rayClusterSpec": _cluster(chance)}


def _cluster(chance: random.Random) -> Map:
    container = {"name": "ray", "image": "rayproject/ray:2.52.0"}
    container |= _filled(chance, {"ports": (0.7, PORTS)})
    template: Map = {"spec": {"containers": [container]}}
    template |= _filled(
        chance, {"metadata": (0.2, [{"labels": {"app.kubernetes.io/name": "mine"}}])}
    )
    head = {"template": template, **_filled(chance, HEAD)}
    if chance.random() < 0.35:
        head["headService"] = _service(chance)
    spec = {"rayVersion": chance.choice(["2.52.0", "2.55.0", "2.9.0"]), "headGroupSpec": head}
    spec |= _filled(chance, CLUSTER)
    if chance.random() < 0.6:
        pod = {"spec": {"containers": [{"name": "w", "image": "i:1"}]}}
        hosts: Table = {"numOfHosts": (0.5, [1, 2, 3])}
        spec["workerGroupSpecs"] = [
            {"groupName": name, "template": pod, **_filled(chance, hosts)}
            for name in chance.choice(GROUPS)
        ]
    return spec


def _service(chance: random.Random) -> Map:
    parts = {
        "metadata": _filled(chance, SERVICE_METADATA),
        "spec": _filled(chance, SERVICE_SPEC),
    }
    return {key: part for key, part in parts.items() if chance.random() < 0.8}


def _filled(chance: random.Random, table: Table) -> Map:
    return {
        key: json.loads(json.dumps(chance.choice(values)))
        for key, (share, values) in table.items()
        if chance.random() < share
    }
