"""Who refers to whom, and who reaches whom; what the drawings look like."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from raypolicy.bundle import make_bundle
from raypolicy.cli import main
from raypolicy.drawing import DRAWINGS, Drawn
from raypolicy.graph import Graph, Vertex
from raypolicy.links import graph_of
from raypolicy.model import Aim, Model
from raypolicy.releases import kuberay
from raypolicy.sheet import places
from raypolicy.source import SourceFile
from raypolicy.through import on_ways

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
    return DRAWINGS["text"]([drawn(*texts)]).splitlines()


def drawn(*texts: str, bundle: str = "") -> Drawn:
    made = model(*texts)
    return Drawn(bundle, graph_of(made), places(made))


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
    "the same twice": (
        (CLUSTER % (USES_SECRET + ", env: [{name: A, valueFrom: {secretKeyRef: {name: tokens, key: a}}}, {name: B, valueFrom: {secretKeyRef: {name: tokens, key: b}}}]"),),
        [
            "RayCluster ml/trainer env Secret ml/tokens: missing  a.yaml:6:174",
            "RayCluster ml/trainer envFrom Secret ml/tokens: missing  a.yaml:6:114",
        ],
    ),
    "the address of a Service by hand": (
        (CLUSTER % "", SERVICE, CALLER.replace("trainer-head-svc", "ray")),
        [
            "Service ml/ray selects pods ml/trainer/head",
            "Service ml/ray selects pods ml/trainer/small",
            "Deployment ml/app calls port 10001 of Service ml/ray",
        ],
    ),
    "a binding": (
        (
            CLUSTER.replace("spec: {containers", "spec: {serviceAccountName: runner, containers", 1) % "",
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: runner, namespace: ml}\n",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: view, namespace: ml}\n"
            "subjects: [{kind: ServiceAccount, name: runner, namespace: ml}, {kind: User, name: eve}]\nroleRef: {kind: ClusterRole, name: view}\n",
        ),
        [
            "RayCluster ml/trainer serviceAccountName ServiceAccount ml/runner",
            "RoleBinding ml/view binds ServiceAccount ml/runner",
        ],
    ),
    "something that scales": (
        (
            CLUSTER % "",
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: more, namespace: ml}\n"
            "spec: {scaleTargetRef: {apiVersion: ray.io/v1, kind: RayCluster, name: trainer}}\n",
        ),
        ["HorizontalPodAutoscaler ml/more scales RayCluster ml/trainer"],
    ),
    "queues": (
        (
            CLUSTER.replace("namespace: ml", "namespace: ml, labels: {kueue.x-k8s.io/queue-name: batch}", 1) % "",
            "apiVersion: kueue.x-k8s.io/v1beta1\nkind: LocalQueue\nmetadata: {name: batch, namespace: ml}\nspec: {clusterQueue: team}\n",
        ),
        [
            "RayCluster ml/trainer label LocalQueue ml/batch",
            "LocalQueue ml/batch names ClusterQueue team: missing  a.yaml:13:22",
        ],
    ),
    "an address": ((CLUSTER % "", CALLER), ["Deployment ml/app calls port 10001 of Service ml/trainer-head-svc"]),
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


ALLOWS = POLICY.replace("ingress: []", "ingress: [%s]")
LABELLED = CALLER.replace("{spec: {containers", "{metadata: {labels: {app: a}}, spec: {containers")
CALLS = {
    "closed": ((CALLER, POLICY), ": closed  a.yaml:18:8"),
    "closed to others": ((LABELLED, ALLOWS % "{from: [{podSelector: {matchLabels: {app: b}}}]}"), ": closed"),
    "open to it": ((LABELLED, ALLOWS % "{from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 10001}]}"), ""),
    "another port": ((LABELLED, ALLOWS % "{ports: [{port: 8265}]}"), ": closed"),
    "from addresses that nobody knows": ((CALLER, ALLOWS % "{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}"), ": unknown"),
    "closed where it comes from": (
        (LABELLED, POLICY.replace("podSelector: {}, policyTypes: [Ingress], ingress: []", "podSelector: {matchLabels: {app: a}}, policyTypes: [Egress]")),
        ": closed",
    ),
    "other pods": ((CALLER, POLICY.replace("podSelector: {}", "podSelector: {matchLabels: {app: b}}")), ""),
    "another namespace": ((CALLER, POLICY.replace("namespace: ml", "namespace: other")), ""),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "state"), CALLS.values(), ids=CALLS)
def test_policies_close_calls(texts: tuple[str, ...], state: str) -> None:
    (found,) = [line for line in told(CLUSTER % "", *texts) if "calls" in line]
    said = "Deployment ml/app calls port 10001 of Service ml/trainer-head-svc"
    assert found.startswith(said + state)
    assert bool(state) == (found != said)
    graph = graph_of(model(CLUSTER % "", *texts))
    assert bool(reached(graph, "app", "trainer/head")) == ("closed" not in state)


def test_a_policy_that_the_operator_makes_closes_calls() -> None:
    isolated = (
        CLUSTER.replace("spec:\n", "spec:\n  networkPolicy: {mode: DenyAllIngress}\n", 1) % ""
    )
    (found,) = [line for line in told(isolated, CALLER) if "calls" in line]
    assert found.endswith("Service ml/trainer-head-svc: closed  a.yaml:5:3")


def lines(graph: Graph, source: str, target: str) -> list[str]:
    part = graph.between(graph.called(source), graph.called(target))
    return [f"{edge.source} {edge.via} {edge.target}" for edge in part.edges]


def test_only_ways_are_drawn() -> None:
    texts = CLUSTER % "", INGRESS % "trainer-head-svc", ALLOWS % "{}"
    graph = graph_of(model(*texts))
    assert lines(graph, "web", "trainer/head") == [
        "Ingress ml/web routes to Service ml/trainer-head-svc",
        "Service ml/trainer-head-svc selects pods ml/trainer/head",
    ]
    assert {edge.source.name for edge in graph.edges if edge.target.name == "trainer/head"} > {"trainer/small"}  # fmt: skip


WAYS = {
    "a line": ("sa at", "sa at"),
    "two ways": ("sa sb at bt", "sa sb at bt"),
    "back to the start": ("sa at as ta", "sa at"),
    "on from the end": ("st tb bt", "st"),
    "a blind alley": ("sa at ab ba", "sa at"),
    "a longer one": ("sa at ab bc cb ba", "sa at"),
    "a circle on the way": ("sa sb ab ba at bt", "sa sb ab ba at bt"),
    "itself": ("sa aa at", "sa at"),
    "no way": ("sa ta", ""),
}


@pytest.mark.parametrize(("given", "expected"), WAYS.values(), ids=WAYS)
def test_ways(given: str, expected: str) -> None:
    found = on_ways(((*each,) for each in given.split()), "s", "t")
    assert {"".join(each) for each in found} == set(expected.split())


def test_many_ways_take_no_time() -> None:
    there = [(str(number), str(number + 1)) for number in range(3000)]
    found = on_ways([*there, *((end, start) for start, end in there)], ["0"], ["2000"])
    assert found == there[:2000]


@pytest.mark.parametrize(
    "name",
    ["web", "WEB", "ingress/web", "Ingress web", "ml/web", "Ingress ml/web", "ingress/ml/web"],
)
def test_names(name: str) -> None:
    graph = graph_of(model(CLUSTER % "", INGRESS % "trainer-head-svc"))
    assert list(map(str, graph.called(name))) == ["Ingress ml/web"]


def test_drawings() -> None:
    one = [drawn(CLUSTER % USES_SECRET, bundle="one")]
    dot, mermaid = DRAWINGS["dot"](one), DRAWINGS["mermaid"](one)
    assert 'v4 [label="Secret ml/tokens", shape=box, color=red, style=dashed];' in dot
    assert 'v0 -> v4 [label="envFrom: missing", color=red, style=dashed];' in dot
    assert 'v0 -> v1 [label="makes"];' in dot
    assert 'v0 -.->|"envFrom: missing"| v4' in mermaid
    assert "linkStyle 4 stroke:#c00" in mermaid
    assert "subgraph" not in dot + mermaid
    (value,) = json.loads(DRAWINGS["json"](one))
    assert (value["version"], value["bundle"]) == (1, "one")
    assert value["vertices"][4] == {"kind": "Secret", "namespace": "ml", "name": "tokens", "state": "missing"}  # fmt: skip
    assert value["edges"][-1] == {"from": 0, "to": 4, "via": "envFrom", "state": "missing", "place": "a.yaml:6:114"}  # fmt: skip


def test_what_is_unknown_is_neither_there_nor_missing() -> None:
    policy = ALLOWS % "{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}"
    one = [drawn(CLUSTER % USES_SECRET.replace("tokens", "$TOKENS"), policy)]
    dot, mermaid = DRAWINGS["dot"](one), DRAWINGS["mermaid"](one)
    assert '[label="GCS 6379: unknown", style=dotted];' in dot
    assert '[label="Secret ml/$TOKENS", shape=box, style=dotted];' in dot
    assert "red" not in dot
    assert '-.->|"GCS 6379: unknown"|' in mermaid
    assert "classDef unknown" in mermaid
    assert "linkStyle" not in mermaid


def test_several_bundles_are_one_drawing() -> None:
    two = [drawn(CLUSTER % "", bundle="dev"), drawn(CLUSTER % "", bundle="prod")]
    assert DRAWINGS["text"](two).splitlines() == ["dev:", *MADE, "", "prod:", *MADE]
    dot, mermaid = DRAWINGS["dot"](two), DRAWINGS["mermaid"](two)
    assert (dot.count("digraph"), dot.count("subgraph"), dot.count("v4 [")) == (1, 2, 1)
    assert (mermaid.count("flowchart"), mermaid.count("subgraph"), mermaid.count("v4[")) == (
        1,
        2,
        1,
    )
    assert 'label="prod";' in dot
    assert 'subgraph b1["prod"]' in mermaid
    assert [each["bundle"] for each in json.loads(DRAWINGS["json"](two))] == ["dev", "prod"]


def test_names_cannot_break_a_drawing() -> None:
    name = '"a\\"]; x"'
    one = [drawn(f"apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {{name: {name}}}\nspec: {{}}\n")]
    assert '"RayJob a\\"]; x"' in DRAWINGS["dot"](one)
    assert '"RayJob a#34;#93;#59; x"' in DRAWINGS["mermaid"](one)


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
        (
            ("--from", "nobody"),
            2,
            "no object here is called nobody; there are trainer, trainer-head-svc",
        ),
        (("--from", "trianer"), 2, "no object here is called trianer; did you mean 'trainer'?"),
        (("--to", "ml/trianer"), 2, "did you mean 'ml/trainer'?"),
        (("--to", "pods trainer/haed"), 2, "did you mean 'pods trainer/head'?"),
        (("--from", "trainer/head", "--to", "trainer", "--format", "json"), 1, "[]"),
        (("--format", "dot"), 0, "digraph"),
    ],
)
def test_command(options: tuple[str, ...], status: int, words: str) -> None:
    result = CliRunner().invoke(main, ["graph", "-", *options], input=CLUSTER % "")
    assert (result.exit_code, words in result.output) == (status, True), result.output


@pytest.mark.parametrize("command", [("graph",), ("facts", "--json")])
def test_what_is_read_is_chosen_as_for_a_check(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        Path(f"{name}.yaml").write_text((CLUSTER % "").replace("trainer", name))
    Path("settings.yaml").write_text("exclude: [one.yaml]\nselect: [moving-tag]\n")
    Path(".raypolicy.yaml").write_text("exclude: [two.yaml]\ntarget: {kuberay: '1.4'}\n")

    def met(*options: str) -> tuple[bool, bool]:
        result = CliRunner().invoke(main, [*command, ".", *options])
        assert result.exit_code == 0, result.output
        return "ml/one" in result.output, "ml/two" in result.output

    assert met() == (True, False)
    assert met("--no-config") == (True, True)
    assert met("-c", "settings.yaml") == (False, True)
    assert met("--exclude", "one.yaml") == (False, False)
    assert met("--no-config", "--exclude", "one.yaml") == (False, True)
    assert met("--no-config", "--kustomize", "never") == (True, True)
