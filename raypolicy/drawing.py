"""Graphs drawn: as lines for people, for Graphviz, for Mermaid, as JSON. Not here: the graph."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from raypolicy.formats.style import printable
from raypolicy.graph import CLOSED, FOUND, MISSING, OPEN, OUTSIDE, WRITTEN, Edge, Graph
from raypolicy.tree import Node

VERSION: Final = 1
_SHAPES: Final = {WRITTEN: "box", MISSING: "box", OUTSIDE: "ellipse"}
_NO_LINK: Final = (MISSING, CLOSED)


def text(graph: Graph, place: Callable[[Node[Any]], str]) -> str:
    """A line an edge; what is not there or not open comes with its place."""
    return "".join(f"{printable(line)}\n" for line in _lines(graph, place))


def _lines(graph: Graph, place: Callable[[Node[Any]], str]) -> Iterator[str]:
    for edge in graph.edges:
        state = "" if edge.state in (FOUND, OPEN) else f": {edge.state}"
        where = "" if edge.node is None or not state else f"  {place(edge.node)}".rstrip()
        yield f"{edge.source} {edge.via} {edge.target}{state}{where}"
    linked = {vertex for edge in graph.edges for vertex in (edge.source, edge.target)}
    yield from (str(vertex) for vertex in graph.vertices if vertex not in linked)


def dot(graph: Graph, place: Callable[[Node[Any]], str]) -> str:
    """For Graphviz: missing objects and closed flows are red and dashed."""
    lines = ["digraph raypolicy {", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    for vertex, state in graph.vertices.items():
        shape = _SHAPES.get(state, "box, style=rounded")
        colour = ", color=red, style=dashed" if state == MISSING else ""
        lines.append(f"  {_quoted(str(vertex))} [shape={shape}{colour}];")
    for edge in graph.edges:
        colour = ", color=red, style=dashed" if edge.state in _NO_LINK else ""
        ends = f"{_quoted(str(edge.source))} -> {_quoted(str(edge.target))}"
        lines.append(f"  {ends} [label={_quoted(edge.via)}{colour}];")
    return "\n".join([*lines, "}"]) + "\n"


def mermaid(graph: Graph, place: Callable[[Node[Any]], str]) -> str:
    """For Mermaid, which GitHub shows in Markdown: missing links are dotted."""
    names = {vertex: f"v{number}" for number, vertex in enumerate(graph.vertices)}
    lines = ["flowchart LR"]
    lines += (f'  {names[vertex]}["{_entities(str(vertex))}"]' for vertex in graph.vertices)
    for edge in graph.edges:
        arrow = "-.->" if edge.state in _NO_LINK else "-->"
        label = edge.via if edge.state in (FOUND, OPEN) else f"{edge.via}: {edge.state}"
        ends = names[edge.source], names[edge.target]
        lines.append(f'  {ends[0]} {arrow}|"{_entities(label)}"| {ends[1]}')
    missing = [names[vertex] for vertex, state in graph.vertices.items() if state == MISSING]
    if missing:
        lines.append("  classDef missing stroke:#c00,stroke-dasharray:4")
        lines.append(f"  class {','.join(missing)} missing")
    return "\n".join(lines) + "\n"


def as_json(graph: Graph, place: Callable[[Node[Any]], str]) -> str:
    """`{version, vertices: [{kind, namespace, name, state}], edges: [{from, to, via,
    state, place}]}`, where `from` and `to` count the vertices from 0.
    """
    numbers = {vertex: number for number, vertex in enumerate(graph.vertices)}
    told = {
        "version": VERSION,
        "vertices": [{**each._asdict(), "state": state} for each, state in graph.vertices.items()],
        "edges": [_edge(edge, numbers, place) for edge in graph.edges],
    }
    return json.dumps(told, indent=2) + "\n"


def _edge(edge: Edge, numbers: dict[Any, int], place: Callable[[Node[Any]], str]) -> dict[str, Any]:
    return {
        "from": numbers[edge.source],
        "to": numbers[edge.target],
        "via": edge.via,
        "state": edge.state,
        "place": "" if edge.node is None else place(edge.node),
    }


def _quoted(words: str) -> str:
    return '"' + printable(words).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _entities(words: str) -> str:
    return "".join(c if c.isalnum() or c in " /.:-_" else f"#{ord(c)};" for c in printable(words))


DRAWINGS: Final = {"text": text, "dot": dot, "mermaid": mermaid, "json": as_json}
