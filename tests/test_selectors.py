"""Selectors: what they choose, what they miss, and whether their ports lead anywhere."""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, model, told

from raypolicy.facts.selector import Selector

LABELLED = cluster(metadata="name: dev, labels: {team: ml}")
OWN = cluster(head="labels: {team: ml}")
KINDS = {
    "Service": "v1 {selector: {%s}}",
    "NetworkPolicy": "networking.k8s.io/v1 {podSelector: {matchLabels: {%s}}}",
    "PodDisruptionBudget": "policy/v1 {selector: {matchLabels: {%s}}}",
    "PodMonitor": "monitoring.coreos.com/v1 {selector: {matchLabels: {%s}}}",
    "ServiceMonitor": "monitoring.coreos.com/v1 {selector: {matchLabels: {%s}}}",
}


def object_of(kind: str, selector: str, more: str = "") -> str:
    version, spec = (KINDS[kind] % selector).split(" ", 1)
    return f"---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: s{more}}}\nspec: {spec}\n"


def seen(ray: str, kind: str, selector: str, more: str = "") -> list[Selector]:
    found = model(ray + object_of(kind, selector, more)).root("selectors")
    return [each for each in found if told(each.kind) == kind]


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind: str) -> None:
    (right,) = seen(LABELLED, kind, "ray.io/cluster: dev, ray.io/node-type: head")
    assert (told(right.selects), told(right.cluster), right.unmet) == ("true", "dev", ())
    (wrong,) = seen(LABELLED, kind, "ray.io/cluster: dev, ray.io/node-type: head, team: ml")
    (unmet,) = wrong.unmet
    assert told(wrong.selects) == "false"
    assert (told(unmet.asked), told(unmet.instead)) == ("team: ml", ABSENT_TEXT)
    service = kind == "ServiceMonitor"
    bearer = "the Service dev-head-svc" if service else "the head of RayCluster dev"
    assert told(unmet.bearer) == bearer
    assert seen(LABELLED, kind, "app: web") == []


