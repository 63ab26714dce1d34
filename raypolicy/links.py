"""Who makes, names, selects and calls whom in a bundle. Not here: who reaches whom (`graph`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from raypolicy.bundle import Resource
from raypolicy.facts.flow import Flow
from raypolicy.graph import (
    CLOSED,
    FOUND,
    MADE,
    MISSING,
    OPEN,
    OUTSIDE,
    UNKNOWN,
    WRITTEN,
    Edge,
    Graph,
    Vertex,
)
from raypolicy.inventory import UNNAMESPACED
from raypolicy.model import Model
from raypolicy.policies.calls import Calls, leads_to
from raypolicy.tree import Node, Unknown
from raypolicy.ways.madeservices import Derived, MadeServices, written_namespace
from raypolicy.ways.podsets import PodSet

PODS: Final = "pods"


def graph_of(model: Model) -> Graph:
    """The graph of a bundle: Ray's objects, what they make, and all that they are linked with."""
    found: dict[Any, Edge] = {}
    for edge in _edges(model):
        found.setdefault(edge[:4], edge)
    edges = tuple(found.values())
    vertices = {_vertex(resource): WRITTEN for resource in model.bundle.ray}
    leading = (*model.root("selectors"), *model.root("backends"))
    vertices.update((_vertex(each.owner.resource), WRITTEN) for each in leading)
    written = {_vertex(resource) for resource in model.bundle.resources}
    for edge in edges:
        for vertex, state in ((edge.source, WRITTEN), (edge.target, _state(edge))):
            vertices.setdefault(vertex, WRITTEN if vertex in written else state)
    return Graph(vertices, edges)


def _state(edge: Edge) -> str:
    if edge.target.kind == "":
        return OUTSIDE
    if edge.state in (MISSING, UNKNOWN):
        return edge.state
    return MADE if edge.via == "makes" or edge.target.kind == PODS else WRITTEN


def _edges(model: Model) -> Iterator[Edge]:
    services = model.neighbours.made_services
    yield from _made(model, services)
    for reference in model.root("references"):
        source, kind = _vertex(reference.owner.resource), str(reference.kind.value)
        namespace = "" if kind in UNNAMESPACED else source.namespace
        there = Vertex(kind, namespace, str(reference.node.value))
        there = there if reference.target is None else _vertex(reference.target)
        state = _found(reference.found.value)
        yield Edge(source, there, reference.via.value, state, reference.node)
    for backend in model.root("backends"):
        source, state = _vertex(backend.owner.resource), _found(backend.found.value)
        for target in backend.targets or (None,):
            there = Vertex("Service", source.namespace, str(backend.node.value))
            there = there if target is None else _target(target)
            yield Edge(source, there, "routes to", state, backend.node)
    for selector in model.root("selectors"):
        source = _vertex(selector.owner.resource)
        for target in selector.targets:
            yield Edge(source, _target(target), "selects", FOUND, selector.node)
    yield from _around(model)
    yield from _calls(model, services)
    yield from _flows(model)


def _made(model: Model, services: MadeServices) -> Iterator[Edge]:
    """What the operator makes of Ray's objects, and what its Services lead to."""
    for cluster in model.known_clusters:
        for group in cluster.groups:
            pods = _pods(cluster.owner.resource, str(group.name.value))
            yield Edge(_vertex(cluster.owner.resource), pods, "makes")
    for service in services.all():
        owner, there = service.cluster.owner.resource, _target(service)
        yield Edge(_vertex(owner), there, "makes")
        for group in service.cluster.groups:
            if leads_to(service, str(group.role.value)):
                yield Edge(there, _pods(owner, str(group.name.value)), "selects")


def _around(model: Model) -> Iterator[Edge]:
    """Queues and what they name, what scales Ray's objects, who gives rights to their accounts."""
    for queue in model.root("queues"):
        for link in queue.links:
            source = _vertex(link.owner.resource)
            there = Vertex(str(link.kind.value), "", str(link.node.value))
            yield Edge(source, there, "names", _found(link.found.value), link.node)
    for scaler in model.root("scalers"):
        source, called = _vertex(scaler.owner.resource), str(scaler.target_name.value)
        there = Vertex(str(scaler.node.value), source.namespace, called)
        found = model.inventory.named(there.kind, called, source.namespace)
        yield Edge(source, there, "scales", FOUND if found else MISSING, scaler.target_name)
    yield from _bindings(model)


