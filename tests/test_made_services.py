"""The Services and what else opens or closes a cluster, as the operator makes them: named cases.

Not here: which ports a Service has in all cases (`test_services.py`), the comparison with the
operator's own code (`oracle/`).
"""

from __future__ import annotations

from typing import Any

import pytest

from raypolicy.bundle import make_bundle
from raypolicy.made import objects
from raypolicy.made.parts import at, plain
from raypolicy.releases import kuberay
from raypolicy.source import SourceFile
from raypolicy.tree import Unknown

CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: NAME, namespace: ml, annotations: {ANNOTATIONS}}
spec:
  SPEC
  headGroupSpec:
    HEAD
    template: {spec: {containers: [{name: ray, image: rayproject/ray:2.52.0, ports: [PORTS]}]}}
"""
SERVICE = """\
apiVersion: ray.io/v1
kind: RayService
metadata: {name: llm, namespace: ml}
spec:
  OWN
  rayClusterConfig:
    headGroupSpec:
      template: {spec: {containers: [{name: ray, image: rayproject/ray:2.52.0, ports: [PORTS]}]}}
"""
SERVE = "{name: serve, containerPort: 8000}, {name: serve-grpc, containerPort: 9000}"
FULL = "{name: dashboard, containerPort: 8265}, {name: serve, containerPort: 8000}"


def cluster(
    name: str = "dev", spec: str = "suspend: false", head: str = "rayStartParams: {}",
    ports: str = "", annotations: str = "",
) -> str:  # fmt: skip
    words = {"NAME": name, "ANNOTATIONS": annotations, "SPEC": spec, "HEAD": head, "PORTS": ports}
    return _filled(CLUSTER, words)


def service(own: str = "suspend: false", ports: str = FULL) -> str:
    return _filled(SERVICE, {"OWN": own, "PORTS": ports})


def _filled(text: str, words: dict[str, str]) -> str:
    for word, put in words.items():
        text = text.replace(word, put)
    return text


def made(text: str, release: str | None = None, gates: tuple[str, ...] = ()) -> dict[str, Any]:
    """The objects of the only resource of a text, as parts, by role."""
    (resource,) = make_bundle("", (SourceFile("ray.yaml", text),)).ray
    return {each.role: each.part for each in objects(resource, kuberay(release), gates)}


def seen(
    text: str, *path: str | int, release: str | None = None, gates: tuple[str, ...] = ()
) -> Any:
    """A plain value in one of the objects, by role and keys; None where there is none."""
    found = at(made(text, release, gates), *path)
    return None if found is None else plain(found)


def ports(text: str, role: str, release: str | None = None) -> dict[str, int]:
    return {
        each["name"]: each["port"] for each in seen(text, role, "spec", "ports", release=release)
    }


# Names


@pytest.mark.parametrize(
    ("text", "role", "name"),
    [
        (cluster(), "head-service", "dev-head-svc"),
        (cluster("c" * 53), "head-service", f"{'c' * 53}-head-svc"),
        (cluster(head="headService: {metadata: {name: mine}}"), "head-service", "mine"),
        (cluster(head="headService: {metadata: {name: ''}}"), "head-service", "dev-head-svc"),
        (cluster("i" * 40, head="enableIngress: true"), "ingress", f"{'i' * 37}-head-ingress"),
        (cluster("9" + "s" * 50, spec="authOptions: {mode: token}"), "auth-secret", "s" * 50),
        (service(), "owner-head-service", "llm-head-svc"),
        (service(), "owner-serve-service", "llm-serve-svc"),
        (service("serveService: {metadata: {name: web}}"), "owner-serve-service", "web"),
    ],
    ids="short long custom empty ingress-cut secret-cut rayservice serve custom-serve".split(),
)
def test_name(text: str, role: str, name: str) -> None:
    assert seen(text, role, "metadata", "name") == name


def test_names_were_cut_until_1_3() -> None:
    assert seen(cluster("a" * 48), "head-service", "metadata", "name", release="1.3") == (
        f"{'a' * 41}-head-svc"
    )


# The head Service


def test_default_ports_are_sorted_and_speak_tcp() -> None:
    listed = seen(cluster(), "head-service", "spec", "ports")
    assert [port["name"] for port in listed] == "client dashboard gcs-server metrics serve".split()
    assert {port["appProtocol"] for port in listed} == {"tcp"}


def test_listed_ports_replace_the_defaults_but_metrics() -> None:
    text = cluster(ports="{containerPort: 7000}, {name: serve, containerPort: 8000}")
    assert ports(text, "head-service") == {"7000-port": 7000, "metrics": 8080, "serve": 8000}


@pytest.mark.parametrize(
    ("head", "release", "address"),
    [
        ("rayStartParams: {}", "1.7", "None"),
        ("serviceType: ClusterIP", "1.7", "None"),
        ("serviceType: NodePort", "1.7", None),
        ("headService: {}", "1.7", None),
        ("rayStartParams: {}", "1.1", None),
    ],
)
def test_address_of_its_own(head: str, release: str, address: str | None) -> None:
    assert seen(cluster(head=head), "head-service", "spec", "clusterIP", release=release) == address


def test_custom_service_keeps_its_ports_and_loses_its_selector() -> None:
    head = (
        "headService: {metadata: {namespace: other, labels: {ray.io/cluster: x, a: b}}, spec: "
        "{type: LoadBalancer, selector: {a: b}, ports: [{name: http, port: 80}]}}"
    )
    found = made(cluster(head=head))["head-service"]
    assert plain(at(found, "metadata", "namespace")) == "ml"
    assert at(found, "metadata", "namespace").how == "overridden"
    assert plain(at(found, "metadata", "labels"))["a"] == "b"
    assert at(found, "metadata", "labels", "ray.io/cluster").how == "overridden"
    assert "a" not in plain(at(found, "spec", "selector"))
    assert plain(at(found, "spec", "type")) == "LoadBalancer"
    assert [port["name"] for port in plain(at(found, "spec", "ports"))][:2] == ["http", "client"]
    assert plain(at(found, "spec", "ports", 0)) == {"name": "http", "port": 80, "protocol": "TCP"}


def test_annotations_of_the_cluster_win() -> None:
    text = cluster(
        spec="headServiceAnnotations: {a: new}",
        head="headService: {metadata: {annotations: {a: old, b: kept}}}",
    )
    found = made(text)["head-service"]["metadata"]["annotations"]
    assert plain(found) == {"a": "new", "b": "kept"}
    assert found["a"].how == "overridden"


def test_application_of_the_template_is_selected_but_not_by_the_owner() -> None:
    text = service().replace(
        "template: {", "template: {metadata: {labels: {app.kubernetes.io/name: mine}}, "
    )
    label = ("spec", "selector", "app.kubernetes.io/name")
    assert seen(text, "head-service", *label) == "mine"
    assert seen(text, "owner-head-service", *label) == "kuberay"


def test_hows_of_the_head_service() -> None:
    found = made(cluster(ports="{name: gcs, containerPort: 6379}"))["head-service"]
    gcs, metrics = at(found, "spec", "ports")
    assert [gcs["name"].how, gcs["port"].how, gcs["appProtocol"].how] == [
        "written", "written", "injected",
    ]  # fmt: skip
    assert metrics["port"].how == "injected"
    assert at(found, "metadata", "name").how == "injected"
    assert at(found, "spec", "clusterIP").how == "defaulted"
    assert made(cluster())["head-service"]["spec"]["ports"][0]["port"].how == "defaulted"


# The Service for Serve


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        ("suspend: false", {"serve": 8000, "serve-grpc": 9000}),
        (
            "serveService: {spec: {ports: [{name: serve, port: 80}, {name: other, port: 81}]}}",
            {"serve": 80, "serve-grpc": 9000},
        ),
        (
            "serveService: {spec: {ports: [{name: other, port: 81}]}}",
            {"serve": 8000, "serve-grpc": 9000},
        ),
    ],
    ids=["plain", "same name", "other name"],
)
def test_ports_for_serve(own: str, listed: dict[str, int]) -> None:
    assert ports(service(own, SERVE), "owner-serve-service") == listed


def test_without_a_port_for_serve_only_what_is_written_counts() -> None:
    own = "serveService: {spec: {ports: [{name: web, port: 80}, {name: api, port: 81}]}}"
    dashboard = "{name: dashboard, containerPort: 8265}"
    assert ports(service(own, dashboard), "owner-serve-service") == {"web": 80, "api": 81}
    assert "owner-serve-service" not in made(service(ports=dashboard))


def test_older_operators_know_one_port_for_serve() -> None:
    assert ports(service(ports=SERVE), "owner-serve-service", "1.5") == {"serve": 8000}


@pytest.mark.parametrize(("asked", "there"), [("'true'", True), ("'True'", False), ("''", False)])
def test_annotated_cluster(asked: str, there: bool) -> None:
    text = cluster(annotations=f"ray.io/enable-serve-service: {asked}")
    assert ("serve-service" in made(text)) is there


def test_step_by_step_there_is_one_per_cluster_and_a_gateway() -> None:
    own = (
        "upgradeStrategy: {type: NewClusterWithIncrementalUpgrade, clusterUpgradeOptions: "
        "{gatewayClassName: istio, stepSizePercent: 10, intervalSeconds: 30}}"
    )
    found = made(service(own))
    assert plain(found["serve-service"]["metadata"]["name"]) == "llm-xxxxx-serve-svc"
    assert plain(found["gateway"]["spec"]["gatewayClassName"]) == "istio"
    backend = at(found["http-route"], "spec", "rules", 0, "backendRefs", 0)
    assert (plain(backend)["name"], plain(backend)["port"]) == ("llm-xxxxx-serve-svc", 8000)
    assert "owner-serve-service" in made(service(own), "1.6")
    assert "gateway" in made(service(own), "1.6", ("RayServiceIncrementalUpgrade",))


# Other ways in and out


def test_ingress_takes_its_options_and_annotations() -> None:
    text = cluster(
        head="enableIngress: true\n    ingressOptions: {host: ray.example, path: /ui}",
        annotations="kubernetes.io/ingress.class: nginx, a: b",
    )
    found = plain(made(text)["ingress"])
    assert found["metadata"]["annotations"] == {"a": "b"}
    assert found["spec"]["ingressClassName"] == "nginx"
    (rule,) = found["spec"]["rules"]
    assert rule["host"] == "ray.example"
    assert rule["http"]["paths"][0]["path"] == "/ui"
    older = plain(made(text, "1.6")["ingress"])["spec"]["rules"][0]
    assert older["http"]["paths"][0]["path"] == "/dev/(.*)"
    assert "host" not in older


def test_rights_of_the_autoscaler() -> None:
    scaled = cluster(spec="enableInTreeAutoscaling: true")
    assert {"service-account", "role", "role-binding"} <= made(scaled).keys()
    named = scaled.replace("{spec: {", "{spec: {serviceAccountName: mine, ")
    assert "service-account" not in made(named)
    assert seen(named, "role-binding", "subjects", 0, "name") == "mine"
    assert len(seen(scaled, "role", "rules")) == 3
    assert len(seen(scaled, "role", "rules", release="1.4")) == 2


@pytest.mark.parametrize(
    ("options", "release", "there"),
    [
        ("{mode: token}", "1.7", True),
        ("{}", "1.7", True),
        ("{mode: disabled}", "1.7", False),
        ("{mode: token, secretName: mine}", "1.7", False),
        ("{mode: token, secretName: ''}", "1.7", True),
        ("{mode: token}", "1.5.0", False),
    ],
)
def test_secret_of_the_token(options: str, release: str, there: bool) -> None:
    found = made(cluster(spec=f"authOptions: {options}"), release)
    assert ("auth-secret" in found) is there
    if there:
        assert isinstance(plain(found["auth-secret"]["stringData"]["auth_token"]), Unknown)


def test_claim_for_the_gcs() -> None:
    gate = ("GCSFaultToleranceEmbeddedStorage",)
    text = cluster(spec="gcsFaultToleranceOptions: {backend: rocksdb, storage: STORAGE}")
    own = text.replace("STORAGE", "{size: 5Gi, storageClassName: fast}")
    assert seen(own, "gcs-pvc", "spec", gates=gate) == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "fast",
        "resources": {"requests": {"storage": "5Gi"}},
    }
    assert "gcs-pvc" not in made(text.replace("STORAGE", "{claimName: mine}"), gates=gate)


def test_network_policies() -> None:
    policy = (
        "networkPolicy: {mode: DenyAllIngress, head: {ingressRules: [{ports: [{port: 8265}]}]}}\n"
        "  workerGroupSpecs: [{groupName: gpu, template: {spec: {containers: [{name: ray}]}}}]"
    )
    gate = ("RayClusterNetworkPolicy",)
    found = made(cluster(spec=policy), gates=gate)
    head, group = found["network-policy/head"], found["network-policy/gpu"]
    assert plain(head["metadata"]["name"]) == "dev-head"
    assert plain(head["spec"]["policyTypes"]) == ["Ingress"]
    assert plain(head["spec"]["ingress"])[1] == {"ports": [{"port": 8265}]}
    assert head["spec"]["ingress"][1]["ports"][0]["port"].how == "written"
    assert plain(group["metadata"]["name"]) == "dev-workers-gpu"
    assert len(plain(group["spec"]["ingress"])) == 1
    assert "network-policy/head" not in made(cluster(spec=policy))


def test_service_of_workers_of_several_hosts() -> None:
    group = (
        "workerGroupSpecs: [{groupName: tpu, numOfHosts: 2, template: {spec: {containers: "
        "[{name: ray}]}}}]"
    )
    assert seen(cluster(spec=group), "headless-service", "metadata", "name") == "dev-headless"
    older = seen(cluster(spec=group), "headless-service", "metadata", "name", release="1.3")
    assert older == "dev-headless-worker-svc"


def test_another_controller_leaves_nothing_to_the_operator() -> None:
    elsewhere = "managedBy: kueue.x-k8s.io/multikueue"
    assert made(cluster(spec=elsewhere)) == {}
    assert made(service(elsewhere)) == {}


@pytest.mark.parametrize(
    "text",
    [
        cluster(head="headService: ${SERVICE}"),
        cluster(head="headService: [1]"),
        cluster(head="headService: {spec: {ports: {a: b}}, metadata: 3}"),
        cluster(spec="networkPolicy: ${POLICY}"),
        cluster(spec="gcsFaultToleranceOptions: 1\n  authOptions: []"),
        cluster(ports="1, '${PORT}', {name: 3, containerPort: x}"),
        service("serveService: ${SERVE}"),
        service("serveService: {spec: {ports: [3, {name: [], port: x}]}}"),
        "apiVersion: ray.io/v1\nkind: RayService\nmetadata: 3\nspec: []\n",
        "apiVersion: ray.io/v1\nkind: RayCluster\nspec: {headGroupSpec: [], workerGroupSpecs: 3}\n",
    ],
)
def test_no_form_is_too_odd(text: str) -> None:
    for part in made(text, gates=("RayClusterNetworkPolicy",)).values():
        assert plain(part)["kind"]