RAYSERVICE = """\
apiVersion: ray.io/v1
kind: RayService
metadata: {name: models, labels: {team: ml}}
spec: {rayClusterConfig: {headGroupSpec: {template: {spec: {containers: [{name: h}]}}}}}
"""
UNMET = [
    # a resource, a selector, what is not met, what is there instead, whether that is a guess
    (LABELLED, "ray.io/cluster: dev, team: ml", "team: ml", ABSENT_TEXT, "false"),
    (LABELLED, "ray.io/node-type: head, team: ml", "team: ml", ABSENT_TEXT, "false"),
    (LABELLED, "ray.io/node-type: head, team: web", "-", "", ""),
    (LABELLED, "ray.io/cluster: dev, team: ml, env: prod", "team: ml", ABSENT_TEXT, "false"),
    (OWN, "ray.io/cluster: dev, team: web", "team: web", ABSENT_TEXT, "false"),
    (OWN, "ray.io/cluster: dev, ray.io/node-type: head, team: web", "team: web", "ml", "false"),
    (LABELLED, "ray.io/cluster: dev, ray.io/group: v", "ray.io/group: v", "w", "false"),
    (LABELLED, "ray.io/node-type: Head", "ray.io/node-type: Head", "head", "false"),
    (LABELLED, "ray.io/is-ray-node: 'true'", "ray.io/is-ray-node: true", "yes", "false"),
    (LABELLED, "ray.io/node-type: redis-cleanup", "-", "", ""),
    (LABELLED, "ray.io/cluster: other, team: ml", "-", "", ""),
    (LABELLED, "ray.io/cluster: dev, linkerd.io/workload-ns: ml", "-", "", ""),
    (cluster(metadata="name: dev, labels: {example.com/team: ml}"), "ray.io/cluster: dev, example.com/team: ml", "example.com/team: ml", ABSENT_TEXT, "false"),
    (cluster(head="labels: $LABELS"), "ray.io/cluster: dev, ray.io/node-type: head, team: ml", "-", "", ""),
    (cluster(head="labels: {$KEY: x}"), "ray.io/cluster: dev, ray.io/node-type: head, team: ml", "-", "", ""),
    (cluster(metadata="name: trainer"), "ray.io/cluster: trianer", "ray.io/cluster: trianer", "trainer", "true"),
    (cluster(metadata="name: trainer"), "ray.io/cluster: trianer, team: ml", "ray.io/cluster: trianer", "trainer", "true"),
    (cluster(metadata="name: trainer"), "ray.io/cluster: other", "-", "", ""),
    (LABELLED, "ray.io/cluster: dev, ray.io/serve: 'true', team: ml", "-", "", ""),
    (LABELLED, "ray.io/cluster: dev, team: $TEAM", "-", "", ""),
    (LABELLED, "ray.io/node-type: workers", "ray.io/node-type: workers", "worker", "false"),
    (LABELLED, "ray.io/cluster: dev, ray.io/node-typ: head", "ray.io/node-typ: head", ABSENT_TEXT, "false"),
    (LABELLED, "ray.io/cluster: dev, ray.io/region: eu", "-", "", ""),
    (LABELLED, "ray.io/cluster: dev, ray.io/team: ml", "-", "", ""),
    (cluster(head="labels: {ray.io/groups: ml}"), "ray.io/groups: web", "-", "", ""),
    (cluster(head="labels: $LABELS"), "ray.io/groups: web", "-", "", ""),
    (RAYSERVICE, "ray.io/node-type: head, team: ml", "team: ml", ABSENT_TEXT, "false"),
    (RAYSERVICE, "ray.io/cluster: models, team: ml", "-", "", ""),
    (RAYSERVICE, "ray.io/cluster: any, ray.io/node-type: head", "-", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("ray", "selector", "asked", "instead", "guessed"), UNMET)
def test_what_a_selector_misses(
    ray: str, selector: str, asked: str, instead: str, guessed: str
) -> None:
    (found,) = seen(ray, "Service", selector)
    if asked == "-":
        assert found.unmet == ()
    else:
        (unmet,) = found.unmet
        assert [told(unmet.asked), told(unmet.instead), told(unmet.guessed)] == [
            asked,
            instead,
            guessed,
        ]


def test_a_selector_of_another_namespace() -> None:
    ray = cluster(metadata="name: dev, namespace: ml")
    (found,) = seen(ray, "Service", "ray.io/cluster: dev, team: ml", ", namespace: web")
    assert (told(found.selects), found.unmet) == ("false", ())


def test_a_monitor_of_other_namespaces() -> None:
    ray = cluster(metadata="name: dev, namespace: ml")
    text = object_of("PodMonitor", "ray.io/node-type: head", ", namespace: prometheus")
    for where, selects in (
        ("", "false"),
        ("namespaceSelector: {any: true}, ", "true"),
        ("namespaceSelector: {matchNames: [ml, web]}, ", "true"),
        ("namespaceSelector: {matchNames: [web]}, ", "false"),
        ("namespaceSelector: {matchNames: [$NS]}, ", "true"),
    ):
        (found,) = model(ray + text.replace("spec: {", f"spec: {{{where}")).root("selectors")
        assert told(found.selects) == selects


def test_a_service_of_knative_has_no_selector() -> None:
    text = object_of("Service", "ray.io/cluster: dev").replace("v1", "serving.knative.dev/v1")
    assert model(cluster() + text).root("selectors") == ()


LISTED = "name: h, ports: [{containerPort: 8265, name: dashboard}]"
PORTS = [
    # head, its container, the workers' container, a selector, a port, what is told of it
    ("rayStartParams: {}", LISTED, "name: w", "head", "{port: 80, targetPort: dashboard}", "-"),
    ("rayStartParams: {}", LISTED, "name: w", "head", "{port: 80, targetPort: metrics}", "-"),
    ("rayStartParams: {}", LISTED, "name: w", "head", "{port: 80, targetPort: client}", "offered dashboard, metrics"),
    ("rayStartParams: {}", "name: h", "name: w", "head", "{port: 80, targetPort: dashboard}", "offered metrics"),
    ("rayStartParams: {}", "name: h, ports: $PORTS", "name: w", "head", "{port: 80, targetPort: x}", "-"),
    ("rayStartParams: {}", "name: h", "name: w", "head", "{port: 80, targetPort: $PORT}", "-"),
    ("rayStartParams: {}", "name: h", "name: w", "head", "{port: 80, targetPort: '8265'}", "-"),
    ("rayStartParams: {}", "name: h", "name: w", "head", "{port: 8265}", "-"),
    ("rayStartParams: {dashboard-port: '8266'}", "name: h", "name: w", "head", "{port: 8265}", "dashboard 8266"),
    ("rayStartParams: {dashboard-port: $PORT}", "name: h", "name: w", "head", "{port: 8265}", "-"),
    ("rayStartParams: {dashboard-port: '8266'}", LISTED, "name: w", "head", "{port: 8265}", "-"),
    ("rayStartParams: {dashboard-port: '8266', port: '8265'}", "name: h", "name: w", "head", "{port: 8265}", "-"),
    ("rayStartParams: {dashboard-port: '8266'}", "name: h, args: [ray start]", "name: w", "head", "{port: 8265}", "-"),
    ("rayStartParams: {}", "name: h", "name: w", "worker", "{port: 80, targetPort: 10001}", f"Ray client {ABSENT_TEXT}"),
    ("rayStartParams: {}", "name: h", "name: w}, {name: sidecar", "worker", "{port: 10001}", "-"),
    ("rayStartParams: {}", "name: h", "name: w", "worker", "{port: 8000}", "-"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "container", "worker", "role", "port", "known"), PORTS)
def test_ports(head: str, container: str, worker: str, role: str, port: str, known: str) -> None:
    ray = cluster(head=head, head_container=container, worker_container=worker)
    text = object_of("Service", f"ray.io/node-type: {role}")
    (found,) = model(ray + text.replace("spec: {", f"spec: {{ports: [{port}], ")).root("selectors")
    if known == "-":
        assert found.astray_ports == ()
    else:
        (astray,) = found.astray_ports
        kind, _, value = known.partition(" ")
        if kind == "offered":
            assert told(astray.offered) == value
        else:
            assert f"{told(astray.part)} {told(astray.listening)}" == known


MONITORS = [
    ("PodMonitor", "podMetricsEndpoints: [{port: http-envoy-prom}]", []),
    ("PodMonitor", "podMetricsEndpoints: [{port: metrics}]", []),
    ("PodMonitor", "podMetricsEndpoints: [{port: as-metrics}]", ["metrics"]),
    ("PodMonitor", "podMetricsEndpoints: [{targetPort: 1}]", []),
    ("ServiceMonitor", "endpoints: [{port: metrics}, {port: dashboard}]", []),
    ("ServiceMonitor", "endpoints: [{port: as-metrics}]", ["client, gcs-server, dashboard, serve, metrics"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "endpoints", "offered"), MONITORS)
def test_monitors(kind: str, endpoints: str, offered: list[str]) -> None:
    text = object_of(kind, "ray.io/cluster: dev, ray.io/node-type: head")
    (found,) = model(cluster() + text.replace("spec: {", f"spec: {{{endpoints}, ")).root(
        "selectors"
    )
    assert [told(each.offered) for each in found.astray_ports] == offered


def test_a_service_monitor_of_a_rayservice() -> None:
    (found,) = seen(RAYSERVICE, "ServiceMonitor", "ray.io/node-type: head")
    assert told(found.selects) == "true"
    (found,) = seen(RAYSERVICE, "ServiceMonitor", "ray.io/cluster: models-x2bcd")
    assert told(found.selects) == UNKNOWN


MADE_SERVICES = [
    # what is asked for, what of that is not met, whose it is
    ("ray.io/serve: models-serve", "", ""),
    ("ray.io/originated-from-cr-name: models", "", ""),
    ("ray.io/originated-from-crd: RayService, ray.io/node-type: head", "", ""),
    ("ray.io/serve: models", "ray.io/serve: models", "the Service models-serve-svc"),
    ("ray.io/serve: 'true'", "ray.io/serve: true", "the Service models-serve-svc"),
    ("ray.io/serve: mdoels-serve", "ray.io/serve: mdoels-serve", "the Service models-serve-svc"),
    ("ray.io/serve: models-serve, team: ml", "team: ml", "the Service models-serve-svc"),
    ("ray.io/serv: models-serve", "ray.io/serv: models-serve", "the Service models-serve-svc"),
    ("ray.io/serve: other", "-", ""),
    ("ray.io/service: models", "-", ""),
]


@pytest.mark.parametrize(("selector", "asked", "bearer"), MADE_SERVICES)
def test_the_labels_of_the_services_that_are_made(selector: str, asked: str, bearer: str) -> None:
    (found,) = seen(RAYSERVICE, "ServiceMonitor", selector)
    assert (told(found.selects) == "true") == (not asked)
    assert [[told(each.asked), told(each.bearer)] for each in found.unmet] == (
        [[asked, bearer]] if bearer else []
    )


def test_the_labels_of_older_services() -> None:
    for release, key in (("1.0", "ray.io/service"), ("1.1", "ray.io/originated-from-cr-name")):
        text = RAYSERVICE + object_of("ServiceMonitor", f"{key}: models")
        (found,) = model(text, release).root("selectors")
        assert told(found.selects) == "true"


def test_a_port_of_a_service_of_serve() -> None:
    text = object_of("ServiceMonitor", "ray.io/serve: models-serve")
    for port, offered in (("serve", []), ("http", ["serve"])):
        spec = text.replace("spec: {", f"spec: {{endpoints: [{{port: {port}}}], ")
        (found,) = model(RAYSERVICE + spec).root("selectors")
        assert [told(each.offered) for each in found.astray_ports] == offered


def test_custom_labels_of_a_rayservices_head_service_are_those_of_one_of_two() -> None:
    ray = RAYSERVICE.replace(
        "headGroupSpec: {", "headGroupSpec: {headService: {metadata: {labels: {team: ml}}}, "
    )
    (found,) = seen(ray, "ServiceMonitor", "ray.io/node-type: head, team: ml")
    assert (told(found.selects), found.unmet) == (UNKNOWN, ())


def test_the_key_that_is_meant() -> None:
    (found,) = seen(LABELLED, "PodDisruptionBudget", "ray.io/node-typ: head")
    (unmet,) = found.unmet
    assert (told(unmet.meant), told(unmet.bearer)) == (
        "ray.io/node-type",
        "the head of RayCluster dev",
    )
    (found,) = seen(LABELLED, "PodDisruptionBudget", "ray.io/node-type: Head")
    assert told(found.unmet[0].meant) == ABSENT_TEXT


RESPELT = [
    ("ray.io/cluster: dev, ray.io/node-type: Head", "head"),
    ("ray.io/cluster: dev, ray.io/node-type: haed", "head"),
    ("ray.io/cluster: dev, ray.io/group: v", ABSENT_TEXT),
    ("ray.io/cluster: dev, team: ml", ABSENT_TEXT),
]


@pytest.mark.parametrize(("selector", "respelt"), RESPELT)
def test_slips_in_what_is_asked_for(selector: str, respelt: str) -> None:
    ((unmet,),) = [each.unmet for each in seen(LABELLED, "Service", selector)]
    assert told(unmet.respelt) == respelt


def test_where_a_selector_could_look() -> None:
    ray = cluster(metadata="name: dev, namespace: ml")
    places = {
        kind: seen(ray, kind, "ray.io/cluster: dev", ", namespace: web")[0].reach.path
        for kind in ("Service", "PodMonitor")
    }
    assert places == {
        "Service": ("metadata", "namespace"),
        "PodMonitor": ("spec", "namespaceSelector", "matchNames", 0),
    }
