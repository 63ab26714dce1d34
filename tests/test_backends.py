"""Routes: what they lead to, and what is known of it."""

from __future__ import annotations

import pytest
from test_facts import ABSENT_TEXT, UNKNOWN, cluster, model, told

from raypolicy.facts.backend import Backend
from raypolicy.neighbours import IN_WAYS
from raypolicy.ways import routes, writtenselectors

INGRESS = "networking.k8s.io/v1 Ingress {defaultBackend: {service: {name: %s, port: {number: %s}}}}"
ROUTES = {
    "Ingress": INGRESS,
    "path": "networking.k8s.io/v1 Ingress {rules: [{http: {paths: [{backend: {service: {name: %s, port: {number: %s}}}}]}}]}",
    "old Ingress": "extensions/v1beta1 Ingress {backend: {serviceName: %s, servicePort: %s}}",
    "HTTPRoute": "gateway.networking.k8s.io/v1 HTTPRoute {rules: [{backendRefs: [{name: %s, port: %s}]}]}",
    "GRPCRoute": "gateway.networking.k8s.io/v1 GRPCRoute {rules: [{backendRefs: [{name: %s, port: %s}]}]}",
    "TCPRoute": "gateway.networking.k8s.io/v1alpha2 TCPRoute {rules: [{backendRefs: [{kind: Service, group: '', name: %s, port: %s}]}]}",
    "Route": "route.openshift.io/v1 Route {to: {kind: Service, name: %s}, port: {targetPort: %s}}",
    "VirtualService": "networking.istio.io/v1 VirtualService {http: [{route: [{destination: {host: %s, port: {number: %s}}}]}]}",
    "tcp": "networking.istio.io/v1beta1 VirtualService {tcp: [{route: [{destination: {host: %s, port: {number: %s}}}]}]}",
    "IngressRoute": "traefik.io/v1alpha1 IngressRoute {routes: [{services: [{name: %s, port: %s}]}]}",
    "IngressRouteTCP": "traefik.containo.us/v1alpha1 IngressRouteTCP {routes: [{services: [{name: %s, port: %s}]}]}",
}  # fmt: skip


def written(route: str, service: str = "dev-head-svc", port: str = "8265", more: str = "") -> str:
    version, kind, spec = (route % (service, port)).split(" ", 2)
    metadata = f"{{name: web{more}}}"
    return f"---\napiVersion: {version}\nkind: {kind}\nmetadata: {metadata}\nspec: {spec}\n"


def seen(text: str) -> tuple[Backend, ...]:
    return model(text).root("backends")


def test_ways_are_looked_for_by_all_kinds_that_there_are() -> None:
    assert {*routes.KINDS, *writtenselectors.KINDS} == IN_WAYS


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
def test_kinds_of_routes(route: str) -> None:
    (right,) = seen(cluster() + written(route))
    (service,) = right.targets
    assert (told(right.found), told(right.offered_ports), service.name.value) == (
        "true",
        ABSENT_TEXT,
        "dev-head-svc",
    )
    (wrong,) = seen(cluster() + written(route, port="9999"))
    assert told(wrong.offered_ports) == "6379, 8000, 8080, 8265, 10001"
    assert wrong.port.span.text == "9999"


OTHERS = [
    "config.openshift.io/v1 Ingress {defaultBackend: {service: {name: %s, port: {number: %s}}}}",
    "gateway.networking.k8s.io/v1 HTTPRoute {rules: [{backendRefs: [{kind: Bucket, name: %s, port: %s}]}]}",
    "serving.knative.dev/v1 Route {to: {kind: Service, name: %s}, port: {targetPort: %s}}",
    "route.openshift.io/v1 Route {to: {kind: Other, name: %s}, port: {targetPort: %s}}",
    "networking.k8s.io/v1 Ingress %s %s",
    "networking.k8s.io/v1 Ingress {rules: [{http: [%s, %s]}]}",
]  # fmt: skip


@pytest.mark.parametrize("route", OTHERS)
def test_what_only_looks_like_a_route(route: str) -> None:
    assert seen(cluster() + written(route)) == ()


