"""A bundle as vertices and edges, asked who reaches whom. Not here: how they are found
(`links`), drawing them (`drawing`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from raypolicy.through import on_ways
from raypolicy.tree import Node

WRITTEN: Final = "written"
MADE: Final = "made"
OUTSIDE: Final = "outside"
FOUND: Final = "found"
MISSING: Final = "missing"
UNKNOWN: Final = "unknown"
OPEN: Final = "open"
CLOSED: Final = "closed"


class Vertex(NamedTuple):
    """An object of a bundle, pods that one makes, or what lies outside, such as DNS."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place}".strip()

    @property
    def names(self) -> tuple[str, ...]:
        """What a user may call it: with or without its kind and its namespace."""
        place = f"{self.namespace}/{self.name}"
        alone = (self.name, f"{self.kind}/{self.name}", f"{self.kind} {self.name}")
        return (*alone, place, f"{self.kind}/{place}", str(self)) if self.namespace else alone


class Edge(NamedTuple):
    """One vertex makes, names, selects or calls another.

    `via` says how. `state` is FOUND, MISSING or UNKNOWN; one of Ray's flows is OPEN where
    NetworkPolicies leave it so; a flow or a call is CLOSED where one of them closes it. `node` is
    where it is written, for what is, or what closes it.
    """

    source: Vertex
    target: Vertex
    via: str
    state: str = FOUND
    node: Node[Any] | None = None


class Graph(NamedTuple):
    """The vertices of a bundle, each WRITTEN, MADE by the operator, MISSING, UNKNOWN or OUTSIDE,
    and the edges between them.
    """

    vertices: dict[Vertex, str]
    edges: tuple[Edge, ...]

    def called(self, name: str) -> list[Vertex]:
        """The vertices that a user means by a name, with or without its kind and namespace."""
        wanted = name.casefold()
        return [each for each in self.vertices if wanted in map(str.casefold, each.names)]

    def between(self, sources: Iterable[Vertex], targets: Iterable[Vertex]) -> Graph:
        """The part that lies on the ways from some vertices to others (`through`); without sources
        ways start anywhere, without targets they end anywhere. What is closed is no way.
        """
        starts, ends = (tuple(each) or tuple(self.vertices) for each in (sources, targets))
        edges = on_ways((each for each in self.edges if each.state != CLOSED), starts, ends)
        linked = {*starts} & {*ends} | {end for edge in edges for end in (edge.source, edge.target)}
        vertices = {each: state for each, state in self.vertices.items() if each in linked}
        return Graph(vertices, tuple(edges))
