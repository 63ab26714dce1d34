"""serveConfigV2 as facts: keys, values, applications, ports, and what replicas ask of a node.

The values were judged by Ray 2.38 and 2.60 themselves (ServeDeploySchema, AutoscalingConfig).
Not here: what is a finding (the examples of the rules).
"""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.facts.serve import Service
from raypolicy.facts.serveconfig import ServeConfig
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile
from raypolicy.tree import ABSENT, Node, Unknown

HEAD = "{name: h, image: 'rayproject/ray:%s', resources: {limits: {cpu: 2, memory: 4Gi}}}"


def service(config: str, ray: str = "2.60.0", *, cluster: str = "") -> Service:
    head = f"headGroupSpec: {{template: {{spec: {{containers: [{HEAD % ray}]}}}}}}"
    spec = textwrap.indent(textwrap.dedent(cluster).strip("\n") or head, "    ")
    text = (
        "apiVersion: ray.io/v1\nkind: RayService\nmetadata: {name: a}\nspec:\n"
        f"  serveConfigV2: |\n{textwrap.indent(textwrap.dedent(config), '    ')}\n"
        f"  rayClusterConfig:\n{spec}\n"
    )
    bundle = make_bundle("", [SourceFile("a.yaml", text)])
    return Model(bundle, Aim(kuberay(None), "2026-01-01")).services[0]


def config(text: str, ray: str = "2.60.0") -> ServeConfig:
    return service(text, ray).serve_config


def told(node: Node[Any]) -> Any:
    if node.value is ABSENT:
        return "absent"
    return "unknown" if isinstance(node.value, Unknown) else node.value


def one(deployment: str, ray: str = "2.60.0") -> ServeConfig:
    """A configuration with one deployment, given in flow style."""
    return config(f"applications: [{{import_path: 'a:b', deployments: [{deployment}]}}]", ray)


@pytest.mark.parametrize(
    ("text", "name", "meant", "home"),
    [
        ("proxyLocation: EveryNode", "proxyLocation", "proxy_location", "absent"),
        ("application: []", "application", "applications", "absent"),
        ("http_options: {Port: 1}", "Port", "port", "absent"),
        ("http_options: {grpc_servicer_functions: []}", "grpc_servicer_functions", "absent",
         "grpc_options"),
        ("min_replicas: 1", "min_replicas", "absent", "autoscaling_config"),
        ("colour: red", "colour", "absent", "absent"),
        # what it is meant for stands beside it
        ("applications: []\nApplications: []", "Applications", "absent", "absent"),
    ],
)  # fmt: skip
def test_unknown_keys(text: str, name: str, meant: str, home: str) -> None:
    (key,) = config(text).unknown_keys
    assert (told(key.name), told(key.meant), told(key.home)) == (name, meant, home)


@pytest.mark.parametrize(
    "text",
    [
        "applications: [{args: {x: 1}, deployments: [{user_config: {x: 1}}]}]",
        "applications: [{deployments: [{ray_actor_options: {resources: {x: 1}}}]}]",
        "applications: [{runtime_env: {x: 1}}]",  # has a view of its own
        "${KEY}: 1",
        "applications: {{ .Values.apps }}",
        "applications: ${APPS}",
    ],
)
def test_keys_of_nobodys_concern(text: str) -> None:
    assert config(text).unknown_keys == ()


def test_a_key_of_a_repeated_part_is_told_once() -> None:
    seen = config("applications:\n- &a {x: 1}\n- *a\n")
    assert [told(key.name) for key in seen.unknown_keys] == ["x"]


