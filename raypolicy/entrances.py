"""What people write in a bundle that leads to Ray's pods: Services, Ingresses, selectors. Not here:
what the operator makes (`effective`), and whether it is a mistake (rules).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.bundle import Bundle, Resource
from raypolicy.effective import exposure, podlabels, ports
from raypolicy.facts.cluster import Cluster
from raypolicy.facts.entrance import Entrance, Selector
from raypolicy.facts.view import Owner
from raypolicy.tree import Node
from raypolicy.values import placeholder

_PARTS: Final = (ports.DASHBOARD, ports.CLIENT, ports.GCS)
_SELECTORS: Final = {
    "Service": ("selector",),
    "NetworkPolicy": ("podSelector", "matchLabels"),
    "PodDisruptionBudget": ("selector", "matchLabels"),
    "PodMonitor": ("selector", "matchLabels"),
}


def selectors(bundle: Bundle, clusters: tuple[Cluster, ...], owner: Owner) -> tuple[Selector, ...]:
    """The selectors by the label of a cluster."""
    found: list[Selector] = []
    for resource in bundle.resources:
        if resource.kind in _SELECTORS:
            label = resource.node.get("spec", *_SELECTORS[resource.kind], podlabels.CLUSTER)
            if isinstance(label.known, str) and not placeholder(label.known):
                maker = _maker(label.known, resource, clusters)
                found.append(Selector(label, owner._replace(resource=resource), maker))
    return tuple(found)


def _maker(name: str, resource: Resource, clusters: tuple[Cluster, ...]) -> Node[str] | None:
    """The kind of the resource of that name that makes clusters under other names; None where a
    RayCluster has the name, or the label is given to the pods by hand."""
    makers = [cluster for cluster in clusters if cluster.owner_name.value == name]
    for cluster in makers:
        if cluster.owner.resource.kind == "RayCluster":
            return None
        for group in cluster.groups:
            labels = group.pod.metadata.get("labels")
            if not labels.get(podlabels.CLUSTER).absent:
                return None
    near = [
        each
        for each in makers
        if resource.namespace in ("", each.owner.resource.namespace)
        or not each.owner.resource.namespace
    ]
    return near[0].owner.resource.node.get("kind") if near else None


def entrances(bundle: Bundle, clusters: tuple[Cluster, ...], owner: Owner) -> tuple[Entrance, ...]:
    """The Services and Ingresses that lead to a part of Ray's on a head."""
    found: list[Entrance] = []
    for resource in bundle.resources:
        if resource.kind == "Service":
            found += _service(resource, clusters, owner._replace(resource=resource))
        elif resource.kind == "Ingress" and clusters:
            found += _ingress(resource, clusters, owner._replace(resource=resource))
    return tuple(found)


def _service(resource: Resource, clusters: tuple[Cluster, ...], owner: Owner) -> Iterator[Entrance]:
    selector = resource.node.get("spec", "selector")
    role, name = selector.get(podlabels.NODE_TYPE), selector.get(podlabels.CLUSTER)
    if role.value != "head" and (name.known is None or not role.absent):
        return
    selected = [each for each in clusters if name.known in (None, each.name.known)]
    restriction = exposure.service_restriction(resource.node)
    for port in resource.node.get("spec", "ports").items():
        target = port.get("targetPort").either(port.get("port"))
        for cluster in selected:
            part = _part(cluster, target.known)
            if part is not None:
                asked = cluster.exposure.authenticated
                yield Entrance(target, owner, part, restriction, asked)
                return


def _ingress(resource: Resource, clusters: tuple[Cluster, ...], owner: Owner) -> Iterator[Entrance]:
    spec = resource.node.get("spec")
    backends = [spec.get("defaultBackend")]
    for rule in spec.get("rules").items():
        backends += [path.get("backend") for path in rule.get("http", "paths").items()]
    annotations = resource.node.get("metadata", "annotations")
    of_class = spec.get("ingressClassName").either(annotations.get("kubernetes.io/ingress.class"))
    for backend in backends:
        name = backend.get("service", "name").either(backend.get("serviceName")).known
        port = backend.get("service", "port", "number")
        port = port.either(backend.get("service", "port", "name"))
        port = port.either(backend.get("servicePort"))
        for cluster in clusters:
            if name is not None and cluster.head_service.name.known == name:
                part = _part(cluster, port.known)
                if part is not None:
                    asked = cluster.exposure.authenticated
                    yield Entrance(port, owner, part, exposure.guard(annotations, of_class), asked)
                    return


def _part(cluster: Cluster, port: Any) -> str | None:
    """The part of Ray that a port of the head leads to, by number or by name."""
    if isinstance(port, str):
        part = ports.component(port)
        return part.name if part in _PARTS else None
    return next((each.name for each in _PARTS if cluster.head.listening(each).value == port), None)