TRAINER = cluster(metadata="name: trainer")
SERVE = "apiVersion: ray.io/v1\nkind: RayService\nmetadata: {name: models}\nspec: {rayClusterConfig: {headGroupSpec: {template: {spec: {containers: [{name: h}]}}}}}\n"
NAMES = [
    # a resource, a name, a port, what is known of it
    (TRAINER, "trainer-head-svc", "8265", "found"),
    (TRAINER, "traner-head-svc", "8265", "nearest trainer-head-svc"),
    (TRAINER, "trainer-haed-svc", "8265", "nearest trainer-head-svc"),
    (TRAINER, "other-haed-svc", "8265", "-"),
    (TRAINER, "trainer-srv-svc", "8000", "-"),
    (SERVE, "models-srv-svc", "8000", "nearest models-serve-svc"),
    (SERVE, "models-serve-service", "8000", "nearest models-serve-svc"),
    (SERVE, "models-head-service", "8265", "nearest models-head-svc"),
    (SERVE, "others-serve-service", "8000", "-"),
    (SERVE, "models-server-svc", "8000", "nearest models-serve-svc"),
    (SERVE, "models-api-svc", "8000", "-"),
    (TRAINER, "trainer", "8265", "nearest trainer-head-svc"),
    (TRAINER, "trainer-head", "8265", "nearest trainer-head-svc"),
    (TRAINER, "trainer-serve-svc", "8000", "unserved trainer"),
    (TRAINER, "grafana", "80", "-"),
    (TRAINER, "other-head-svc", "8265", "-"),
    (TRAINER, "${NAME}-head-svc", "8265", "-"),
    (SERVE, "models", "8265", "nearest models-head-svc"),
    (SERVE, "models", "8000", "nearest models-serve-svc"),
    (SERVE, "models", "1", "-"),
    (SERVE, "models-x2bcd-serve-svc", "8000", "lasting models-serve-svc"),
    (SERVE, "models-raycluster-x2bcd-head-svc", "8265", "lasting models-head-svc"),
]


@pytest.mark.parametrize(("ray", "name", "port", "known"), NAMES, ids=lambda value: value[-24:])
def test_what_is_known_of_a_name(ray: str, name: str, port: str, known: str) -> None:
    found = seen(ray + written(INGRESS, f"'{name}'", port))
    if known == "-":
        assert found == ()
    elif known == "found":
        assert told(found[0].found) == "true"
    else:
        fact, _, value = known.partition(" ")
        assert told(found[0].found) == "false"
        assert told(getattr(found[0], fact)) == value


HEAD_SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: dashboard}
spec:
  selector: {ray.io/cluster: dev, ray.io/node-type: head}
  ports: [{name: http, port: 80, targetPort: 8265}]
