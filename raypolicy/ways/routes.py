"""What routes are written to lead to, kind by kind. Not here: whether that is there (`backends`).

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/,
https://gateway-api.sigs.k8s.io/reference/spec/, https://istio.io/latest/docs/reference/config/networking/virtual-service/,
https://docs.openshift.com/container-platform/latest/rest_api/network_apis/route-route-openshift-io-v1.html,
https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final, NamedTuple

from raypolicy.bundle import Resource
from raypolicy.effective import exposure
from raypolicy.tree import ABSENT, PLACEHOLDER, Node, Unknown
from raypolicy.values import placeholder

_NOT_A_SERVICE: Final = Unknown("a host that is no Service of this cluster")


class Leg(NamedTuple):
    """One way that a route takes: the name of the Service, the namespace where one is written, and
    the number or name of the port.

    `by_target` says that a number is that of the pods' port. `guard` is what the route itself says
    about who is let in, absent if nothing. `gates` are the names of the Gateways it hangs on, each
    with its namespace; None where nothing stands between it and the outside.
    """

    resource: Resource
    service: Node[str]
    namespace: Node[str]
    port: Node[Any]
    guard: Node[str]
    by_target: bool = False
    gates: tuple[tuple[str, str], ...] | None = None


def legs(resource: Resource) -> Iterator[Leg]:
    """All ways that a route takes; none of an object of that kind in another API."""
    groups, read = KINDS[resource.kind]
    if resource.api_version.partition("/")[0] in groups:
        yield from read(resource)


def _ingress(resource: Resource) -> Iterator[Leg]:
    spec, annotations = _spec(resource), _annotations(resource)
    backends = [spec.get("defaultBackend"), spec.get("backend")]
    for rule in spec.get("rules").items():
        backends += [path.get("backend") for path in rule.get("http", "paths").items()]
    of_class = spec.get("ingressClassName").either(annotations.get("kubernetes.io/ingress.class"))
    for backend in backends:
        service = backend.get("service")
        port = service.get("port", "number").either(service.get("port", "name"))
        yield Leg(
            resource,
            service.get("name").either(backend.get("serviceName")),
            spec.put(ABSENT),
            port.either(backend.get("servicePort")),
            exposure.guard(annotations, of_class),
        )


def _gateway_route(resource: Resource) -> Iterator[Leg]:
    spec = _spec(resource)
    gates = tuple(_gate(parent, resource) for parent in spec.get("parentRefs").items())
    for rule in spec.get("rules").items():
        filters = [*rule.get("filters").items()]
        for backend in rule.get("backendRefs").items():
            own = chain(filters, backend.get("filters").items())
            guard = next((each.get("type") for each in own if _asks(each)), spec.put(ABSENT))
            if backend.get("kind").value in (ABSENT, "Service") and not backend.get("group").known:
                name, namespace = backend.get("name"), backend.get("namespace")
                guards = exposure.guard(_annotations(resource), spec.put(ABSENT))
                port, guard = backend.get("port"), guard.either(guards)
                yield Leg(resource, name, namespace, port, guard, gates=gates)


def _gate(parent: Node[Any], resource: Resource) -> tuple[str, str]:
    kind, name = parent.get("kind").value, parent.get("name").known
    if kind not in (ABSENT, "Gateway") or not isinstance(name, str):
        return ("", "")
    namespace = parent.get("namespace").known
    return (name, namespace if isinstance(namespace, str) else resource.namespace)


def _asks(route_filter: Node[Any]) -> bool:
    """Whether a filter may ask who somebody is."""
    return route_filter.get("type").value in ("ExtensionRef", "ExternalAuth")


def _openshift(resource: Resource) -> Iterator[Leg]:
    spec, annotations = _spec(resource), _annotations(resource)
    port, guard = spec.get("port", "targetPort"), exposure.guard(annotations, spec.put(ABSENT))
    for target in (spec.get("to"), *spec.get("alternateBackends").items()):
        if target.get("kind").value in (ABSENT, "Service"):
            name = target.get("name")
            yield Leg(resource, name, spec.put(ABSENT), port, guard, by_target=True)


def _istio(resource: Resource) -> Iterator[Leg]:
    spec, annotations = _spec(resource), _annotations(resource)
    guard = exposure.guard(annotations, spec.put(ABSENT))
    gates = [*_istio_gates(spec.get("gateways"), resource)]
    routes = chain(spec.get("http").items(), spec.get("tcp").items(), spec.get("tls").items())
    for route in routes:
        named = [
            each for match in route.get("match").items() for each in match.get("gateways").items()
        ]
        own = tuple(gates) if not named else (("", ""),)
        for target in (*route.get("route").items(), *_mirrors(route)):
            destination = target.get("destination")
            name, namespace = _host(destination.get("host"))
            port = destination.get("port", "number")
            yield Leg(resource, name, namespace, port, guard, gates=own)


def _mirrors(route: Node[Any]) -> Iterator[Node[Any]]:
    yield from route.get("mirrors").items()


def _istio_gates(gateways: Node[Any], resource: Resource) -> Iterator[tuple[str, str]]:
    for gateway in gateways.items():
        namespace, slash, name = str(gateway.value).rpartition("/")
        if name != "mesh":
            yield (name, namespace if slash else resource.namespace)


def _host(host: Node[Any]) -> tuple[Node[str], Node[str]]:
    """The Service and the namespace in a host: a short name or one in full."""
    text = host.value
    none: Node[str] = host.put(ABSENT)
    if type(text) is not str:
        return host, none
    if placeholder(text):
        return host.put(PLACEHOLDER), none
    name, *rest = text.split(".")
    if not rest:
        return host, none
    if len(rest) < 2 or rest[1] != "svc":
        return host.put(_NOT_A_SERVICE), none
    start = len(name) + 1
    return host.part(0, len(name)), host.part(start, start + len(rest[0]))


def _traefik(resource: Resource) -> Iterator[Leg]:
    spec = _spec(resource)
    for route in spec.get("routes").items():
        middlewares = route.get("middlewares")
        guarded = middlewares.value not in (ABSENT, [])
        guard: Node[str] = middlewares.put("middlewares" if guarded else ABSENT)
        for service in route.get("services").items():
            if service.get("kind").value in (ABSENT, "Service"):
                name, namespace = service.get("name"), service.get("namespace")
                yield Leg(resource, name, namespace, service.get("port"), guard)


def _spec(resource: Resource) -> Node[Any]:
    return resource.node.get("spec")


def _annotations(resource: Resource) -> Node[Any]:
    return resource.node.get("metadata", "annotations")


_Reader = Callable[[Resource], Iterable[Leg]]
_GATEWAY_API: Final = frozenset({"gateway.networking.k8s.io"})
_TRAEFIK: Final = frozenset({"traefik.io", "traefik.containo.us"})
KINDS: Final[dict[str, tuple[frozenset[str], _Reader]]] = {
    "Ingress": (frozenset({"networking.k8s.io", "extensions"}), _ingress),
    **dict.fromkeys(
        ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"),
        (_GATEWAY_API, _gateway_route),
    ),
    "Route": (frozenset({"route.openshift.io"}), _openshift),
    "VirtualService": (frozenset({"networking.istio.io"}), _istio),
    "IngressRoute": (_TRAEFIK, _traefik),
    "IngressRouteTCP": (_TRAEFIK, _traefik),
}
"""Kinds that lead to Services, the groups of their API, and how they are read."""
GATEWAY_ROUTES: Final = frozenset(
    kind for kind, (groups, _) in KINDS.items() if groups is _GATEWAY_API
)
CROSSING: Final = frozenset({*GATEWAY_ROUTES, "VirtualService", "IngressRoute", "IngressRouteTCP"})
"""Kinds that may name a Service in another namespace."""
