"""Settings that bear on each other, with values worth trying. Not here: writing them (`settings`).

A mutant takes a topic and some of its settings: each check of the operator, and each family of what
core validation refuses in the objects it makes, lies within one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from settings import COPY, DROP

Setting: TypeAlias = tuple[str, tuple[Any, ...]]

GATED: Final = frozenset({"embedded storage", "history server", "network policy", "tls"})
"""Topics that are tried with all feature gates on as often as with none."""

_BOOL: Final = (True, False)
_NUMBERS: Final = (-1, 0, 1, 5, 2147483647, 2147483648, -2147483649, 1.5, "3")
_LONG: Final = tuple("a" * length for length in (31, 36, 37, 47, 48, 50, 53, 54, 63, 64, 253, 254))
_NAMES: Final = (*_LONG, "Upper", "2am", "a.b", "a_b", "-a", "a-", "a--b", "", "ü", "a" * 46 + "-9")
_VERSIONS: Final = ("", "2.51.9", "2.52", "2.52.0", "v2.52.0", "2.54.1", "2.55.0", "2.55.9", "2.56.0", "2.9", "2", "two", "nightly", "2.52.0rc1", "2.052.0", "3.0", "2.60.0", " 2.53.0", DROP)  # fmt: skip
_LABELS: Final = ({"a": "b"}, {"a b": "c"}, {"": "x"}, {"a": "b c"}, {"a/b/c": "d"}, {"a": "x" * 64}, {"a": "x" * 63}, {"x" * 64: "a"}, {"example.com/a": "1"}, {"Example.com/a": "1"}, {"a": ""}, {})  # fmt: skip
_CREDENTIAL: Final = ({"value": "x"}, {"valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}, {"value": ""})  # fmt: skip
_RULES: Final = ([], [{}], [{"ports": [{"port": 6379}]}])
_PROBES: Final = (
    {"httpGet": {"path": "/", "port": 8265}},
    {"exec": {"command": ["true"]}},
    {},
    {"httpGet": {"port": 0}},
    {"tcpSocket": {"port": 65536}},
    {"tcpSocket": {"port": "Serve Port"}},
    {"exec": {"command": ["true"]}, "tcpSocket": {"port": 1}},
    {"exec": {"command": ["true"]}, "periodSeconds": -1},
    {"exec": {"command": ["true"]}, "successThreshold": 2},
    {"exec": {"command": ["true"]}, "timeoutSeconds": 0},
    {"exec": {}},
    {"grpc": {"port": 1}},
)
_AMOUNTS: Final = (
    {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}},
    {"limits": {"cpu": 1.5}},
    {"limits": {"memory": "1Gi"}, "requests": {"memory": "1025Mi"}},
    {"limits": {"nvidia.com/gpu": 1}, "requests": {"nvidia.com/gpu": 2}},
    {"requests": {"nvidia.com/gpu": 1}},
    {"limits": {"nvidia.com/gpu": "500m"}},
    {"limits": {"nvidia.com/gpu": 1}},
    {"limits": {"cpu": "-1"}},
    {"limits": {"gpu": 1}},
    {"limits": {"cpu": "one"}},
    {"limits": {"memory": "4 Gi"}},
    {"limits": {"google.com/tpu": 4}, "requests": {"google.com/tpu": 4}},
    {"limits": {"hugepages-2Mi": "4Mi"}},
    {"limits": {"kubernetes.io/x": 1}},
    {"claims": [{"name": "gpu"}]},
    {},
)
_PORTS: Final = (
    [{"containerPort": 8080, "name": "http"}],
    [{"containerPort": 8080, "name": "metrics"}],
    [{"containerPort": 8265, "name": "dashboard"}],
    [{"containerPort": 0}],
    [{"containerPort": 65536}],
    [{"containerPort": 1, "name": "Upper"}],
    [{"containerPort": 1, "name": "a" * 16}],
    [{"containerPort": 1, "name": "80"}],
    [{"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}],
    [{"containerPort": 1}, {"containerPort": 1}],
    [{"containerPort": 1}, {"containerPort": 1, "protocol": "UDP"}],
    [{"containerPort": 1, "protocol": "tcp"}],
    [{"containerPort": 1, "hostPort": 70000}],
    [{"containerPort": 1, "hostPort": 2}],
    [{"containerPort": 8000, "name": "serve"}, {"containerPort": 9000, "name": "serve-grpc"}],
    [{"name": "x"}],
    [],
)
_MOUNTS: Final = (
    [{"name": "v", "mountPath": "/v"}],
    [{"name": "shared-mem", "mountPath": "/dev/shm"}],
    [{"name": "ray-logs", "mountPath": "/tmp/ray"}],
    [{"name": "v", "mountPath": ""}],
    [{"name": "v", "mountPath": "a:b"}],
    [{"name": "v", "mountPath": "/v", "subPath": "../x"}],
    [{"name": "v", "mountPath": "/v"}, {"name": "v", "mountPath": "/v"}],
    [{"name": "v", "mountPath": "/dev/shm"}],
    [{"mountPath": "/v"}],
)
_VOLUMES: Final = (
    [{"name": "v", "emptyDir": {}}],
    [{"name": "v"}],
    [{"name": "v", "emptyDir": {}, "hostPath": {"path": "/x"}}],
    [{"name": "V", "emptyDir": {}}],
    [{"name": "v", "emptyDir": {}}, {"name": "v", "emptyDir": {}}],
    [{"name": "shared-mem", "emptyDir": {"medium": "Memory"}}],
    [{"name": "ray-logs", "emptyDir": {}}],
    [{"name": "v", "configMap": {}}],
    [{"name": "v", "configMap": {"name": "c", "items": [{"key": "a", "path": "../b"}]}}],
    [{"name": "v", "secret": {"secretName": "s", "defaultMode": 1000}}],
    [{"name": "v", "persistentVolumeClaim": {"claimName": ""}}],
    [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}],
    [{"name": "v", "emptyDir": {"sizeLimit": "-1Gi"}}],
    [{"name": "a" * 64, "emptyDir": {}}],
    [{"name": "gcs-storage", "emptyDir": {}}],
)
_ENV: Final = (
    [{"name": "A", "value": "b"}],
    [{"name": "A", "value": "b"}, {"name": "A", "value": "c"}],
    [{"name": ""}],
    [{"name": "A=B", "value": "c"}],
    [{"name": "A", "value": "b", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
    [{"name": "A", "valueFrom": {}}],
    [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.nmae"}}}],
    [{"name": "A", "valueFrom": {"secretKeyRef": {"key": "k"}}}],
    [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "a b"}}}],
    [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}],
    [{"name": "A", "value": 1}],
    [{"name": "RAY_CLUSTER_NAME", "value": "mine"}],
)
_SERVICES: Final = (
    {"metadata": {"name": "mine"}},
    {"metadata": {"name": ""}},
    {"metadata": {"name": "Mine"}},
    {"metadata": {"name": "a" * 64}},
    {"spec": {"type": "NodePort"}},
    {"spec": {"type": "Nodeport"}},
    {"spec": {"ports": [{"name": "dashboard", "port": 8265}]}},
    {"spec": {"ports": [{"port": 9999}]}},
    {"spec": {"ports": [{"name": "a", "port": 9999}]}},
    {"spec": {"ports": [{"name": "a", "port": 0}]}},
    {"spec": {"ports": [{"name": "a", "port": 1, "nodePort": 99999}]}},
    {"spec": {"ports": [{"name": "serve", "port": 80}, {"name": "b", "port": 80}]}},
    {"spec": {"ports": [{"name": "serve", "port": 80}, {"name": "serve", "port": 81}]}},
    {"spec": {"clusterIP": "None"}},
    {"spec": {"clusterIP": "10.0.0.300"}},
    {"spec": {"sessionAffinity": "clientIP"}},
    {"spec": {"externalName": "x"}},
    {"spec": {"loadBalancerSourceRanges": ["10.0.0.0"]}},
    {"spec": {"type": "LoadBalancer", "externalTrafficPolicy": "local"}},
    {"spec": {"ipFamilyPolicy": "dual"}},
    {},
)
_POD: Final[tuple[tuple[str, tuple[Any, ...]], ...]] = (
    ("restartPolicy", ("Never", "Always", "OnFailure", "never", "")),
    ("dnsPolicy", ("ClusterFirst", "None", "clusterFirst")),
    ("hostNetwork", _BOOL),
    ("nodeSelector", _LABELS),
    ("serviceAccountName", ("a", "A", "a" * 55, "")),
    ("terminationGracePeriodSeconds", (-1, 0, 30)),
    ("activeDeadlineSeconds", (-1, 0, 30)),
    ("priorityClassName", ("high", "High Class")),
    ("hostname", ("a", "A.b")),
    ("subdomain", ("a", "A.b")),
    (
        "tolerations",
        (
            [{}],
            [{"operator": "Exists"}],
            [{"operator": "exists"}],
            [{"key": "a", "operator": "Exists", "value": "b"}],
            [{"key": "a b"}],
            [{"key": "a", "effect": "noSchedule"}],
            [{"key": "a", "effect": "NoSchedule", "tolerationSeconds": 1}],
        ),
    ),  # fmt: skip
    ("imagePullSecrets", ([{}], [{"name": "s"}], [{"name": "s"}, {"name": "s"}])),
    ("volumes", _VOLUMES),
    (
        "securityContext",
        (
            {"runAsUser": -1},
            {"runAsUser": 0},
            {"runAsNonRoot": "yes"},
            {"fsGroup": -1},
            {"sysctls": [{"name": "A", "value": "1"}]},
        ),
    ),  # fmt: skip
    (
        "initContainers",
        (
            [{"name": "a", "image": "b"}],
            [{"name": "wait-gcs-ready", "image": "b"}],
            [{"name": "A", "image": "b"}],
            [{"name": "a"}],
            [{"name": "a", "image": "b", "restartPolicy": "Always"}],
            [{"name": "a", "image": "b", "restartPolicy": "Never"}],
        ),
    ),  # fmt: skip
    (
        "containers +",
        (
            COPY,
            {"name": "autoscaler", "image": "a"},
            {"name": "A", "image": "a"},
            {"name": "side", "image": "a"},
            {"name": "side"},
            {"image": "a"},
            {"name": "side", "image": " a"},
            {"name": "a" * 64, "image": "a"},
        ),
    ),  # fmt: skip
    (
        "topologySpreadConstraints",
        (
            [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}],
            [{"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "x"}],
        ),
    ),  # fmt: skip
    (
        "affinity",
        (
            {
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}
                }
            },
            {
                "podAntiAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": [
                        {"labelSelector": {"matchLabels": {"a": "b"}}}
                    ]
                }
            },
            {
                "nodeAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": [
                            {"matchExpressions": [{"key": "a", "operator": "In"}]}
                        ]
                    }
                }
            },
        ),
    ),  # fmt: skip
    ("dnsConfig", ({"nameservers": ["x"]}, {"searches": ["a b"]})),
    ("shareProcessNamespace", _BOOL),
    ("runtimeClassName", ("nvidia", "Nvidia")),
    ("schedulerName", ("volcano", "")),
    ("preemptionPolicy", ("Never", "never")),
    ("enableServiceLinks", _BOOL),
    ("overhead", ({"cpu": "-1"}, {"cpu": "1"})),
    ("resourceClaims", ([{"name": "gpu"}], [{"name": "gpu", "resourceClaimTemplateName": "t"}])),
    ("schedulingGates", ([{"name": "a"}], [{"name": "A B"}])),
    ("hostAliases", ([{"ip": "x"}], [{"ip": "10.0.0.1", "hostnames": ["A B"]}])),
    ("os", ({"name": "linux"}, {"name": "Linux"})),
)
_CONTAINER: Final[tuple[tuple[str, tuple[Any, ...]], ...]] = (
    ("resources", _AMOUNTS),
    ("ports", _PORTS),
    ("volumeMounts", _MOUNTS),
    ("env", _ENV),
    ("livenessProbe", _PROBES),
    ("readinessProbe", _PROBES),
    ("startupProbe", _PROBES),
    ("name", ("ray-head", "A", "a" * 64, "autoscaler", "", DROP)),
    ("image", ("rayproject/ray:2.52.0", "", " a", DROP)),
    ("imagePullPolicy", ("Always", "always", "IfNotPresent")),
    (
        "lifecycle",
        (
            {"preStop": {"exec": {"command": ["ray", "stop"]}}},
            {"preStop": {}},
            {"preStop": {"exec": {"command": ["a"]}, "httpGet": {"port": 1}}},
            {"preStop": {"sleep": {"seconds": -1}}},
        ),
    ),  # fmt: skip
    ("command", (["bash", "-c", "ls"], "ls", [])),
    ("args", (["ray start --head"], [1])),
    (
        "securityContext",
        (
            {"privileged": True, "allowPrivilegeEscalation": False},
            {"runAsUser": -1},
            {"capabilities": {"add": ["SYS_PTRACE"]}},
            {"procMount": "x"},
        ),
    ),  # fmt: skip
    (
        "envFrom",
        (
            [{"secretRef": {"name": "s"}}],
            [{}],
            [{"secretRef": {"name": "s"}, "configMapRef": {"name": "c"}}],
            [{"prefix": "a=", "secretRef": {"name": "s"}}],
        ),
    ),  # fmt: skip
    ("terminationMessagePolicy", ("File", "file")),
    ("terminationMessagePath", ("/a", "")),
    ("workingDir", ("/a", "")),
    ("restartPolicy", ("Always", "Never")),
    (
        "resizePolicy",
        (
            [{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
            [{"resourceName": "gpu", "restartPolicy": "x"}],
        ),
    ),  # fmt: skip
)


def _under(anchor: str, settings: tuple[tuple[str, tuple[Any, ...]], ...]) -> tuple[Setting, ...]:
    return tuple((f"{anchor} {way}", values) for way, values in settings)


TOPICS: Final[Mapping[str, tuple[Setting, ...]]] = {
    "names": (
        ("meta name", _NAMES),
        ("meta labels", _LABELS),
        ("meta annotations", ({"a b": "c"}, {"example.com/a": "x"}, {"a": 1})),
        ("meta namespace", ("Upper", "ml", "a" * 64)),
        ("meta generateName", ("a-", "A-")),
        ("worker groupName", _NAMES),
        ("head template", ({"metadata": {"name": "mine"}}, {"metadata": {"labels": {"a": "b c"}}})),
        ("head template metadata labels", _LABELS),
        ("worker template metadata annotations", _LABELS),
        ("head headService", _SERVICES),
        ("service serveService", _SERVICES),
    ),
    "redis": (
        ("meta annotations ray.io/ft-enabled", ("true", "false", "True", "")),
        ("meta annotations ray.io/external-storage-namespace", ("ns", "")),
        (
            "cluster gcsFaultToleranceOptions",
            ({}, {"redisAddress": "redis:6379"}, {"backend": "redis", "redisAddress": ""}, DROP),
        ),  # fmt: skip
        ("cluster gcsFaultToleranceOptions redisPassword", _CREDENTIAL),
        ("cluster gcsFaultToleranceOptions redisUsername", _CREDENTIAL),
        ("cluster gcsFaultToleranceOptions storage", ({}, {"size": "1Gi"})),
        ("head rayStartParams redis-password", ("x", "")),
        ("head rayStartParams redis-username", ("x", "")),
        (
            "headcontainer env @RAY_REDIS_ADDRESS",
            (
                {"value": "redis:6379"},
                {"valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}},
            ),
        ),  # fmt: skip
        ("headcontainer env @REDIS_PASSWORD", _CREDENTIAL),
        ("headcontainer env @REDIS_USERNAME", _CREDENTIAL),
        ("workercontainer env @RAY_REDIS_ADDRESS", ({"value": "redis:6379"},)),
        (
            "headpod containers +",
            ({"name": "side", "image": "a", "env": [{"name": "RAY_REDIS_ADDRESS", "value": "b"}]},),
        ),  # fmt: skip
    ),
    "embedded storage": (
        (
            "cluster gcsFaultToleranceOptions backend",
            ("rocksdb", "rocksdb", "rocksdb", "rocksdb", "redis", "RocksDB"),
        ),  # fmt: skip
        ("cluster gcsFaultToleranceOptions backend", ("rocksdb",)),
        ("cluster gcsFaultToleranceOptions redisAddress", ("redis:6379", "")),
        ("cluster gcsFaultToleranceOptions redisUsername", _CREDENTIAL),
        ("cluster gcsFaultToleranceOptions redisPassword", _CREDENTIAL),
        ("cluster gcsFaultToleranceOptions externalStorageNamespace", ("ns", "")),
        ("cluster gcsFaultToleranceOptions storage claimName", ("claim", "")),
        ("cluster gcsFaultToleranceOptions storage size", ("1Gi", 5, "-1Gi", "0")),
        ("cluster gcsFaultToleranceOptions storage storageClassName", ("fast", "")),
        ("cluster gcsFaultToleranceOptions storage accessModes", ([], ["ReadWriteOnce"], ["rwo"])),
        ("cluster gcsFaultToleranceOptions storage deletionPolicy", ("Retain", "retain")),
        ("headcontainer env @RAY_gcs_storage", ({"value": "rocksdb"},)),
        ("headcontainer env @RAY_gcs_storage_path", ({"value": "/x"},)),
        (
            "headcontainer volumeMounts +",
            (
                {"name": "gcs-storage", "mountPath": "/x"},
                {"name": "x", "mountPath": "/data/gcs"},
                {"name": "x", "mountPath": "/data/gcs/"},
            ),
        ),  # fmt: skip
        (
            "headpod volumes +",
            ({"name": "gcs-storage", "emptyDir": {}}, {"name": "x", "emptyDir": {}}),
        ),  # fmt: skip
    ),
    "groups": (
        ("worker replicas", _NUMBERS),
        ("worker minReplicas", (*_NUMBERS, DROP)),
        ("worker maxReplicas", (*_NUMBERS, DROP)),
        ("worker numOfHosts", _NUMBERS),
        ("worker suspend", _BOOL),
        ("worker groupName", (*_NAMES, "headgroup", DROP)),
        ("worker scaleStrategy", ({"workersToDelete": ["a"]}, {"workersToDelete": "a"}, {})),
        ("cluster enableInTreeAutoscaling", _BOOL),
        ("cluster workerGroupSpecs +", (COPY,)),
        ("cluster workerGroupSpecs", ([], DROP, {})),
        ("cluster suspend", _BOOL),
        ("headpod containers", ([], DROP)),
        ("workerpod containers", ([], DROP)),
        ("head template", (DROP, {})),
        ("worker template", (DROP, {})),
    ),
    "logical resources": tuple(
        (f"{group} {way}", values)
        for group in ("head", "worker")
        for way, values in (
            ("rayStartParams num-cpus", ("4", "", "0", 4)),
            ("rayStartParams num-gpus", ("1", "")),
            ("rayStartParams memory", ("1000000000", "")),
            ("rayStartParams resources", ("'{\"X\": 1}'", "", '"{\\"X\\": 1}"', "{}")),
            ("rayStartParams labels", ("a=b", "")),
            ("rayStartParams labels-file", ("x",)),
            ("resources", ({}, {"CPU": "4"}, {"CPU": 4}, {"X": "abc"}, DROP)),
            ("labels", _LABELS),
        )
    ),
    "autoscaler": (
        ("cluster enableInTreeAutoscaling", _BOOL),
        ("cluster autoscalerOptions version", ("v1", "v2", "v3", DROP)),
        ("cluster autoscalerOptions idleTimeoutSeconds", _NUMBERS),
        ("cluster autoscalerOptions upscalingMode", ("Default", "default", "Aggressive")),
        ("cluster autoscalerOptions env @KUBERAY_GEN_AUTOSCALER_START_CMD", ({"value": "x"},)),
        ("cluster autoscalerOptions env @A", ({"value": "x"},)),
        ("cluster autoscalerOptions resources", _AMOUNTS),
        ("cluster autoscalerOptions volumeMounts", _MOUNTS),
        ("cluster autoscalerOptions imagePullPolicy", ("Always", "always")),
        ("cluster autoscalerOptions image", ("a", "")),
        ("cluster autoscalerOptions env", _ENV),
        ("cluster autoscalerOptions securityContext", ({"runAsUser": -1}, {"privileged": True})),
        (
            "headcontainer env @RAY_enable_autoscaler_v2",
            ({"value": "1"}, {"value": "true"}, {"value": "True"}, {"value": "0"}, {"value": ""}),
        ),  # fmt: skip
        ("headpod restartPolicy", ("Never", "Always", "OnFailure", "")),
        ("workerpod restartPolicy", ("Never", "Always", "OnFailure", "")),
        ("worker idleTimeoutSeconds", _NUMBERS),
        ("worker priority", (-1, 0, 1, 5)),
        ("worker suspend", _BOOL),
        ("cluster rayVersion", _VERSIONS),
        ("headpod containers +", ({"name": "autoscaler", "image": "a"},)),
    ),
    "priority": (
        ("worker priority", (-1, 0, 1, 5, 7)),
        ("cluster rayVersion", _VERSIONS),
        ("cluster rayVersion", ("2.56.0", "2.57.1")),
        ("cluster enableInTreeAutoscaling", _BOOL),
        ("cluster autoscalerOptions version", ("v1", "v2")),
        (
            "headcontainer env @RAY_enable_autoscaler_v2",
            ({"value": "1"}, {"value": "true"}, {"value": "yes"}),
        ),  # fmt: skip
        ("worker idleTimeoutSeconds", (-1, 0, 60)),
    ),
    "history server": (
        (
            "cluster historyServerOptions",
            ({}, DROP, {"collectorOptions": {}}, {"collectorOptions": {"image": "a"}}),
        ),  # fmt: skip
        *(
            2
            * (("cluster historyServerOptions collectorOptions image", ("a", "a", "a", "", DROP)),)
        ),  # fmt: skip
        *(
            4
            * (
                (
                    "cluster historyServerOptions collectorOptions env @STORAGE_BACKEND",
                    tuple(
                        {"value": v}
                        for v in (
                            "GCS",
                            "gcs",
                            "S3",
                            "s3",
                            "AZUREBLOB",
                            "azureblob",
                            "ALIYUNOSS",
                            "aliyunoss",
                            "local",
                            "",
                        )
                    )
                    + ({"valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}},),
                ),
            )  # fmt: skip
        ),
        *(
            (f"cluster historyServerOptions collectorOptions env @{name}", _CREDENTIAL)
            for name in (
                "GCS_BUCKET S3_REGION S3_BUCKET AZURE_STORAGE_CONNECTION_STRING "
                "AZURE_STORAGE_ACCOUNT_URL OSS_BUCKET OSS_ENDPOINT OSS_REGION"
            ).split()
        ),
        (
            "cluster historyServerOptions collectorOptions env @AZURE_STORAGE_AUTH_MODE",
            tuple(
                {"value": v}
                for v in ("connection_string", "workload_identity", "default", " Default ", "", "x")
            ),
        ),  # fmt: skip
        (
            "cluster historyServerOptions collectorOptions env +",
            tuple(
                {"name": name, "value": "x"}
                for name in "POD_IP FQ_RAY_IP RAY_CLUSTER_NAME RAY_CLUSTER_NAMESPACE RAY_ROLE OWNER_KIND OWNER_NAME EVENTS_PORT OTHER".split()
            ),
        ),  # fmt: skip
        (
            "headpod containers +",
            ({"name": "ray-history-collector", "image": "a"}, {"name": "side", "image": "a"}),
        ),  # fmt: skip
        (
            "workerpod containers +",
            ({"name": "ray-history-collector", "image": "a"}, {"name": "side", "image": "a"}),
        ),  # fmt: skip
    ),
    "complete history server": (
        ("cluster historyServerOptions collectorOptions image", ("a",)),
        ("cluster historyServerOptions collectorOptions env @STORAGE_BACKEND", ({"value": "GCS"},)),
        ("cluster historyServerOptions collectorOptions env @GCS_BUCKET", ({"value": "b"},)),
        (
            "headpod containers +",
            ({"name": "ray-history-collector", "image": "a"}, {"name": "side", "image": "a"}),
        ),  # fmt: skip
        (
            "workerpod containers +",
            ({"name": "ray-history-collector", "image": "a"}, {"name": "side", "image": "a"}),
        ),  # fmt: skip
        ("cluster historyServerOptions collectorOptions resources", _AMOUNTS),
    ),
    "authentication": (
        ("cluster authOptions", ({}, {"mode": "token"}, {"mode": "disabled"}, {"mode": "Token"})),
        ("cluster authOptions mode", ("token", "token", "token", "disabled", "Token", "")),
        ("cluster authOptions enableK8sTokenAuth", _BOOL),
        ("cluster authOptions secretName", ("s", "")),
        ("cluster rayVersion", _VERSIONS),
        ("cluster rayVersion", ("2.55.0", "2.56.1")),
    ),
    "network policy": (
        (
            "cluster networkPolicy",
            (
                {},
                {"mode": "DenyAll"},
                {"mode": "DenyAllIngress"},
                {"mode": "DenyAllEgress"},
                {"mode": "denyAll"},
            ),
        ),  # fmt: skip
        ("cluster networkPolicy mode", ("DenyAllIngress", "DenyAllEgress")),
        ("cluster networkPolicy head ingressRules", _RULES),
        ("cluster networkPolicy head egressRules", _RULES),
        ("cluster networkPolicy worker ingressRules", _RULES),
        ("cluster networkPolicy worker egressRules", _RULES),
        ("worker groupName", ("gpu", "cpu", "GPU", "a.b", "a" * 64)),
        (
            "cluster networkPolicy workerGroups",
            tuple(
                [{"groupName": name, **rules}]
                for name in ("gpu", "cpu", "other")
                for rules in ({}, {"ingressRules": [{}]}, {"egressRules": [{}]})
            ),
        ),  # fmt: skip
        ("cluster networkPolicy workerGroups", ([{"groupName": "a"}, {"groupName": "a"}], [{}])),
    ),
    "tls": (
        ("cluster tlsOptions", ({}, {"enabled": True}, {"enabled": False}, {"enabled": "true"})),
        ("cluster tlsOptions enabled", (True,)),
        *(
            (f"{place} env @{name}", ({"value": "x"},))
            for place in ("headcontainer", "workercontainer", "cluster autoscalerOptions")
            for name in (
                "RAY_USE_TLS",
                "RAY_TLS_SERVER_CERT",
                "RAY_TLS_SERVER_KEY",
                "RAY_TLS_CA_CERT",
                "RAY_TLS",
            )  # fmt: skip
        ),
        *(
            (
                f"{place} volumeMounts +",
                (
                    {"name": "ray-tls", "mountPath": "/x"},
                    {"name": "x", "mountPath": "/etc/ray/tls"},
                    {"name": "x", "mountPath": "/etc/ray"},
                ),
            )  # fmt: skip
            for place in ("headcontainer", "workercontainer", "cluster autoscalerOptions")
        ),
    ),
    "job": (
        ("job suspend", _BOOL),
        ("job shutdownAfterJobFinishes", _BOOL),
        ("job ttlSecondsAfterFinished", _NUMBERS),
        ("job clusterSelector", ({}, {"ray.io/cluster": "a"}, {"ray.io/cluster": ""}, {"a": "b"})),
        ("job clusterSelector", ({"ray.io/cluster": "a"},)),
        ("job rayClusterSpec", (DROP,)),
        (
            "job submissionMode",
            ("K8sJobMode", "HTTPMode", "InteractiveMode", "SidecarMode", "sidecarMode", ""),
        ),  # fmt: skip
        ("job submissionMode", ("SidecarMode", "InteractiveMode")),
        ("job backoffLimit", _NUMBERS),
        ("job activeDeadlineSeconds", _NUMBERS),
        ("job preRunningDeadlineSeconds", _NUMBERS),
        ("job waitingTTLSeconds", _NUMBERS),
        (
            "job runtimeEnvYAML",
            (
                "",
                "pip: [a]",
                "a",
                "- a",
                "null",
                "a: [",
                "\ta: b",
                "{}",
                "a: b\na: c",
                "env_vars:\n  A: 1\n",
                "x: *y",
                "%",
                "3",
                "a: 1\n--- \nb",
                {"pip": ["a"]},
            ),
        ),  # fmt: skip
        (
            "job submitterPodTemplate",
            (
                {"spec": {"containers": [{"name": "s", "image": "a"}]}},
                {"spec": {"containers": []}},
                {},
                {"spec": {"containers": [{"name": "s", "image": "a"}], "restartPolicy": "Always"}},
            ),
        ),  # fmt: skip
        ("job submitterConfig", ({}, {"backoffLimit": 1}, {"backoffLimit": -1})),
        ("job entrypoint", ("python a.py", "", DROP)),
        ("job entrypointNumCpus", (1, 0.5, -1, "1")),
        ("job entrypointResources", ('{"X": 1}', "x")),
        ("job metadata", ({"a": "b"}, {"a": 1})),
        ("job jobId", ("a", "")),
        ("headpod restartPolicy", ("Never", "Always", "OnFailure", "")),
        ("cluster authOptions", ({"enableK8sTokenAuth": True}, {"mode": "token"})),
        ("cluster upgradeStrategy", ({"type": "None"}, {"type": "Recreate"}, {"type": "none"}, {})),
        ("meta annotations ray.io/ft-enabled", ("true", "false")),
    ),
    "deletion": (
        ("job shutdownAfterJobFinishes", _BOOL),
        ("job ttlSecondsAfterFinished", (0, 5)),
        ("job clusterSelector", ({"ray.io/cluster": "a"},)),
        ("job rayClusterSpec", (DROP,)),
        ("cluster enableInTreeAutoscaling", _BOOL),
        (
            "job deletionStrategy",
            (
                {},
                {"onSuccess": {}},
                {"onSuccess": {}, "onFailure": {}},
                {"deletionRules": []},
                DROP,
            ),
        ),  # fmt: skip
        *(
            (
                f"job deletionStrategy on{end}",
                tuple(
                    {"policy": p}
                    for p in (
                        "DeleteCluster",
                        "DeleteWorkers",
                        "DeleteSelf",
                        "DeleteNone",
                        "deleteSelf",
                    )
                )
                + ({},),
            )  # fmt: skip
            for end in ("Success", "Failure", "Success", "Failure")
        ),
    ),
    "deletion rules": (
        ("job shutdownAfterJobFinishes", (False, False, False, True)),
        ("job clusterSelector", ({"ray.io/cluster": "a"},)),
        ("cluster enableInTreeAutoscaling", _BOOL),
        ("job deletionStrategy onSuccess", ({"policy": "DeleteSelf"},)),
        *(
            6
            * (
                (
                    "job deletionStrategy deletionRules +",
                    tuple(
                        {"policy": policy, "condition": {**status, **ttl}}
                        for policy in ("DeleteWorkers", "DeleteCluster", "DeleteSelf", "DeleteNone")
                        for status in (
                            {"jobStatus": "SUCCEEDED"},
                            {"jobStatus": "FAILED"},
                            {"jobDeploymentStatus": "Failed"},
                        )
                        for ttl in ({"ttlSeconds": 0}, {"ttlSeconds": 5}, {})
                    ),
                ),
            )  # fmt: skip
        ),
        (
            "job deletionStrategy deletionRules +",
            (
                {"policy": "DeleteSelf", "condition": {}},
                {"policy": "DeleteSelf", "condition": {"jobStatus": "STOPPED"}},
                {
                    "policy": "DeleteSelf",
                    "condition": {"jobStatus": "FAILED", "jobDeploymentStatus": "Failed"},
                },
                {"policy": "DeleteSelf", "condition": {"jobStatus": "FAILED", "ttlSeconds": -1}},
                {"policy": "x", "condition": {"jobStatus": "FAILED"}},
                {"condition": {}},
                {"policy": "DeleteNone"},
            ),
        ),  # fmt: skip
    ),
    "service": (
        (
            "meta annotations ray.io/initializing-timeout",
            (
                "5m",
                "300",
                "0",
                "-5m",
                "-1",
                "abc",
                "",
                "1h30m",
                "1d",
                "+5",
                " 5m",
                "5 m",
                "0s",
                "1.5h",
                "1e3",
                "99999999999999999999",
                "1µs",
                ".5s",
                "5",
            ),
        ),  # fmt: skip
        ("head headService", _SERVICES),
        (
            "service upgradeStrategy type",
            ("NewCluster", "None", "NewClusterWithIncrementalUpgrade", "newCluster", ""),
        ),  # fmt: skip
        ("service rayClusterDeletionDelaySeconds", _NUMBERS),
        ("cluster authOptions", ({"enableK8sTokenAuth": True}, {"mode": "token"})),
        ("service serveService", _SERVICES),
        (
            "service serveConfigV2",
            ("a", "", "applications: []", DROP, {"applications": []}, "a: ["),
        ),
        ("service excludeHeadPodFromServeSvc", _BOOL),
        ("service deploymentUnhealthySecondThreshold", _NUMBERS),
        ("service suspend", _BOOL),
        ("cluster upgradeStrategy", ({"type": "None"}, {"type": "none"}, {})),
    ),
    "incremental upgrade": (
        *(2 * (("service upgradeStrategy type", ("NewClusterWithIncrementalUpgrade",)),)),
        *(2 * (("cluster enableInTreeAutoscaling", (True, True, True, False)),)),
        *(
            3
            * (
                (
                    "service upgradeStrategy clusterUpgradeOptions",
                    tuple(
                        {
                            "gatewayClassName": gate,
                            "intervalSeconds": seconds,
                            "stepSizePercent": step,
                            "maxSurgePercent": surge,
                        }
                        for gate in ("g", "")
                        for seconds in (10, 0, -1)
                        for step in (0, 5, 50, 101, -1)
                        for surge in (0, 50, 100, 101, -1)
                    ),
                ),  # fmt: skip
            )
        ),
        ("service upgradeStrategy clusterUpgradeOptions gatewayClassName", ("g", "", DROP)),
        ("service upgradeStrategy clusterUpgradeOptions maxSurgePercent", (DROP, 100, 101, -1)),
        ("service upgradeStrategy clusterUpgradeOptions stepSizePercent", (DROP, 10)),
        ("service upgradeStrategy clusterUpgradeOptions intervalSeconds", (DROP, 10, 0)),
        ("service upgradeStrategy clusterUpgradeOptions", (DROP, {})),
    ),
    "clock": (
        (
            "cron schedule",
            (
                "* * * * *",
                "@daily",
                "@Daily",
                "@reboot",
                "@every 5m",
                "@every 0s",
                "@every x",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 7",
                "* * * * SUN",
                "* * * jan-MAR *",
                "*/0 * * * *",
                "*/61 * * * *",
                "? * * * *",
                "* * * * * *",
                "* * * *",
                "",
                "5-1 * * * *",
                "1,2-4/2 * * * *",
                "+5 * * * *",
                "05 * * * *",
                " 5  * * * * ",
                "TZ=UTC 5 * * * *",
                "CRON_TZ=Asia/Tokyo 5 * * * *",
                "MON * * * *",
                "L * * * *",
                "0 0 31 2 *",
                "1/5 * * * *",
                "a * * * *",
                "*-5 * * * *",
                "1- * * * *",
                "1,, * * * *",
                "*/5/2 * * * *",
                "-1 * * * *",
                "@every -5m",
                "@hourly ",
                "@hourly x",
                "* * * * mon,5",
                "\t* * * * *",
            ),
        ),  # fmt: skip
        (
            "cron timeZone",
            (
                "UTC",
                "utc",
                "Local",
                "",
                "Europe/Berlin",
                "europe/berlin",
                "Europe/Nowhere",
                "../etc/passwd",
                "GMT+1",
                "Etc/GMT+1",
                "EST",
                "America/Argentina/Buenos_Aires",
                "/UTC",
                "US/Pacific",
                "Asia\\Tokyo",
                "CET",
            ),
        ),  # fmt: skip
        ("cron suspend", _BOOL),
        ("meta name", _NAMES),
        ("meta annotations ray.io/ft-enabled", ("true", "false")),
    ),
    "owner": (
        ("cluster upgradeStrategy", ({"type": "None"}, {"type": "Recreate"}, {"type": "none"}, {})),
        (
            "meta labels ray.io/originated-from-crd",
            ("RayJob", "RayService", "RayCluster", "x", "rayjob"),
        ),  # fmt: skip
        ("spec managedBy", ("ray.io/kuberay-operator", "kueue.x-k8s.io/multikueue", "me", "")),
        ("worker minReplicas", (-1, 0)),
    ),
    "head pod": (*_under("headpod", _POD), *_under("headcontainer", _CONTAINER)),
    "worker pod": (*_under("workerpod", _POD), *_under("workercontainer", _CONTAINER)),
    "submitter": (
        *_under("job submitterPodTemplate spec", _POD),
        *_under("job submitterPodTemplate spec containers @submitter", ()),
        ("job submissionMode", ("K8sJobMode",)),
        (
            "job submitterPodTemplate spec containers",
            (
                [{"name": "s", "image": "a"}],
                [{"name": "s", "image": "a", "resources": _AMOUNTS[0]}],
                [{"name": "S", "image": "a"}],
                [{"name": "s"}],
            ),
        ),  # fmt: skip
        ("job entrypoint", ("python a.py", "")),
        ("job rayClusterSpec", (DROP,)),
        ("job clusterSelector", ({"ray.io/cluster": "a"},)),
    ),
    "services": (
        ("head headService", _SERVICES),
        ("service serveService", _SERVICES),
        (
            "head serviceType",
            ("ClusterIP", "NodePort", "LoadBalancer", "clusterip", "ExternalName", ""),
        ),  # fmt: skip
        ("head enableIngress", _BOOL),
        ("head ingressOptions pathType", ("Exact", "Prefix", "ImplementationSpecific", "prefix")),
        ("head ingressOptions path", ("/x", "x")),
        ("cluster headServiceAnnotations", ({"a": "b"}, {"a b": "c"}, {"a": 1})),
        ("headcontainer ports", _PORTS),
        ("meta annotations ray.io/enable-serve-service", ("true", "false")),
        ("meta name", ("a" * 50, "a" * 40)),
    ),
}
