"""Ports, the Services in front of a cluster, and who can reach them: tables of facts."""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, fact, model, resource, told

PORT_NAMES = [
    ("gcs-server", None),
    ("dashboard-agent", None),
    ("9000-port", None),
    ("", None),
    ("$NAME", None),
    ("{{ .Values.portName }}", None),
    ("dashboard-agent2", "has 16 characters, and 15 are allowed"),
    ("ray_port", "has characters that are no small letters, digits or hyphens"),
    ("Ray", "has characters that are no small letters, digits or hyphens"),
    ("ray.port", "has characters that are no small letters, digits or hyphens"),
    ("8265", "has no letter"),
    ("-ray", "has a hyphen at an end, or two in a row"),
    ("ray-", "has a hyphen at an end, or two in a row"),
    ("a--b", "has a hyphen at an end, or two in a row"),
]


@pytest.mark.parametrize(("name", "fault"), PORT_NAMES, ids=[row[0] for row in PORT_NAMES])
def test_names_of_ports(name: str, fault: str | None) -> None:
    text = cluster(head_container=f"name: h, ports: [{{containerPort: 1, name: '{name}'}}]")
    container = model(text).clusters[0].head.pod.ray_container
    assert told(container.ports[0].name_fault) == (fault or ABSENT_TEXT)
    assert bool(container.unfit_ports) == (fault is not None)


PORT_NUMBERS = [("0", True), ("1", False), ("65535", False), ("65536", True), ("-1", True), ("$P", False), ("'99999'", False)]  # fmt: skip


@pytest.mark.parametrize(("number", "unfit"), PORT_NUMBERS)
def test_numbers_of_ports(number: str, unfit: bool) -> None:
    text = cluster(head_container=f"name: h, ports: [{{containerPort: {number}, name: a}}]")
    assert bool(model(text).clusters[0].head.pod.ray_container.unfit_ports) == unfit