@pytest.mark.parametrize(
    ("deployment", "ray", "fault"),
    [
        ("{max_ongoing_requests: 1}", "2.60.0", "absent"),
        ("{max_ongoing_requests: '1'}", "2.60.0", "absent"),
        ("{max_ongoing_requests: 0}", "2.60.0", "above 0"),
        ("{max_ongoing_requests: 0}", "2.9.3", "absent"),  # it does not have the key
        ("{max_ongoing_requests: 2.5}", "2.60.0", "a whole number"),
        ("{max_ongoing_requests: 2.5}", "2.38.0", "absent"),
        ("{max_ongoing_requests: x}", "2.38.0", "a whole number"),
        ("{max_ongoing_requests: '${X}'}", "2.60.0", "unknown"),
        ("{max_concurrent_queries: 0}", "2.32.0", "above 0"),
        ("{max_concurrent_queries: 0}", "2.33.0", "absent"),
        ("{health_check_period_s: -1}", "latest", "above 0"),
        ("{max_ongoing_requests: 0}", "latest", "absent"),  # not every release has the key
        ("{max_queued_requests: -1}", "2.60.0", "absent"),
        ("{max_queued_requests: -2}", "2.60.0", "at least -1"),
        ("{max_queued_requests: 0}", "2.60.0", "-1, or above 0"),
        ("{max_queued_requests: 1}", "2.60.0", "absent"),
        ("{ray_actor_options: {num_gpus: 0.5}}", "2.60.0", "absent"),
        ("{ray_actor_options: {num_gpus: 2.0}}", "2.60.0", "absent"),
        ("{ray_actor_options: {num_gpus: 1.5}}", "2.60.0", "a whole number above 1"),
        ("{logging_config: {log_level: 20}}", "2.60.0", "absent"),
        ("{logging_config: {log_level: FATAL}}", "2.60.0", "absent"),
        ("{logging_config: {log_level: info}}", "2.60.0",
         "one of CRITICAL, FATAL, ERROR, WARN, WARNING, INFO, DEBUG, NOTSET"),
        ("{rolling_update_percentage: 1.5}", "2.60.0", "at most 1"),
        ("{user_config: 1}", "2.60.0", "a mapping"),
        ("{user_config: []}", "2.38.0", "absent"),
        ("{user_config: []}", "2.60.0", "a mapping"),
        ("{name: 1}", "2.38.0", "absent"),
        ("{name: 1}", "2.60.0", "a text"),
        ("{placement_group_bundles: {CPU: 1}}", "2.60.0", "a list"),
        ("{logging_config: {encoding: xml}}", "2.60.0", "one of TEXT, JSON"),
    ],
)  # fmt: skip
def test_values_as_a_release_of_ray_takes_them(deployment: str, ray: str, fault: str) -> None:
    faults = [told(key.fault) for key in one(deployment, ray).keys]
    assert [each for each in faults if each != "absent"] == ([] if fault == "absent" else [fault])


@pytest.mark.parametrize(
    ("ray", "refused"), [("2.60.0", True), ("2.58.0", "nothing"), ("latest", "unknown")]
)
def test_keys_below_one_that_the_release_does_not_have(ray: str, refused: object) -> None:
    found = [told(key.refused) for key in config("tracing_config: {x: 1}", ray).unknown_keys]
    assert (found or ["nothing"]) == [refused]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("applications: []", 0),
        ("applications: [{}, {}]", 2),
        ("http_options: {}", 0),
        ("application: []", "unknown"),
        ("import_path: a:b", "absent"),
        ("applications: ${APPS}", "unknown"),
        ("{{ .Values.serve }}", "unknown"),
    ],
)
def test_how_many_applications_there_are(text: str, count: object) -> None:
    assert told(config(text).application_count) == count


@pytest.mark.parametrize(
    ("application", "name", "route", "path_fault"),
    [
        ("{import_path: 'a:b'}", "default", "/", "absent"),
        ("{name: x, route_prefix: /x, import_path: a.b.c}", "x", "/x", "absent"),
        ("{route_prefix: null, import_path: 'a:b'}", "default", "absent", "absent"),
        ("{routePrefix: /x, Name: x, importPath: 'a:b'}", "unknown", "unknown", "absent"),
        ("{name: '${X}', route_prefix: '{{ y }}', import_path: $P}", "unknown", "unknown",
         "unknown"),
        ("{}", "default", "/", "there is none"),
        ("{import_path: app}", "default", "/",
         "there is no colon or dot between module and application"),
        ("{import_path: 'a:b:c'}", "default", "/", "it has more than one colon"),
        ("{import_path: ':b'}", "default", "/", "nothing stands on one side of the colon"),
        ("{import_path: app.}", "default", "/", "nothing stands on one side of the dot"),
        ("{import_path: 'app.py:a'}", "default", "/", "a module is written without .py"),
        ("{import_path: app.py}", "default", "/", "a module is written without .py"),
        ("{import_path: 'py:a'}", "default", "/", "absent"),
        ("{import_path: 'src/app:a'}", "default", "/",
         "a module is written with dots, not with slashes"),
    ],
)  # fmt: skip
def test_an_application(application: str, name: str, route: str, path_fault: str) -> None:
    (app,) = config(f"applications: [{application}]").applications
    assert (told(app.name), told(app.route_prefix), told(app.path_fault)) == (
        name,
        route,
        path_fault,
    )


@pytest.mark.parametrize(
    ("first", "second", "name", "route"),
    [
        ("{}", "{}", "default", "/"),
        ("{}", "{name: x, route_prefix: /x}", "absent", "absent"),
        ("{name: x}", "{name: x, route_prefix: null}", "x", "absent"),
        ("{name: '${X}'}", "{name: '${X}', route_prefix: /x}", "unknown", "absent"),
        ("{route_prefix: /x}", "{name: x, route_prefix: /x}", "absent", "/x"),
    ],
)
def test_applications_that_are_the_same(first: str, second: str, name: str, route: str) -> None:
    _, app = config(f"applications: [{first}, {second}]").applications
    assert (told(app.namesake), told(app.same_route)) == (name, route)