"""


def test_services_by_hand() -> None:
    text = cluster() + HEAD_SERVICE
    (right,) = seen(text + written(INGRESS, "dashboard", "80"))
    assert (told(right.found), told(right.offered_ports)) == ("true", ABSENT_TEXT)
    (wrong,) = seen(text + written(INGRESS, "dashboard", "8265"))
    assert told(wrong.offered_ports) == "80"
    (by_target,) = seen(text + written(ROUTES["Route"], "dashboard", "8265"))
    assert told(by_target.offered_ports) == ABSENT_TEXT
    (by_number,) = seen(text + written(ROUTES["Route"], "dashboard", "80"))
    assert told(by_number.offered_ports) == "8265"
    (by_name,) = seen(text + written(ROUTES["Route"], "dashboard", "https"))
    assert told(by_name.offered_ports) == "http"
    (misspelt,) = seen(text + written(INGRESS, "dashbord", "80"))
    assert told(misspelt.nearest) == "dashboard"


def test_services_of_others() -> None:
    other = HEAD_SERVICE.replace("ray.io/cluster: dev, ray.io/node-type: head", "app: web")
    assert seen(cluster() + other + written(INGRESS, "dashboard", "8265")) == ()
    assert seen(cluster() + other + written(INGRESS, "dashbord", "8265")) == ()


def test_two_of_one_name() -> None:
    (found,) = seen(f"{cluster()}---\n{cluster()}{written(INGRESS, port='9999')}")
    assert (told(found.found), told(found.offered_ports)) == (UNKNOWN, ABSENT_TEXT)
    assert len(found.targets) == 2


NAMESPACES = [
    # a route, its namespace, where the Service is instead
    (INGRESS, "ml", ABSENT_TEXT),
    (INGRESS, "web", "ml"),
    (INGRESS, "", ABSENT_TEXT),
    (INGRESS, "$NS", ABSENT_TEXT),
    (ROUTES["HTTPRoute"].replace("name:", "namespace: ml, name:"), "web", ABSENT_TEXT),
    (ROUTES["HTTPRoute"].replace("name:", "namespace: web, name:"), "ml", "ml"),
    (ROUTES["VirtualService"].replace("%s,", "%s.ml.svc.cluster.local,"), "web", ABSENT_TEXT),
    (ROUTES["VirtualService"], "web", "ml"),
]


@pytest.mark.parametrize(("route", "namespace", "elsewhere"), NAMESPACES)
def test_namespaces(route: str, namespace: str, elsewhere: str) -> None:
    more = f", namespace: {namespace}" if namespace else ""
    text = cluster(metadata="name: dev, namespace: ml")
    (found,) = seen(text + written(route, more=more))
    assert told(found.elsewhere) == elsewhere


HOSTS = ["ray.example.com", "dev-head-svc.ml", "'*'", "${HOST}"]


@pytest.mark.parametrize("host", HOSTS)
def test_hosts_that_are_no_service_of_ours(host: str) -> None:
    assert seen(cluster() + written(ROUTES["VirtualService"], host)) == ()


GRANT = "---\napiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {name: g, namespace: %s}\nspec: {from: [{group: gateway.networking.k8s.io, kind: %s, namespace: %s}], to: [{group: '', kind: Service%s}]}\n"
GRANTS = [
    # a grant, whether the route is let in
    ("", "false"),
    (GRANT % ("ml", "HTTPRoute", "web", ""), "true"),
    (GRANT % ("ml", "HTTPRoute", "web", ", name: dev-head-svc"), "true"),
    (GRANT % ("ml", "HTTPRoute", "web", ", name: other"), "false"),
    (GRANT % ("ml", "GRPCRoute", "web", ""), "false"),
    (GRANT % ("ml", "HTTPRoute", "shop", ""), "false"),
    (GRANT % ("web", "HTTPRoute", "web", ""), "false"),
    (GRANT % ("ml", "HTTPRoute", "$NS", ""), "true"),
]


@pytest.mark.parametrize(("grant", "granted"), GRANTS)
def test_grants(grant: str, granted: str) -> None:
    text = cluster(metadata="name: dev, namespace: ml")
    route = ROUTES["HTTPRoute"].replace("name:", "namespace: ml, name:")
    (found,) = seen(text + grant + written(route, more=", namespace: web"))
    assert told(found.granted) == granted


GATE = "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g%s}\nspec: {gatewayClassName: %s}\n"
HTTP = ROUTES["HTTPRoute"].replace("{rules", "{parentRefs: [{name: g}], rules")
MESH = ROUTES["VirtualService"].replace("{http", "{gateways: [%s], http")
GUARDS = [
    # a route, what stands beside it, what keeps strangers away; None where they cannot come
    (HTTP, GATE % ("", "istio"), ABSENT_TEXT),
    (HTTP, "", UNKNOWN),
    (HTTP, GATE % (", namespace: other", "istio"), ABSENT_TEXT),
    (HTTP, GATE % ("", "gke-l7-rilb"), "gke-l7-rilb"),
    (HTTP, GATE % ("", "nginx-internal"), "nginx-internal"),
    (ROUTES["HTTPRoute"], GATE % ("", "istio"), None),
    (ROUTES["VirtualService"], "", None),
    (MESH.replace("%s", "mesh", 1), "", None),
    (MESH.replace("%s", "infra/g", 1), GATE % (", namespace: infra", "x"), ABSENT_TEXT),
    (MESH.replace("%s", "infra/g", 1), GATE % (", namespace: web", "x"), UNKNOWN),
    (ROUTES["Route"], "", ABSENT_TEXT),
    (ROUTES["IngressRoute"], "", ABSENT_TEXT),
    (ROUTES["IngressRoute"].replace("services", "middlewares: [{name: m}], services"), "", "middlewares"),
]  # fmt: skip


@pytest.mark.parametrize(("route", "beside", "guard"), GUARDS)
def test_what_keeps_strangers_away(route: str, beside: str, guard: str | None) -> None:
    found = model(cluster() + beside + written(route)).root("entrances")
    assert [told(each.restriction) for each in found] == ([] if guard is None else [guard])


TLS = "name: h, env: [{name: RAY_USE_TLS, value: %s}]"
ASKED = [
    ("name: h", "10001", "false"),
    (TLS % "'1'", "10001", "true"),
    (TLS % "'True'", "6379", "true"),
    (TLS % "'0'", "10001", "false"),
    (TLS % "$TLS", "10001", UNKNOWN),
    (TLS % "'1'", "8265", "false"),
]


@pytest.mark.parametrize(("container", "port", "asked"), ASKED)
def test_certificates(container: str, port: str, asked: str) -> None:
    (found,) = model(cluster(head_container=container) + written(INGRESS, port=port)).root(
        "entrances"
    )
    assert told(found.authenticated) == asked


def test_the_widest_way_of_a_service() -> None:
    ports = "ports: [{name: c, port: 10001}, {name: d, port: 8265}]"
    service = HEAD_SERVICE.replace("ports: [{name: http, port: 80, targetPort: 8265}]", ports)
    (found,) = model(cluster(head_container=TLS % "'1'") + service).root("entrances")
    assert told(found.part) == "dashboard"