REPEATED = [
    # ports of a container, the repeated one, superfluous ports of the head Service
    ("{containerPort: 1, name: a}, {containerPort: 1, name: b}", ["1"], []),
    ("{containerPort: 1}, {containerPort: 1, protocol: TCP}", ["1"], []),
    ("{containerPort: 1, name: a}, {containerPort: 1, name: b, protocol: UDP}", [], ["1"]),
    ("{containerPort: 1, name: a}, {containerPort: 2, name: b}", [], []),
    ("{containerPort: $P, name: a}, {containerPort: $P, name: b}", [], []),
    ("{containerPort: 1, name: a, protocol: [x]}, {containerPort: 1, name: b, protocol: [x]}", [], ["1"]),
    ("x, {containerPort: 1, name: a}", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("ports", "repeated", "superfluous"), REPEATED)
def test_ports_that_are_listed_twice(
    ports: str, repeated: list[str], superfluous: list[str]
) -> None:
    metrics = "{containerPort: 8080, name: metrics}"
    seen = model(cluster(head_container=f"name: h, ports: [{ports}, {metrics}]")).clusters[0]
    found = [told(port.same_port) for port in seen.head.pod.ray_container.repeated_ports]
    assert found == repeated
    assert [told(port.number) for port in seen.head_service.repeated_ports] == superfluous


SERVE_PORTS = [
    # the service's spec, ports of the head, KubeRay, the port for Serve
    ("", "", "1.7", "8000"),
    ("", "{containerPort: 9000, name: serve}", "1.7", "9000"),
    ("", "{containerPort: 9000, name: serve-grpc}", "1.7", "9000"),
    ("", "{containerPort: 9000, name: serve-grpc}", "1.5", ABSENT_TEXT),
    ("", "{containerPort: 9000, name: serving}", "1.7", ABSENT_TEXT),
    ("", "{containerPort: 9000, name: $NAME}", "1.7", "9000"),
    ("", "{containerPort: 9000}", "1.7", ABSENT_TEXT),
    ("serveService: {spec: {ports: [{name: web, port: 80}]}}", "{containerPort: 9000}", "1.7", "80"),
    ("serveService: {spec: {ports: [{name: web, port: 80}]}}", "{containerPort: 9000}", "1.5", ABSENT_TEXT),
    ("serveService: {spec: {ports: [{name: serve, port: 80}]}}", "{containerPort: 9000}", "1.5", "80"),
    ("serveService: {spec: {ports: [{name: serve, port: 80}]}}", "", "1.7", "80"),
    ("serveService: {spec: {ports: [{name: serve, port: 80}]}}", "", "1.5", "8000"),
    ("serveService: {spec: {ports: [{name: web, port: 80}]}}", "", "1.7", "8000"),
    ("serveService: {spec: {ports: [{name: serve, port: 80}]}}, upgradeStrategy: {type: NewClusterWithIncrementalUpgrade}", "", "1.7", "8000"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "ports", "target", "number"), SERVE_PORTS)
def test_the_port_for_serve(spec: str, ports: str, target: str, number: str) -> None:
    head = f"headGroupSpec: {{template: {{spec: {{containers: [{{name: h, ports: [{ports}]}}]}}}}}}"
    text = resource("RayService", spec=head)
    text = text.replace("spec: {", f"spec: {{{spec}, " if spec else "spec: {", 1)
    assert fact(text, "serve_port", target) == number


TYPES = [
    # what is written, the type, what is meant
    ("serviceType: NodePort", "NodePort", ABSENT_TEXT),
    ("serviceType: nodeport", "nodeport", "NodePort"),
    ("serviceType: Load-Balancer", "Load-Balancer", "LoadBalancer"),
    ("serviceType: clusterIp", "clusterIp", "ClusterIP"),
    ("serviceType: Headless", "Headless", ABSENT_TEXT),
    ("serviceType: ''", "ClusterIP", ABSENT_TEXT),
    ("headService: {spec: {type: NodePort}}, serviceType: nodeport", "NodePort", ABSENT_TEXT),
    ("headService: {spec: {}}, serviceType: nodeport", "nodeport", "NodePort"),
]


@pytest.mark.parametrize(("head", "kind", "meant"), TYPES)
def test_types(head: str, kind: str, meant: str) -> None:
    found = [fact(cluster(head=head), f"exposure.{name}") for name in ("type", "type_meant")]
    assert found == [kind, meant]


SETTINGS = [
    # headService, overwritten fields, fixed ones, ports without a name
    ("spec: {type: ClusterIP}", [], [], 0),
    ("spec: {selector: {a: b}}", ["selector"], [], 0),
    ("spec: {selector: {}}", [], [], 0),
    ("metadata: {namespace: web}", ["namespace"], [], 0),
    ("metadata: {namespace: ml}", [], [], 0),
    ("metadata: {namespace: $NS}", [], [], 0),
    ("spec: {clusterIP: 10.0.0.1}", [], ["clusterIP"], 0),
    ("spec: {clusterIP: None}", [], [], 0),
    ("spec: {clusterIP: [x]}", [], [], 0),
    ("spec: {ports: [{name: a, port: 1, nodePort: 30001}, {port: 2}]}", [], ["nodePort"], 1),
    ("spec: {ports: [{name: '', port: 1, nodePort: 0}, x]}", [], [], 1),
    ("spec: $SPEC", [], [], 0),
]


@pytest.mark.parametrize(("service", "overwritten", "fixed", "nameless"), SETTINGS)
def test_settings(service: str, overwritten: list[str], fixed: list[str], nameless: int) -> None:
    text = cluster(head=f"headService: {{{service}}}", metadata="name: dev, namespace: ml")
    settings = model(text).clusters[0].head_settings
    assert [told(each.name) for each in settings.overwritten] == overwritten
    assert [told(each.name) for each in settings.fixed] == fixed
    assert len(settings.nameless_ports) == nameless


TOKENS = [
    # spec, the head's container, KubeRay, whether a token is asked for
    ("authOptions: {mode: token}", "image: 'rayproject/ray:2.52.0'", "1.7", "true"),
    ("authOptions: {mode: token}", "image: 'rayproject/ray:2.52.0'", "1.5.0", "false"),
    ("authOptions: {mode: disabled}", "name: h", "1.7", "false"),
    ("authOptions: {mode: $MODE}", "name: h", "1.7", UNKNOWN),
    ("authOptions: {}", "name: h", "1.7", "false"),
    ("suspend: false", "env: [{name: RAY_AUTH_MODE, value: token}]", "1.3", "true"),
    ("suspend: false", "env: [{name: RAY_AUTH_MODE, value: $MODE}]", "1.3", UNKNOWN),
    ("suspend: false", "env: [{name: RAY_AUTH_MODE, value: disabled}]", "1.3", "false"),
    ("suspend: false", "image: 'rayproject/ray:2.9.0', env: [{name: RAY_AUTH_MODE, value: token}]", "1.3", "false"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "container", "target", "asked"), TOKENS)
def test_tokens(spec: str, container: str, target: str, asked: str) -> None:
    text = cluster(spec=spec, head_container=container)
    assert fact(text, "exposure.authenticated", target) == asked


def test_v1alpha1_knows_no_tokens() -> None:
    text = cluster(spec="authOptions: {mode: token}").replace("ray.io/v1", "ray.io/v1alpha1")
    assert fact(text, "exposure.authenticated") == "false"


AWS = "service.beta.kubernetes.io/aws-load-balancer"
INSIDE = [
    ("networking.gke.io/load-balancer-type: Internal", True),
    ("cloud.google.com/load-balancer-type: External", False),
    (f"{AWS}-internal: 'true'", True),
    (f"{AWS}-internal: 'false'", False),
    (f"{AWS}-scheme: internal", True),
    (f"{AWS}-scheme: internet-facing", False),
    (f"{AWS}-type: external", True),
    (f"{AWS}-type: external, {AWS}-scheme: internet-facing", False),
    (f"{AWS}-type: nlb", False),
    ("service.beta.kubernetes.io/azure-load-balancer-internal: true", True),
    ("team: ml", False),
]


@pytest.mark.parametrize(("annotations", "inside"), INSIDE, ids=[row[0] for row in INSIDE])
def test_load_balancers_inside_a_network(annotations: str, inside: bool) -> None:
    for text, counts in (
        (cluster(spec=f"headServiceAnnotations: {{{annotations}}}"), True),
        (cluster(head=f"headService: {{metadata: {{annotations: {{{annotations}}}}}}}"), True),
        (resource("RayService", spec=f"headServiceAnnotations: {{{annotations}}}"), False),
        (resource("RayJob", spec=f"headServiceAnnotations: {{{annotations}}}"), False),
    ):
        found = fact(text, "exposure.restriction")
        assert (found != ABSENT_TEXT) == (inside and counts)


def test_what_else_keeps_strangers_away() -> None:
    def told_of(spec: str = "suspend: false", head: str = "rayStartParams: {}") -> str:
        return fact(cluster(spec=spec, head=head), "exposure.restriction")

    assert told_of() == ABSENT_TEXT
    assert told_of("networkPolicy: {mode: DenyAll}") == "networkPolicy"
    assert told_of("headServiceAnnotations: $ANNOTATIONS") == UNKNOWN
    ranges = "loadBalancerSourceRanges"
    assert told_of(head=f"headService: {{spec: {{{ranges}: [192.0.2.0/24]}}}}") == f"{ranges}"
    assert told_of(head=f"headService: {{spec: {{{ranges}: []}}}}") == ABSENT_TEXT


INGRESSES = [
    ("kubernetes.io/ingress.class: nginx", False),
    ("kubernetes.io/ingress.class: nginx-internal", True),
    ("kubernetes.io/ingress.class: alb", True),
    ("kubernetes.io/ingress.class: alb, alb.ingress.kubernetes.io/scheme: internet-facing", False),
    ("alb.ingress.kubernetes.io/auth-type: cognito", True),
    ("alb.ingress.kubernetes.io/auth-type: none", False),
    ("nginx.ingress.kubernetes.io/auth-url: https://login.example", True),
    ("nginx.ingress.kubernetes.io/whitelist-source-range: 192.0.2.0/24", True),
    ("nginx.ingress.kubernetes.io/rewrite-target: /$1", False),
    ("traefik.ingress.kubernetes.io/router.middlewares: web-login@kubernetescrd", True),
]


@pytest.mark.parametrize(("annotations", "guarded"), INGRESSES, ids=[row[0] for row in INGRESSES])
def test_guarded_ingresses(annotations: str, guarded: bool) -> None:
    text = cluster(metadata=f"name: dev, annotations: {{{annotations}}}")
    assert (fact(text, "exposure.ingress_restriction") != ABSENT_TEXT) == guarded


def by_hand(selector: str, ports: str, more: str = "type: LoadBalancer") -> str:
    return f"""\
apiVersion: v1
kind: Service
metadata: {{name: outside}}
spec: {{{more}, selector: {{{selector}}}, ports: [{ports}]}}
"""


ENTRANCES = [
    ("ray.io/cluster: dev", "{port: 80, targetPort: 8265}", ["LoadBalancer dashboard"]),
    ("ray.io/node-type: head", "{port: 10001}", ["LoadBalancer Ray client"]),
    ("ray.io/node-type: head", "{port: 80, targetPort: dashboard}", ["LoadBalancer dashboard"]),
    ("ray.io/node-type: head", "{port: 8000}, {port: 6379}", ["LoadBalancer GCS"]),
    ("ray.io/node-type: worker, ray.io/cluster: dev", "{port: 8265}", []),
    ("ray.io/cluster: other", "{port: 8265}", []),
    ("app: web", "{port: 8265}", []),
    ("ray.io/cluster: dev", "{port: 8000}, {port: 8080, targetPort: metrics}", []),
]


@pytest.mark.parametrize(("selector", "ports", "found"), ENTRANCES)
def test_entrances(selector: str, ports: str, found: list[str]) -> None:
    seen = model(f"{cluster()}---\n{by_hand(selector, ports)}").root("entrances")
    assert [f"{told(each.type)} {told(each.part)}" for each in seen] == found


BACKENDS = [
    ("{service: {name: dev-head-svc, port: {number: 8265}}}", 1),
    ("{service: {name: dev-head-svc, port: {name: dashboard}}}", 1),
    ("{serviceName: dev-head-svc, servicePort: 8265}", 1),
    ("{service: {name: dev-head-svc, port: {number: 8000}}}", 0),
    ("{service: {name: other-head-svc, port: {number: 8265}}}", 0),
    ("x", 0),
]


@pytest.mark.parametrize(("backend", "count"), BACKENDS)
def test_ingresses(backend: str, count: int) -> None:
    ingress = f"""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: web}}
spec: {{rules: [{{http: {{paths: [{{backend: {backend}}}]}}}}]}}
"""
    assert len(model(f"{cluster()}---\n{ingress}").root("entrances")) == count


SELECTORS = [
    (resource("RayService", "dev"), "RayService"),
    (resource("RayJob", "dev"), "RayJob"),
    (resource("RayCluster", "dev"), ABSENT_TEXT),
    (resource("RayService", "other"), ABSENT_TEXT),
    (f"{resource('RayService', 'dev')}---\n{resource('RayCluster', 'dev')}", ABSENT_TEXT),
]


@pytest.mark.parametrize(("ray", "maker"), SELECTORS)
def test_selectors(ray: str, maker: str) -> None:
    (found,) = model(f"{ray}---\n{by_hand('ray.io/cluster: dev', '{port: 1}')}").root("selectors")
    assert told(found.maker) == maker
    other = by_hand("ray.io/cluster: dev", "{port: 1}").replace("outside}", "o, namespace: web}")
    (found,) = model(f"{ray}---\n{other}").root("selectors")
    assert told(found.maker) == ABSENT_TEXT


MENDED_PORTS = [
    # ports of the head's container, a fact of the second or of the Service, what it is
    ("{containerPort: 9, name: a}, {containerPort: 1, name: Node_Metrics}", "fitting_name", "node-metrics"),
    ("{containerPort: 9, name: node}, {containerPort: 1, name: NODE}", "fitting_name", ABSENT_TEXT),
    ("{containerPort: 9, name: a}, {containerPort: 8000, name: a-very-long-name}", "fitting_name", "serve"),
    ("{containerPort: 9, name: a}, {containerPort: 1, name: fine}", "fitting_name", ABSENT_TEXT),
    ("{containerPort: 9, name: a}, {containerPort: 10001, name: a}", "usual_name", "client"),
    ("{containerPort: 9, name: client}, {containerPort: 10001, name: a}", "usual_name", ABSENT_TEXT),
    ("{containerPort: 9, name: a}, {containerPort: 10, name: a}", "usual_name", ABSENT_TEXT),
    ("{containerPort: 9, name: a}, {containerPort: 9, name: b}", "superfluous", ABSENT_TEXT),
    ("{containerPort: 9, name: a}, {containerPort: 9}", "superfluous", "{containerPort}"),
    ("{containerPort: 9, name: a}, {containerPort: 9, name: a, protocol: TCP}", "superfluous", "{containerPort, name, protocol}"),
    ("{containerPort: 9, name: a}, {containerPort: 9, hostPort: 9}", "superfluous", ABSENT_TEXT),
]  # fmt: skip


@pytest.mark.parametrize(("ports", "name", "expected"), MENDED_PORTS)
def test_what_is_meant_by_a_port(ports: str, name: str, expected: str) -> None:
    text = cluster(head_container=f"name: h, ports: [{ports}]")
    assert fact(text, f"head.pod.ray_container.ports[1].{name}") == expected


HIDDEN = [
    # start parameters, ports of the head, the hidden port's name and number
    ("", "{containerPort: 6379, name: gcs}", "dashboard 8265"),
    ("dashboard-port: '9'", "{containerPort: 6379, name: gcs}", "dashboard 9"),
    ("port: '7'", "{containerPort: 8265, name: dashboard}", "gcs-server 7"),
    ("", "{containerPort: 8265}, {containerPort: 6379}", "absent absent"),
    ("", "{containerPort: 1, name: a}", "absent absent"),
]


@pytest.mark.parametrize(("params", "ports", "expected"), HIDDEN)
def test_the_port_that_is_hidden(params: str, ports: str, expected: str) -> None:
    head = f"rayStartParams: {{{params}}}"
    text = cluster(head=head, head_container=f"name: h, ports: [{ports}]")
    facts = (f"head_service.{name}" for name in ("hidden_name", "hidden_port"))
    assert " ".join(fact(text, each) for each in facts) == expected


def test_places_for_ports() -> None:
    seen = model(cluster(head_container="name: h, ports: [{containerPort: 8000}]")).clusters[0]
    assert seen.head_service.next_entry.path[-2:] == ("ports", 1)
    assert seen.head_service.serve_entry.path[-2:] == ("ports", 0)
    assert seen.head.metrics_entry.path[-2:] == ("ports", 1)
    assert seen.workers[0].metrics_entry.path[-2:] == ("ports", 0)
    bare = model(cluster()).clusters[0]
    nowhere = (bare.head_service.next_entry, bare.head_service.serve_entry, bare.head.metrics_entry)
    assert not any(each.placed for each in nowhere)


STRAY = [
    # the port of headService or of the container, where its number is to be changed
    ("", "{containerPort: 9, name: dashboard}", ("ports", 0, "containerPort")),
    ("", "{containerPort: 9, name: dashboard}, {containerPort: 8265}", ()),
    ("headService: {spec: {ports: [{name: gcs, port: 6379, targetPort: 9}]}}", "{containerPort: 1}", ("ports", 0, "targetPort")),
    ("headService: {spec: {ports: [{name: gcs, port: 9, targetPort: 6379}]}}", "{containerPort: 1}", ("ports", 0, "port")),
]  # fmt: skip


@pytest.mark.parametrize(("head", "ports", "place"), STRAY)
def test_ports_that_lead_astray(head: str, ports: str, place: tuple[str | int, ...]) -> None:
    text = cluster(head=head or "labels: {}", head_container=f"name: h, ports: [{ports}]")
    (port, *_) = model(text).clusters[0].head_service.astray_ports
    assert port.stray.path[-3:] == place


def test_a_default_port_has_no_place() -> None:
    text = cluster(head="rayStartParams: {dashboard-port: '9'}", head_container="name: h")
    (port,) = model(text).clusters[0].head_service.astray_ports
    assert not port.stray.placed


TWICE = [
    ("{name: dashboard, port: 8265}", True),
    ("{name: dashboard, port: 8265, nodePort: 30000}", False),
    ("{name: dashboard, port: 8265, targetPort: 9}", False),
    ("{name: web, port: 8265}", False),
]


@pytest.mark.parametrize(("port", "superfluous"), TWICE)
def test_ports_that_kuberay_adds_anyway(port: str, superfluous: bool) -> None:
    text = cluster(head=f"headService: {{spec: {{ports: [{port}]}}}}", head_container="name: h")
    (found,) = model(text).clusters[0].head_service.repeated_ports
    assert found.superfluous.placed is superfluous


def test_a_name_for_a_port_without_one() -> None:
    text = cluster(head="headService: {spec: {ports: [{port: 80}]}}")
    assert fact(text, "head_settings.nameless_ports[0].own_name") == "80-port"