@pytest.mark.parametrize(
    ("second", "name"),
    [
        ("{name: One}", "One"),
        ("{name: Two}", "absent"),
        ("{}", "absent"),
        ("{name: '${X}'}", "unknown"),
    ],
)
def test_entries_for_one_deployment(second: str, name: str) -> None:
    (app,) = config(f"applications: [{{deployments: [{{name: One}}, {second}]}}]").applications
    assert [told(each.namesake) for each in app.deployments] == ["absent", name]


@pytest.mark.parametrize(
    ("value", "ray", "fault"),
    [
        ("1", "2.60.0", "absent"),
        ("auto", "2.60.0", "absent"),
        ("null", "2.60.0", "absent"),
        ("0", "2.38.0", "a number above 0, or auto"),
        ("many", "2.38.0", "a number above 0, or auto"),
        ("'2'", "2.54.0", "unknown"),
        ("'2'", "2.55.0", "a number above 0, or auto"),
        ("'${X}'", "2.60.0", "unknown"),
    ],
)
def test_the_number_of_replicas(value: str, ray: str, fault: str) -> None:
    (deployment,) = one(f"{{num_replicas: {value}}}", ray).deployments
    assert told(deployment.replicas_fault) == fault


GROUPS = """
headGroupSpec:
  rayStartParams: {num-cpus: "0"}
  template: {spec: {containers: [{name: h, image: "rayproject/ray:2.52.0"}]}}
workerGroupSpecs:
- groupName: w
  replicas: 2
  maxReplicas: 2
  rayStartParams: {resources: "'{\\"fast_disk\\": 1}'"}
  template:
    spec:
      containers:
      - name: w
        image: rayproject/ray:2.52.0
        resources: {limits: {cpu: 4, memory: 16Gi, nvidia.com/gpu: 1}}
"""


@pytest.mark.parametrize(
    ("deployment", "found"),
    [
        ("{ray_actor_options: {num_cpus: 4, num_gpus: 1}}", ["absent"]),
        ("{ray_actor_options: {num_cpus: 4.5}}", [("CPU", 4.5, 4)]),
        ("{ray_actor_options: {num_gpus: 2}}", [("GPU", 2, 1)]),
        ("{ray_actor_options: {num_gpus: '${GPUS}'}}", ["absent"]),
        ("{ray_actor_options: {resources: {fast_disk: 1}}}", ["absent"]),
        ("{ray_actor_options: {resources: {slow_disk: 1}}}", [("slow_disk", 1, 0)]),
        ("{ray_actor_options: {resources: {TPU-v4-8-head: 1}}}", ["absent"]),  # Ray may find it
        ("{placement_group_bundles: [{CPU: 1}, {GPU: 2}]}", ["absent", ("GPU", 2, 1)]),
        ("{}", ["absent"]),
    ],
)
def test_what_a_replica_asks_of_a_node(deployment: str, found: list[Any]) -> None:
    text = f"applications: [{{import_path: 'a:b', deployments: [{deployment}]}}]"
    seen = [
        (told(each.resource), told(each.amount), told(each.most))
        for each in service(text, cluster=GROUPS).serve_config.deployments[0].demands
    ]
    assert [each if each[0] != "absent" else "absent" for each in seen] == found


BARE = """
headGroupSpec:
  rayStartParams: {}
  template:
    spec:
      volumes: [{name: v, %s}]
      containers: [{name: h, image: "rayproject/ray:2.52.0", %s}]
"""


@pytest.mark.parametrize(
    ("volume", "container", "resource"),
    [
        ("emptyDir: {}", "resources: {limits: {cpu: 1}}", "TPU"),
        ("hostPath: {path: /dev}", "resources: {limits: {cpu: 1}}", "absent"),
        ("emptyDir: {}", "securityContext: {privileged: true}", "absent"),
        ("emptyDir: {}", "resources: {claims: [{name: tpu}]}", "absent"),
        ("emptyDir: {}", "resources: {limits: {google.com/tpu: 4}}", "absent"),
        ("emptyDir: {}", "resources: {limits: '${LIMITS}'}", "absent"),
    ],
)
def test_tpus_are_asked_for_where_no_pod_has_a_device(
    volume: str, container: str, resource: str
) -> None:
    text = "applications: [{deployments: [{ray_actor_options: {resources: {TPU: 4}}}]}]"
    seen = service(text, cluster=BARE % (volume, container)).serve_config.deployments[0]
    assert [told(each.resource) for each in seen.demands] == [resource]


