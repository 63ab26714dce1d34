"""Addresses of Services in texts: which there are, and what is known of their Services."""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, model, told

from raypolicy.facts.address import Address, written_in
from raypolicy.tree import placeless

WRITTEN = [
    # a text, the addresses in it: scheme, service, namespace, port
    ("ray://dev-head-svc:10001", ["ray dev-head-svc - 10001"]),
    ("ray://dev:10001", ["ray dev - 10001"]),
    ("x http://dev-head-svc.ml.svc.cluster.local:8265/api y", ["http dev-head-svc ml 8265"]),
    ("--address=dev-head-svc.ml:6379", ["- dev-head-svc ml 6379"]),
    ("a('dev-head-svc'); b(\"dev-serve-svc:8000\")", ["- dev-head-svc - -", "- dev-serve-svc - 8000"]),
    ("Ask dev-head-svc. Then go", ["- dev-head-svc - -"]),
    ("dev-head-svc.$(NS):6379", ["- dev-head-svc ? -"]),
    ("dev-head-svc.${NS}.svc:6379", ["- dev-head-svc ? -"]),
    ("dev-head-svc:$PORT", ["- dev-head-svc - ?"]),
    # parts of something else
    ("$(NAME)-head-svc:6379", []),
    ("${NAME}-head-svc", []),
    ("{{ name }}-head-svc", []),
    ("<name>-head-svc", []),
    ("%s-head-svc", []),
    ("f'{name}-head-svc'", []),
    ("NAME-head-svc", []),
    ("my_dev-head-svc", []),
    ("dev-head-svc-${ID}", []),
    ("dev-head-svc_x", []),
    ("dev-head-svc.example.com", []),
    ("https://example.com/ray", []),
    ("redis://dev-head-svc:6379", []),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_addresses_in_a_text(text: str, found: list[str]) -> None:
    def shown(address: object) -> str:
        nodes = [getattr(address, name) for name in ("scheme", "service", "namespace", "port")]
        texts = {ABSENT_TEXT: "-", UNKNOWN: "?"}
        return " ".join(texts.get(told(node), told(node)) for node in nodes)

    assert [shown(each) for each in written_in(placeless(text))] == found


def test_each_part_stands_at_its_own_characters() -> None:
    (address,) = seen(cluster(), "'curl  http://dev-head-svc.ml:8265/'")
    parts = (address.text, address.scheme, address.service, address.namespace, address.port)
    assert [part.span.text for part in parts] == [
        "http://dev-head-svc.ml:8265", "http", "dev-head-svc", "ml", "8265",
    ]  # fmt: skip


def seen(
    ray: str, text: str, namespace: str = "", more: str = "", target: str | None = None
) -> tuple[Address, ...]:
    """The addresses in the arguments of a Deployment beside a resource of Ray's."""
    metadata = f"name: ray-client{namespace and f', namespace: {namespace}'}"
    client = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{{metadata}}}