def _bindings(model: Model) -> Iterator[Edge]:
    """Who gives rights to the accounts that pods name."""
    accounts = {
        (str(each.node.value), written_namespace(each.owner.resource))
        for each in model.root("references")
        if each.kind.value == "ServiceAccount"
    }
    for kind in ("RoleBinding", "ClusterRoleBinding") if accounts else ():
        for binding in model.inventory.of_kind(kind):
            for subject in binding.node.get("subjects").items():
                name = subject.get("name")
                called, space = str(name.value), str(subject.get("namespace").value)
                if not accounts.isdisjoint({(called, space), (called, "")}):
                    found = model.inventory.named("ServiceAccount", called, space)
                    there = Vertex("ServiceAccount", space, called)
                    yield Edge(_vertex(binding), there, "binds", FOUND if found else MISSING, name)


def _calls(model: Model, services: MadeServices) -> Iterator[Edge]:
    """Who names which Service in an address; closed where the policies of either end do so."""
    calls = Calls(model.inventory, model.pods)
    for address in model.root("addresses"):
        source = _vertex(address.owner.resource)
        called, namespace = str(address.node.value), address.namespace.known or source.namespace
        port = "" if address.port.known is None else f" port {address.port.known} of"
        there, state = Vertex("Service", namespace, called), _found(address.found.value)
        node: Node[Any] | None = address.node
        made = services.named(called, namespace)
        written = model.inventory.named("Service", called, namespace)
        if made:
            call, there = calls.judged(address, made[0]), _target(made[0])
            if call.open is False:
                state, node = CLOSED, call.closed_by
            elif call.open is not True:
                state = UNKNOWN
        elif written:
            there, state = _vertex(written[0]), FOUND
        yield Edge(source, there, f"calls{port}", state, node)


def _flows(model: Model) -> Iterator[Edge]:
    """Ray's flows, each let through only if the policies of both ends do so."""
    found: dict[tuple[Vertex, Vertex, str], Edge] = {}
    for flow in model.root("flows"):
        one = _flow(flow)
        ends = (one.source, one.target, one.via)
        other = found.get(ends, one)
        found[ends] = max(one, other, key=lambda edge: (OPEN, UNKNOWN, CLOSED).index(edge.state))
    yield from found.values()


def _flow(flow: Flow) -> Edge:
    resource, ports = flow.owner.resource, f"{flow.kind.value} {flow.ports.value}"
    source, target = (_end(resource, str(each.value)) for each in (flow.source, flow.destination))
    state = {True: OPEN, False: CLOSED}.get(flow.is_open.value, UNKNOWN)
    return Edge(source, target, ports, state, flow.closed_by if state == CLOSED else flow.node)


def _end(resource: Resource, called: str) -> Vertex:
    """One end of a flow: pods of the cluster, or what lies outside of the bundle."""
    if called == "head":
        return _pods(resource, "head")
    if called.startswith("worker group "):
        return _pods(resource, called.removeprefix("worker group "))
    if called == "submitter":
        return _vertex(resource)
    return Vertex("", "", called)


def _target(thing: Any) -> Vertex:
    if isinstance(thing, Derived):
        return Vertex("Service", thing.namespace, str(thing.name.value))
    if isinstance(thing, PodSet):
        if thing.group is None:
            return _vertex(thing.owner.resource)
        return _pods(thing.owner.resource, str(thing.group.name.value))
    return _vertex(thing)


def _pods(resource: Resource, group: str) -> Vertex:
    return Vertex(PODS, written_namespace(resource), f"{resource.name}/{group}")


def _vertex(resource: Resource) -> Vertex:
    return Vertex(resource.kind, written_namespace(resource), resource.name)


def _found(value: object) -> str:
    if isinstance(value, Unknown):
        return UNKNOWN
    return FOUND if value is True else MISSING
