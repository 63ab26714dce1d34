"""Ray resources made at random, of all that pods depend on. Not here: mutants of manifests that
people wrote.

Not all of them are admitted; most are.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, Final

Map = dict[str, Any]

PARAMS: Final[dict[str, list[str]]] = {
    "num-cpus": ["0", "4", "$CPUS"],
    "num-gpus": ["1"],
    "memory": ["1000"],
    "block": ["true", "false"],
    "dashboard-host": ["127.0.0.1"],
    "dashboard-port": ["8266", "+8266", "x", "99999999999"],
    "port": ["6380", "$PORT"],
    "metrics-export-port": ["9090"],
    "dashboard-agent-listen-port": ["52366", "-1", "abc"],
    "resources": [
        '"{\\"a\\": 1}"',
        "'{\"TPU\": 4}'",
        '{"x": 0.5}',
        "no",
        '\'{"b": 1e22, "a<": 1}\'',
    ],
    "no-monitor": ["false"],
    "log-color": ["false"],
    "include-dashboard": ["TRUE"],
    "include-log-monitor": ["false"],
    "plasma-directory": ["/tmp"],
    "address": ["other:1"],
    "labels": ["a=b"],
    "redis-password": ["word"],
    "disable-usage-stats": ["true", "True"],
}
VARIABLES: Final = """A RAY_PORT RAY_ADDRESS RAY_CLUSTER_NAME RAY_USAGE_STATS_KUBERAY_IN_USE
    REDIS_PASSWORD RAY_external_storage_namespace RAY_gcs_rpc_server_reconnect_timeout_s
    RAY_timeout_ms_task_wait_for_death_info RAY_SERVE_KV_TIMEOUT_S RAY_gcs_storage FQ_RAY_IP
    RAY_DASHBOARD_ENABLE_K8S_DISK_USAGE RAY_DASHBOARD_ADDRESS RAY_enable_ray_event""".split()
AMOUNTS: Final = {
    "cpu": ["1", "500m", "0", "1.5", "1e3", 2],
    "memory": ["2Gi", "1G", "2048Mi", "0"],
    "nvidia.com/gpu": ["1", "0"],
    "amd.com/gpu": ["2"],
    "nvidia.com/mig-2g.32gb": ["1"],
    "google.com/tpu": ["4"],
    "aws.amazon.com/neuroncore": ["2"],
}
LABELS: Final = """a ray.io/cluster ray.io/node-type ray.io/group ray.io/identifier ray.io/serve
    app.kubernetes.io/name ray.io/is-ray-node ray.io/worker-group-replica-index""".split()
ANNOTATIONS: Final = """a ray.io/overwrite-container-cmd ray.io/ft-enabled
    ray.io/external-storage-namespace""".split()


def clusters(seed: int, count: int) -> Iterator[str]:
    """Resources of all kinds, one JSON text each; the same for the same seed."""
    maker = _Maker(random.Random(seed))
    for index in range(count):
        yield json.dumps(maker.resource(index))


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def pick(self, *choices: Any) -> Any:
        return json.loads(json.dumps(self.chance.choice(choices)))

    def some(self, choices: Any, most: int) -> list[Any]:
        return self.chance.sample(list(choices), self.chance.randint(0, most))

    def filled(self, **fields: tuple[float, list[Any]]) -> Map:
        """Each field with its likelihood, and one of its values."""
        return {
            key: self.pick(*values) for key, (share, values) in fields.items() if self.maybe(share)
        }

    def resource(self, index: int) -> Map:
        kind = self.pick("RayCluster", "RayCluster", "RayJob", "RayService")
        metadata: Map = {"name": self.pick("dev", f"a-{'b' * 30}", "x") + str(index)}
        metadata |= self.filled(namespace=(0.5, ["ml"]))
        if self.maybe(0.3):
            origins = ("a", "ray.io/originated-from-crd", "ray.io/originated-from-cr-name")
            metadata["labels"] = {
                key: self.pick("RayService", "x") for key in self.some(origins, 2)
            }
        if self.maybe(0.3):
            said = {key: self.pick("true", "True", "no") for key in self.some(ANNOTATIONS, 2)}
            metadata["annotations"] = said
        made = {"apiVersion": "ray.io/v1", "kind": kind, "metadata": metadata}
        if kind == "RayCluster":
            return {**made, "spec": self.cluster()}
        if kind == "RayService":
            spec = {"serveConfigV2": "applications: []", "rayClusterConfig": self.cluster()}
            return {**made, "spec": spec}
        return {**made, "spec": self.job()}

    def job(self) -> Map:
        job = {"entrypoint": self.pick("python x.py", ' a "b" ')}
        job |= self.filled(
            submissionMode=(0.6, ["SidecarMode", "SidecarMode", "K8sJobMode", "HTTPMode"]),
            runtimeEnvYAML=(0.3, ['pip: [a, "b<1"]\nenv_vars: {X: "y", N: 1.50}\n']),
            metadata=(0.2, [{"b": "1", "a": 'x>"y'}]),
            entrypointNumCpus=(0.3, [1, 0.1, 123456.789]),
            entrypointResources=(0.3, ['{"a": 1}']),
            jobId=(0.3, ["mine"]),
        )
        cluster = self.cluster()
        if job.get("submissionMode") == "SidecarMode":
            cluster["headGroupSpec"]["template"]["spec"].pop("restartPolicy", None)
        return {**job, "rayClusterSpec": cluster}

    def cluster(self) -> Map:
        spec: Map = {"headGroupSpec": self.group(), "rayVersion": self.pick("2.52.0", "2.56.0")}
        if self.maybe(0.15):
            service = self.pick({"metadata": {"name": "entry"}}, {"spec": {"ports": []}})
            spec["headGroupSpec"]["headService"] = service
        spec |= self.filled(enableInTreeAutoscaling=(0.4, [True, True, False]))
        if self.maybe(0.4):
            spec["autoscalerOptions"] = self.autoscaler()
        if self.maybe(0.2):
            spec["gcsFaultToleranceOptions"] = self.fault_tolerance()
        spec |= self.filled(
            authOptions=(
                0.25,
                [
                    {"mode": "token"},
                    {"mode": "token", "secretName": "mine"},
                    {"mode": "token", "enableK8sTokenAuth": True},
                    {"mode": "disabled"},
                    {},
                ],
            ),
            tlsOptions=(0.15, [{"enabled": True}, {"enabled": False}]),
        )
        if "authOptions" in spec:
            spec["rayVersion"] = "2.56.0"
        if self.maybe(0.15):
            own = [{"name": "RAY_DASHBOARD_ADDRESS", "value": "here"}]
            collector = self.pick({}, {"image": "collect:1", "env": own})
            spec["historyServerOptions"] = {"collectorOptions": collector}
        names = [f"{self.pick('small', 'x' * 30)}{number}" for number in self.some(range(2), 2)]
        spec["workerGroupSpecs"] = [{"groupName": name, **self.group()} for name in names]
        for group in spec["workerGroupSpecs"]:
            group |= self.filled(replicas=(0.5, [0, 1, 3]), numOfHosts=(0.3, [1, 2, 0]))
        return spec

    def autoscaler(self) -> Map:
        options = self.filled(
            version=(0.4, ["v1", "v2"]),
            image=(0.3, ["auto:1"]),
            imagePullPolicy=(0.3, ["Always"]),
            resources=(0.3, [{}, {"limits": {"cpu": "1"}}]),
            envFrom=(0.2, [[{"secretRef": {"name": "s"}}]]),
            securityContext=(0.2, [{"runAsUser": 1}]),
            command=(0.2, [[], ["x"]]),
            args=(0.2, [[], ["y"]]),
        )
        return {**options, "env": self.variables()} if self.maybe(0.3) else options

    def fault_tolerance(self) -> Map:
        if self.maybe(0.3):
            storage = self.filled(storage=(0.5, [{}, {"claimName": "c"}, {"subPath": "s"}]))
            return {"backend": "rocksdb", **storage}
        return {
            "redisAddress": "redis:6379",
            **self.filled(
                redisUsername=(0.4, [{"value": "me"}]),
                redisPassword=(0.4, [{"valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]),
                externalStorageNamespace=(0.4, ["space"]),
            ),
        }

    def group(self) -> Map:
        group: Map = {"template": self.template()}
        params = {key: self.pick(*all_of) for key, all_of in PARAMS.items() if self.maybe(0.1)}
        if self.maybe(0.12):
            group["resources"] = {
                "CPU": "2",
                **self.filled(GPU=(0.5, ["1"]), custom=(0.5, ["x", "500m"])),
            }
            for key in ("num-cpus", "num-gpus", "memory", "resources"):
                params.pop(key, None)
        if self.maybe(0.12):
            group["labels"] = dict.fromkeys(self.some(("a", "app.kubernetes.io/name"), 2), "w")
            params.pop("labels", None)
        return {**group, "rayStartParams": params} if self.maybe(0.9) else group

    def template(self) -> Map:
        spec: Map = {"containers": [self.container("ray")]}
        if self.maybe(0.2):
            spec["containers"].append(self.container("side"))
        if self.maybe(0.2):
            spec["initContainers"] = [self.container("first")]
        spec |= self.filled(
            volumes=(
                0.3,
                [[{"name": "shared-mem", "emptyDir": {}}], [{"name": "ray-token", "emptyDir": {}}]],
            ),
            restartPolicy=(0.2, ["Always", "Never"]),
            serviceAccountName=(0.2, ["mine", f"{'x' * 55}"]),
            nodeSelector=(0.2, [{"a": "b"}]),
        )
        metadata: Map = self.filled(
            name=(0.1, ["fixed"]), namespace=(0.1, ["other"]), generateName=(0.1, ["gone-"])
        )
        if self.maybe(0.3):
            metadata["labels"] = dict.fromkeys(self.some(LABELS, 4), "v")
        if self.maybe(0.3):
            metadata["annotations"] = dict.fromkeys(self.some(ANNOTATIONS, 3), "true")
        return {"metadata": metadata, "spec": spec} if metadata else {"spec": spec}

    def container(self, name: str) -> Map:
        probes: list[Map] = [{"exec": {"command": ["true"]}}, {"tcpSocket": {"port": 1}}]
        made: Map = {"name": name, "image": self.pick("rayproject/ray:2.52.0", "mine:1")}
        made |= self.filled(
            imagePullPolicy=(0.3, ["Always"]),
            command=(0.25, [["sleep", "5"], ["bash", "-c", "ray start --head"], ["{}"], []]),
            args=(0.25, [["x"], ["a", "b"], ["$KUBERAY_GEN_RAY_START_CMD"], []]),
            livenessProbe=(0.15, probes),
            readinessProbe=(0.15, probes),
            securityContext=(0.2, [{"runAsUser": 0}]),
            ports=(
                0.4,
                [
                    [{"containerPort": 8266, "name": "dashboard"}],
                    [{"containerPort": 8001, "name": "serve"}],
                    [{"containerPort": 9000, "name": "metrics"}],
                    [],
                ],
            ),
        )
        if self.maybe(0.5):
            made["env"] = self.variables()
        if self.maybe(0.6):
            amounts = {key: self.pick(*AMOUNTS[key]) for key in self.some(AMOUNTS, 4)}
            made["resources"] = {"limits": amounts}
        elif self.maybe(0.5):
            made["resources"] = {"requests": {"cpu": "500m", "memory": "1Gi"}}
        return made

    def variables(self) -> list[Map]:
        from_secret = {"valueFrom": {"secretKeyRef": {"key": "k", "name": "s"}}}
        return [
            {"name": name, **self.pick({"value": "v"}, {}, from_secret)}
            for name in self.some(VARIABLES, 3)
        ]