spec: {{template: {{spec: {{containers: [{{name: c, args: [{text}]}}]}}}}}}
"""
    return model(f"{ray}---\n{client}{more}", target).root("addresses")


def wrapped(kind: str, spec: str, name: str = "jobs-nightly") -> str:
    return f"apiVersion: ray.io/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"


HEAD = "headGroupSpec: {template: {spec: {containers: [{name: ray-head}]}}}"
RAYJOB = wrapped("RayJob", f"entrypoint: x, rayClusterSpec: {{{HEAD}}}")
RAYSERVICE = wrapped("RayService", f"rayClusterConfig: {{{HEAD}}}", "models")
TRAINER = cluster(metadata="name: trainer")
SERVING = cluster(metadata="name: dev, annotations: {ray.io/enable-serve-service: 'true'}")
RENAMED = cluster(head="headService: {metadata: {name: mine}}")
OTHER = "---\napiVersion: v1\nkind: Service\nmetadata: {name: %s}\n"

NAMES = [
    # the resource, a host, what is known of it
    (TRAINER, "trainer-head-svc", "found"),
    (TRAINER, "traner-head-svc", "nearest trainer-head-svc"),
    (TRAINER, "trainer2-head-svc", "-"),
    (TRAINER, "other-head-svc", "-"),
    (TRAINER, "traner-serve-svc", "-"),
    (TRAINER, "trainer-serve-svc", "unserved trainer"),
    (SERVING, "dev-serve-svc", "found"),
    (RENAMED, "dev-head-svc", "nearest mine"),
    (RENAMED, "ray://mine:10001", "found"),
    (TRAINER.replace("trainer", "$NAME"), "traner-head-svc", "-"),
    (RAYJOB, "jobs-nightly-head-svc", "found"),
    (RAYJOB, "jobs-nightly-raycluster-x2bcd-head-svc", "lasting jobs-nightly-head-svc"),
    (RAYJOB, "jobs-nightly-x2bcd-head-svc", "lasting jobs-nightly-head-svc"),
    (RAYJOB, "jobs-nightly-tests-head-svc", "-"),
    (RAYJOB, "jobs-nightly-serve-svc", "unserved jobs-nightly"),
    (RAYSERVICE, "models-x2bcd-serve-svc", "lasting models-serve-svc"),
    (RAYSERVICE, "models-serve-svc", "found"),
]  # fmt: skip


def known(address: Address) -> str:
    for name in ("nearest", "lasting", "unserved"):
        value = told(getattr(address, name))
        if value != ABSENT_TEXT:
            return f"{name} {value}"
    return "found" if address.found.value else "-"


@pytest.mark.parametrize(("ray", "host", "expected"), NAMES, ids=[row[1] for row in NAMES])
def test_what_is_known_of_a_name(ray: str, host: str, expected: str) -> None:
    (address,) = seen(ray, f"'{host}'")
    assert known(address) == expected


@pytest.mark.parametrize("host", ["traner-head-svc", "trainer-serve-svc"])
def test_a_service_that_is_written_in_the_bundle(host: str) -> None:
    (address,) = seen(TRAINER, host, more=OTHER % host)
    assert known(address) == "found"


def test_before_a_rayjob_had_a_service_of_its_own() -> None:
    (address,) = seen(RAYJOB, "jobs-nightly-raycluster-x2bcd-head-svc", target="1.4")
    assert known(address) == "-"


def test_a_prefix_that_kustomize_gave_to_the_cluster_alone() -> None:
    ray = cluster(metadata="name: staging-shared")
    (address,) = seen(ray, "shared-head-svc", more=OTHER % "staging-web")
    assert known(address) == "nearest staging-shared-head-svc"


NAMESPACES = [
    # of the cluster, of the client, the host, where the Service is instead
    ("ml", "ml", "dev-head-svc", ABSENT_TEXT),
    ("ml", "web", "dev-head-svc", "ml"),
    ("ml", "", "dev-head-svc", ABSENT_TEXT),
    ("", "web", "dev-head-svc", ABSENT_TEXT),
    ("ml", "web", "dev-head-svc.ml", ABSENT_TEXT),
    ("ml", "ml", "dev-head-svc.web.svc", "ml"),
    ("ml", "web", "dev-head-svc.${NS}", ABSENT_TEXT),
    ("ml", "$NS", "dev-head-svc", ABSENT_TEXT),
]


@pytest.mark.parametrize(("of_cluster", "of_client", "host", "elsewhere"), NAMESPACES)
def test_namespaces(of_cluster: str, of_client: str, host: str, elsewhere: str) -> None:
    ray = cluster(metadata=f"name: dev{of_cluster and f', namespace: {of_cluster}'}")
    found = seen(ray, f"'{host}'", of_client)[0].elsewhere
    assert told(found) == elsewhere


NODE_PORT = "serviceType: NodePort"
LISTED = "name: ray-head, ports: [{containerPort: 6379, name: gcs}]"
PORTS = [
    # head, its container, the address, ports that are there instead, the part of Ray, how it is addressed
    ("rayStartParams: {}", "name: h", "ray://dev-head-svc:10001", ABSENT_TEXT, "Ray client", ABSENT_TEXT),
    ("rayStartParams: {}", LISTED, "ray://dev-head-svc:10001", ABSENT_TEXT, "Ray client", ABSENT_TEXT),
    (NODE_PORT, LISTED, "ray://dev-head-svc:10001", "6379, 8080", ABSENT_TEXT, ABSENT_TEXT),
    (NODE_PORT, "name: h", "ray://dev-head-svc:10001", ABSENT_TEXT, "Ray client", ABSENT_TEXT),
    (NODE_PORT, "name: h, ports: $PORTS", "http://dev-head-svc:10002", "6379, 8000, 8080, 8265, 10001", ABSENT_TEXT, ABSENT_TEXT),
    (NODE_PORT, "name: h, ports: [{name: gcs}, {containerPort: 8265}]", "ray://dev-head-svc:10001", ABSENT_TEXT, ABSENT_TEXT, ABSENT_TEXT),
    (NODE_PORT, "name: h, ports: [{containerPort: $P}]", "ray://dev-head-svc:10001", ABSENT_TEXT, ABSENT_TEXT, ABSENT_TEXT),
    ("rayStartParams: {}", "name: h", "http://dev-head-svc:10001", ABSENT_TEXT, "Ray client", "ray://dev-head-svc:10001"),
    ("rayStartParams: {}", "name: h", "ray://dev-head-svc:8265", ABSENT_TEXT, "dashboard", "http://dev-head-svc:8265"),
    ("rayStartParams: {}", "name: h", "https://dev-head-svc:8265", ABSENT_TEXT, "dashboard", ABSENT_TEXT),
    ("rayStartParams: {}", "name: h", "ray://dev-head-svc:6379", ABSENT_TEXT, "GCS", "dev-head-svc:6379"),
    ("rayStartParams: {}", "name: h", "dev-head-svc:10001", ABSENT_TEXT, "Ray client", ABSENT_TEXT),
    ("rayStartParams: {ray-client-server-port: '8265', dashboard-port: '9'}", "name: h", "ray://dev-head-svc:8265", ABSENT_TEXT, "Ray client", ABSENT_TEXT),
    ("rayStartParams: {}", "name: h, args: [ray start --head]", "ray://dev-head-svc:8265", ABSENT_TEXT, ABSENT_TEXT, ABSENT_TEXT),
    ("rayStartParams: {}", "name: h", "ray://elsewhere:8265", ABSENT_TEXT, "dashboard", "http://elsewhere:8265"),
    ("rayStartParams: {}", "name: h", "ray://localhost:8265", ABSENT_TEXT, ABSENT_TEXT, ABSENT_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("head", "container", "address", "offered", "part", "fitting"), PORTS)
def test_ports(
    head: str, container: str, address: str, offered: str, part: str, fitting: str
) -> None:
    (found,) = seen(cluster(head=head, head_container=container), f"'{address}'")
    facts = (found.offered_ports, found.part, found.fitting)
    assert [told(each) for each in facts] == [offered, part, fitting]


SERVE_PORTS = [
    ("", "8000", ABSENT_TEXT),
    ("", "80", "8000"),
    ("serveService: {spec: {ports: [{name: serve, port: 80}]}}, ", "80", ABSENT_TEXT),
    ("serveService: {spec: {ports: [{name: serve, port: 80}]}}, ", "8000", "80"),
    ("serveService: {spec: {clusterIP: None}}, ", "80", ABSENT_TEXT),
    ("serveService: {spec: {ports: [{name: serve, port: $P}]}}, ", "80", ABSENT_TEXT),
]


@pytest.mark.parametrize(("spec", "port", "offered"), SERVE_PORTS)
def test_ports_of_the_service_for_serve(spec: str, port: str, offered: str) -> None:
    ray = wrapped("RayService", f"{spec}rayClusterConfig: {{{HEAD}}}", "models")
    (found,) = seen(ray, f"'http://models-serve-svc:{port}'")
    assert told(found.offered_ports) == offered


PLACES = [
    "env: [{name: A, value: 'dev-head-svc:6379'}]",
    "env: [{name: RAY_ADDRESS, value: 'dev:10001'}]",
    "command: [sh, -c, 'ping dev-head-svc']",
    "args: ['dev-head-svc']",
]


@pytest.mark.parametrize("place", PLACES)
def test_where_addresses_are_looked_for(place: str) -> None:
    pod = f"headGroupSpec: {{template: {{spec: {{initContainers: [{{name: i, {place}}}]}}}}}}"
    for text in (
        wrapped("RayJob", f"rayClusterSpec: {{{pod}}}"),
        wrapped("RayCluster", pod),
        wrapped("RayCronJob", f"jobTemplate: {{rayClusterSpec: {{{pod}}}}}"),
    ):
        assert len(model(text).root("addresses")) == 1


def test_entrypoints_and_runtime_environments() -> None:
    spec = "entrypoint: 'x dev-head-svc', runtimeEnvYAML: 'env_vars: {A: dev-serve-svc}'"
    assert len(model(wrapped("RayJob", spec)).root("addresses")) == 2
    assert len(model(wrapped("RayCronJob", f"jobTemplate: {{{spec}}}")).root("addresses")) == 2


def test_ray_reads_a_variable_of_its_own_without_a_scheme() -> None:
    text = cluster(
        worker_container="name: w, env: [{name: RAY_ADDRESS, value: 'dev-head-svc:10001'}]"
    )
    (found,) = model(text).root("addresses")
    assert told(found.fitting) == "ray://dev-head-svc:10001"


CONFIG_MAP = """\
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings%s}
data:
  RAY_ADDRESS: dev:10001
  prometheus.yaml: |
    scrape_configs:
    - static_configs:
      - targets: ['dev-head-svc:8080']