def test_a_pod_whose_resources_a_variable_overrides_may_have_any() -> None:
    variable = "        env: [{name: RAY_OVERRIDE_RESOURCES, value: '{}'}]\n        resources:"
    cluster = GROUPS.replace("        resources:", variable)
    text = "applications: [{deployments: [{ray_actor_options: {num_gpus: 8}}]}]"
    (demand,) = service(text, cluster=cluster).serve_config.deployments[0].demands
    assert told(demand.resource) == "absent"


LLM = "applications: [{import_path: 'ray.serve.llm:build_openai_app', args: {llm_configs: [%s]}}]"


@pytest.mark.parametrize(
    ("model", "gpus"),
    [
        ("{engine_kwargs: {tensor_parallel_size: 2}}", 2),
        ("{engine_kwargs: {tensor_parallel_size: 2, pipeline_parallel_size: 3}}", 6),
        ("{engine_kwargs: {}}", "absent"),
        ("{engine_kwargs: {tensor_parallel_size: '${TP}'}}", "unknown"),
        ("{engine_kwargs: {tensor_parallel_size: 2}, placement_group_config: {}}", "unknown"),
    ],
)
def test_gpus_of_a_language_model(model: str, gpus: object) -> None:
    ((found,),) = (
        app.models for app in service(LLM % model, cluster=GROUPS).serve_config.applications
    )
    assert (told(found.gpus), told(found.cluster_gpus)) == (gpus, 2)


@pytest.mark.parametrize(
    ("deployments", "gpus"),
    [
        ("{num_replicas: 3, ray_actor_options: {num_gpus: 0.5}}", 1.5),
        ("{ray_actor_options: {num_gpus: 1}}, {ray_actor_options: {num_gpus: 2}}", 3),
        ("{num_replicas: auto, ray_actor_options: {num_gpus: 1}}", 1),
        ("{autoscaling_config: {min_replicas: 0}, ray_actor_options: {num_gpus: 1}}", 0),
        ("{num_replicas: '${N}', ray_actor_options: {num_gpus: 1}}", "unknown"),
        ("{num_replicas: 3}", "absent"),
        ("{placement_group_bundles: [{GPU: 1}], ray_actor_options: {num_gpus: 1}}", "absent"),
    ],
)
def test_gpus_of_all_replicas(deployments: str, gpus: object) -> None:
    seen = service(f"applications: [{{deployments: [{deployments}]}}]", cluster=GROUPS)
    assert told(seen.serve_config.least_gpus) == gpus
    assert told(seen.serve_config.cluster_gpus) == 2


@pytest.mark.parametrize(
    ("http", "ports", "misled"),
    [
        ("{}", "[]", []),
        ("{port: 9000}", "[]", [(8000, 9000)]),
        ("{port: 9000}", "[{name: serve, containerPort: 9000}]", []),
        ("{}", "[{name: serve, containerPort: 9000}]", [(9000, 8000)]),
        ("{}", "[{name: x, containerPort: 1}]", []),  # there is no such Service at all
        ("{port: ${PORT}}", "[{name: serve, containerPort: 9000}]", []),
        ("{}", "[{name: serve, containerPort: '${PORT}'}]", []),
    ],
)
def test_ports_that_serve_does_not_listen_on(http: str, ports: str, misled: list[Any]) -> None:
    cluster = (
        "headGroupSpec: {template: {spec: {containers: "
        f"[{{name: h, image: 'rayproject/ray:2.52.0', ports: {ports}}}]}}}}}}"
    )
    found = service(f"http_options: {http}", cluster=cluster).serve_config.misled_ports
    assert [(told(each.number), told(each.listening)) for each in found] == misled


@pytest.mark.parametrize(
    ("container", "kuberay_release", "port"),
    [
        ("", "1.7", 8000),
        ("ports: [{name: serve, containerPort: 9000}]", "1.7", 9000),
        ("ports: [{name: '${N}', containerPort: 9000}]", "1.7", "unknown"),
        ("readinessProbe: {exec: {command: [a]}}", "1.7", "absent"),
        ("", "1.0", "absent"),
    ],
)
def test_the_port_that_workers_are_asked_on(
    container: str, kuberay_release: str, port: object
) -> None:
    text = (
        "apiVersion: ray.io/v1\nkind: RayService\nmetadata: {name: a}\nspec:\n"
        "  serveConfigV2: 'applications: []'\n  rayClusterConfig:\n    workerGroupSpecs:\n"
        "    - groupName: w\n      template: {spec: {containers: [{name: w, image: a"
        f"{', ' if container else ''}{container}}}]}}}}\n"
    )
    bundle = make_bundle("", [SourceFile("a.yaml", text)])
    (cluster,) = Model(bundle, Aim(kuberay(kuberay_release), "2026-01-01")).clusters
    assert told(cluster.workers[0].serve_probe_port) == port
