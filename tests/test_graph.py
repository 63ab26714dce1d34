"""Who refers to whom, and who reaches whom; what the drawings look like."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from raypolicy.bundle import make_bundle
from raypolicy.cli import main
from raypolicy.drawing import DRAWINGS
from raypolicy.graph import Graph, Vertex, graph_of
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.sheet import places
from raypolicy.source import SourceFile

CLUSTER = """\
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: trainer, namespace: ml}
spec:
  headGroupSpec:
    template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:2.52.0"%s}]}}
  workerGroupSpecs:
  - {groupName: small, maxReplicas: 2, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.52.0"}]}}}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: ray, namespace: ml}\nspec: {selector: {ray.io/cluster: trainer}, ports: [{port: 8265}]}\n"
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: ml}
spec: {defaultBackend: {service: {name: %s, port: {number: 8265}}}}
"""
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: tokens, namespace: ml}\n"
USES_SECRET = ", envFrom: [{secretRef: {name: tokens}}]"
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: ml}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: []}
"""
CALLER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: app, namespace: ml}
spec: {template: {spec: {containers: [{name: app, image: app, env: [{name: RAY_ADDRESS, value: "ray://trainer-head-svc:10001"}]}]}}}
"""
MADE = [
    "RayCluster ml/trainer makes pods ml/trainer/head",
    "RayCluster ml/trainer makes pods ml/trainer/small",
    "RayCluster ml/trainer makes Service ml/trainer-head-svc",
    "Service ml/trainer-head-svc selects pods ml/trainer/head",
]


def model(*texts: str) -> Model:
    source = SourceFile("a.yaml", "---\n".join(texts))
    return Model(make_bundle("", [source]), Aim(kuberay(None), "2026-01-01"))


def told(*texts: str) -> list[str]:
    made = model(*texts)
    return DRAWINGS["text"](graph_of(made), places(made)).splitlines()


EDGES = {
    "what the operator makes": ((CLUSTER % "",), []),
    "a Secret that is there": (
        (CLUSTER % USES_SECRET, SECRET),
        ["RayCluster ml/trainer envFrom Secret ml/tokens"],
    ),
    "a Secret that is not": (
        (CLUSTER % USES_SECRET,),
        ["RayCluster ml/trainer envFrom Secret ml/tokens: missing  a.yaml:6:114"],
    ),
    "a route to a Service of the operator's": (
        (CLUSTER % "", INGRESS % "trainer-head-svc"),
        ["Ingress ml/web routes to Service ml/trainer-head-svc"],
    ),
    "a route to nothing": (
        (CLUSTER % "", INGRESS % "trianer-head-svc"),
        ["Ingress ml/web routes to Service ml/trianer-head-svc: missing  a.yaml:13:41"],
    ),
    "a Service by hand": (
        (CLUSTER % "", SERVICE),
        ["Service ml/ray selects pods ml/trainer/head", "Service ml/ray selects pods ml/trainer/small"],
    ),
    "an address": ((CLUSTER % "", CALLER), ["Deployment ml/app calls Service ml/trainer-head-svc"]),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), EDGES.values(), ids=EDGES)
def test_edges(texts: tuple[str, ...], expected: list[str]) -> None:
    assert told(*texts) == [*MADE, *expected]


def test_a_closed_flow_says_who_closes_it() -> None:
    found = [line for line in told(CLUSTER % "", POLICY) if "GCS" in line]
    assert found == ["pods ml/trainer/small GCS 6379 pods ml/trainer/head: closed  a.yaml:13:8"]


def test_bundles_without_links_show_their_objects() -> None:
    job = "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\nspec: {entrypoint: x}\n"
    assert told(job) == ["RayJob a"]


def reached(graph: Graph, sources: str = "", targets: str = "") -> set[str]:
    from_these = graph.called(sources) if sources else []
    to_these = graph.called(targets) if targets else []
    return {str(vertex) for vertex in graph.between(from_these, to_these).vertices}


def test_what_selects_nothing_is_there_all_the_same() -> None:
    assert told(CLUSTER % "", SERVICE.replace("trainer}", "another}")) == [*MADE, "Service ml/ray"]


def test_who_reaches_whom() -> None:
    graph = graph_of(model(CLUSTER % USES_SECRET, SECRET, INGRESS % "trainer-head-svc"))
    assert reached(graph, "web") == {"Ingress ml/web", "Service ml/trainer-head-svc", "pods ml/trainer/head"}  # fmt: skip
    assert reached(graph, targets="tokens") == {"RayCluster ml/trainer", "Secret ml/tokens"}
    assert reached(graph, "ingress/web", "pods ml/trainer/head") == reached(graph, "web")
    assert reached(graph, "web", "tokens") == set()
    assert graph.called("nobody") == []


def test_a_closed_flow_is_no_way() -> None:
    assert Vertex("pods", "ml", "trainer/head") in graph_of(model(CLUSTER % "", POLICY)).vertices
    graph = graph_of(model(CLUSTER % "", POLICY))
    assert "pods ml/trainer/head" not in reached(graph, "pods ml/trainer/small")


def test_drawings() -> None:
    made = model(CLUSTER % USES_SECRET)
    drawn = {name: draw(graph_of(made), places(made)) for name, draw in DRAWINGS.items()}
    assert '"RayCluster ml/trainer" -> "Secret ml/tokens" [label="envFrom", color=red, style=dashed];' in drawn["dot"]  # fmt: skip
    assert 'v0 -.->|"envFrom: missing"| v4' in drawn["mermaid"]
    value = json.loads(drawn["json"])
    assert value["version"] == 1
    assert value["vertices"][4] == {"kind": "Secret", "namespace": "ml", "name": "tokens", "state": "missing"}  # fmt: skip
    assert value["edges"][-1] == {"from": 0, "to": 4, "via": "envFrom", "state": "missing", "place": "a.yaml:6:114"}  # fmt: skip


def test_names_cannot_break_a_drawing() -> None:
    name = '"a\\"]; x"'
    text = f"apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {{name: {name}}}\nspec: {{}}\n"
    made = model(text)
    assert '"RayJob a\\"]; x"' in DRAWINGS["dot"](graph_of(made), places(made))
    assert '"RayJob a#34;#93;#59; x"' in DRAWINGS["mermaid"](graph_of(made), places(made))


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ((), 0, "makes"),
        (("--from", "trainer", "--to", "trainer/head"), 0, "makes pods"),
        (
            ("--from", "trainer/head", "--to", "trainer"),
            1,
            "nothing leads from trainer/head to trainer",
        ),
        (("--from", "nobody"), 2, "no object here is called nobody"),
        (("--format", "dot"), 0, "digraph"),
    ],
)
def test_command(options: tuple[str, ...], status: int, words: str) -> None:
    result = CliRunner().invoke(main, ["graph", "-", *options], input=CLUSTER % "")
    assert (result.exit_code, words in result.output) == (status, True), result.output