"""


def test_config_maps_of_a_bundle_with_a_cluster() -> None:
    bare, target = model(cluster() + CONFIG_MAP % "").root("addresses")
    assert [told(each.text) for each in (bare, target)] == ["dev:10001", "dev-head-svc:8080"]
    assert target.text.span.text == "dev-head-svc:8080"
    assert target.text.span.first.line == len(cluster().splitlines()) + 10
    (_, away) = model(
        cluster(metadata="name: dev, namespace: ml") + CONFIG_MAP % ", namespace: web"
    ).root("addresses")
    assert told(away.elsewhere) == "ml"
    without = wrapped("RayJob", "clusterSelector: {ray.io/cluster: dev}")
    assert model(without + CONFIG_MAP % "").root("addresses") == ()


def test_what_serve_reads() -> None:
    spec = f"serveConfigV2: 'env_vars: {{A: http://models-head-svc:8265}}', rayClusterConfig: {{{HEAD}}}"
    (found,) = model(wrapped("RayService", spec, "models")).root("addresses")
    assert told(found.found) == "true"


def test_the_same_name_in_many_namespaces() -> None:
    rays = [cluster(metadata=f"name: dev, namespace: n{number}") for number in range(50)]
    (found,) = seen("---\n".join(rays), "dev-head-svc:10002", "n40")
    assert (told(found.found), told(found.elsewhere)) == ("true", ABSENT_TEXT)
    (found,) = seen("---\n".join(rays), "dev-head-svc.n60:10002", "n40")
    assert told(found.elsewhere) == "n0"


MENDED = [
    # the resource, a text, the fact, the text as it is meant
    (TRAINER, "curl http://traner-head-svc.ml:8265/x", "holder_renamed", "curl http://trainer-head-svc.ml:8265/x"),
    (RAYJOB, "jobs-nightly-x2bcd-head-svc", "holder_renamed", "jobs-nightly-head-svc"),
    (TRAINER, "trainer-head-svc", "holder_renamed", ABSENT_TEXT),
    (TRAINER, "ray://trainer-head-svc:8265", "holder_refitted", "http://trainer-head-svc:8265"),
    (TRAINER, "http://trainer-head-svc.ml.svc:6379", "holder_refitted", "trainer-head-svc.ml.svc:6379"),
    (TRAINER, "http://trainer-head-svc:10001/api", "holder_refitted", ABSENT_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("ray", "text", "name", "meant"), MENDED)
def test_the_text_that_is_meant(ray: str, text: str, name: str, meant: str) -> None:
    (found,) = seen(ray, f"'{text}'")
    assert told(getattr(found, name)) == meant
    assert told(found.holder) == text


IN_NAMESPACE = [
    ("dev-head-svc:1", "dev-head-svc.ml.svc:1"),
    ("dev-head-svc.web:1", "dev-head-svc.ml.svc:1"),
    ("dev-head-svc.web.svc.cluster.local:1", "dev-head-svc.ml.svc.cluster.local:1"),
]


@pytest.mark.parametrize(("text", "meant"), IN_NAMESPACE)
def test_the_namespace_that_is_meant(text: str, meant: str) -> None:
    (found,) = seen(cluster(metadata="name: dev, namespace: ml"), f"'{text}'", namespace="web")
    assert told(found.holder_in_namespace) == meant
