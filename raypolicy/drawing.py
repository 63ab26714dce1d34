"""Graphs drawn: as lines for people, for Graphviz, for Mermaid, as JSON. Not here: the graph."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from raypolicy.formats.style import printable
from raypolicy.graph import (
    CLOSED,
    FOUND,
    MISSING,
    OPEN,
    OUTSIDE,
    UNKNOWN,
    WRITTEN,
    Edge,
    Graph,
    Vertex,
)
from raypolicy.tree import Node

VERSION: Final = 1
_SHAPES: Final = {WRITTEN: "box", MISSING: "box", UNKNOWN: "box", OUTSIDE: "ellipse"}
_FAILED: Final = (MISSING, CLOSED)
_LINES: Final = {
    **dict.fromkeys(_FAILED, ", color=red, style=dashed"),
    UNKNOWN: ", style=dotted",
}
_STYLES: Final = {MISSING: "stroke:#c00,stroke-dasharray:6", UNKNOWN: "stroke-dasharray:2"}
"""How Graphviz and Mermaid show what is not simply there."""


class Drawn(NamedTuple):
    """A graph to draw: of which bundle it is, and how places in it are told."""

    bundle: str
    graph: Graph
    place: Callable[[Node[Any]], str]


def text(drawn: Sequence[Drawn]) -> str:
    """A line an edge; what is not there or not open comes with its place. Where there are several
    bundles, each has a line with its name before.
    """
    found: list[str] = []
    for each in drawn:
        if len(drawn) > 1:
            found += ["", f"{each.bundle}:"]
        found += _lines(each)
    return "".join(f"{printable(line)}\n" for line in found).lstrip("\n")


def _lines(drawn: Drawn) -> Iterator[str]:
    graph = drawn.graph
    for edge in graph.edges:
        state = _state(edge)
        where = "" if edge.node is None or not state else f"  {drawn.place(edge.node)}".rstrip()
        yield f"{edge.source} {edge.via} {edge.target}{state}{where}"
    linked = {vertex for edge in graph.edges for vertex in (edge.source, edge.target)}
    yield from (str(vertex) for vertex in graph.vertices if vertex not in linked)


def dot(drawn: Sequence[Drawn]) -> str:
    """For Graphviz: what is missing or closed is red and dashed, what is unknown dotted. Several
    bundles are a cluster each.
    """
    lines = ["digraph raypolicy {", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    for number, (each, names) in enumerate(_named(drawn)):
        if len(drawn) > 1:
            lines += [f"  subgraph cluster_{number} {{", f"  label={_quoted(each.bundle)};"]
        for vertex, state in each.graph.vertices.items():
            look = _SHAPES.get(state, "box, style=rounded") + _LINES.get(state, "")
            lines.append(f"  {names[vertex]} [label={_quoted(str(vertex))}, shape={look}];")
        for edge in each.graph.edges:
            look = _quoted(f"{edge.via}{_state(edge)}") + _LINES.get(edge.state, "")
            lines.append(f"  {names[edge.source]} -> {names[edge.target]} [label={look}];")
        lines += ["  }"] if len(drawn) > 1 else []
    return "\n".join([*lines, "}"]) + "\n"


def mermaid(drawn: Sequence[Drawn]) -> str:
    """For Mermaid, which GitHub shows in Markdown: what is missing or closed is red and dashed,
    what is unknown dotted. Several bundles are a subgraph each.
    """
    lines = ["flowchart LR"]
    vertices: dict[str, list[str]] = {MISSING: [], UNKNOWN: []}
    failed: list[str] = []
    count = itertools.count()
    for number, (each, names) in enumerate(_named(drawn)):
        if len(drawn) > 1:
            lines.append(f'  subgraph b{number}["{_entities(each.bundle)}"]')
        for vertex, state in each.graph.vertices.items():
            lines.append(f'  {names[vertex]}["{_entities(str(vertex))}"]')
            if state in vertices:
                vertices[state].append(names[vertex])
        for edge, position in zip(each.graph.edges, count, strict=False):
            arrow = "-.->" if edge.state in _LINES else "-->"
            label = _entities(f"{edge.via}{_state(edge)}")
            lines.append(f'  {names[edge.source]} {arrow}|"{label}"| {names[edge.target]}')
            failed += [str(position)] if edge.state in _FAILED else []
        lines += ["  end"] if len(drawn) > 1 else []
    for state, found in vertices.items():
        if found:
            lines.append(f"  classDef {state} {_STYLES[state]}")
            lines.append(f"  class {','.join(found)} {state}")
    if failed:
        lines.append(f"  linkStyle {','.join(failed)} {_STYLES[MISSING]}")
    return "\n".join(lines) + "\n"


def as_json(drawn: Sequence[Drawn]) -> str:
    """A list with a `{version, bundle, vertices: [{kind, namespace, name, state}], edges: [{from,
    to, via, state, place}]}` for each bundle, where `from` and `to` count its vertices from 0.
    """
    return json.dumps([_plain(each) for each in drawn], indent=2) + "\n"


def _plain(drawn: Drawn) -> dict[str, Any]:
    vertices = drawn.graph.vertices
    numbers = {vertex: number for number, vertex in enumerate(vertices)}
    return {
        "version": VERSION,
        "bundle": drawn.bundle,
        "vertices": [{**each._asdict(), "state": state} for each, state in vertices.items()],
        "edges": [
            {
                "from": numbers[edge.source],
                "to": numbers[edge.target],
                "via": edge.via,
                "state": edge.state,
                "place": "" if edge.node is None else drawn.place(edge.node),
            }
            for edge in drawn.graph.edges
        ],
    }


def _named(drawn: Sequence[Drawn]) -> Iterator[tuple[Drawn, dict[Vertex, str]]]:
    """The graphs, with names for their vertices that no two vertices of the drawing share."""
    count = itertools.count()
    for each in drawn:
        yield each, {vertex: f"v{next(count)}" for vertex in each.graph.vertices}


def _state(edge: Edge) -> str:
    """What is said of an edge that is not simply there."""
    return "" if edge.state in (FOUND, OPEN) else f": {edge.state}"


def _quoted(words: str) -> str:
    escaped = printable(words).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("&", "&amp;") + '"'


def _entities(words: str) -> str:
    return "".join(c if c.isalnum() or c in " /.:-_" else f"#{ord(c)};" for c in printable(words))


DRAWINGS: Final = {"text": text, "dot": dot, "mermaid": mermaid, "json": as_json}
