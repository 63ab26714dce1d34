"""The commands that show what manifests are taken for: facts, preview, graph. Not here: check."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from raypolicy.cli.helping import Taught
from raypolicy.cli.inputs import of_inputs, options_of
from raypolicy.cli.status import FINDINGS, require_existing, statuses
from raypolicy.errors import UsageError
from raypolicy.formats.style import printable

if TYPE_CHECKING:
    from raypolicy.drawing import Drawn
    from raypolicy.graph import Graph
    from raypolicy.model import Model

_LONG: Final = 200
"""Characters of names beyond which they are not listed."""


def _of_manifests(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what all of these commands take."""
    paths = click.argument("paths", nargs=-1, type=click.Path(), required=True)
    return paths(of_inputs(command))


@click.command(cls=Taught)
@_of_manifests
@click.option("--json", "as_json", is_flag=True, help="As JSON: a list of bundles.")
def facts(as_json: bool, **given: Any) -> None:
    """Print the model that rules see: each fact, its value, and where it comes from."""
    with statuses():
        import json

        from raypolicy.sheet import lines, sheet

        if as_json:
            click.echo(json.dumps([sheet(model) for model in _models(given)], indent=2))
            return
        for model in _models(given):
            for line in lines(model):
                click.echo(printable(line))


@click.command(cls=Taught)
@_of_manifests
@click.option("--json", "as_json", is_flag=True, help="As JSON: all resources with their objects.")
def preview(as_json: bool, **given: Any) -> None:
    """Print what the operator would create, and how each field of it comes about.

    YAML documents in the order in which they are created: pods, Services, Jobs and the rest. Each
    field has a comment: written (and where), defaulted, overridden (and what is lost by that) or
    injected. Random letters in names are shown as xxxxx, pods of a worker group once. What cannot
    be known before, such as a token, is "?". Where a gate would refuse the resource, that is said
    first; what follows is what the operator would make otherwise.
    """
    with statuses():
        from raypolicy.catalogue import shipped
        from raypolicy.preview import lines, previews, refusing, sheet

        gates = refusing(shipped())
        unread: list[str] = []
        found = (each for model in _models(given, unread) for each in previews(model, gates))
        if as_json:
            from raypolicy.formats.json import dump

            told = {"version": 1, "resources": [sheet(each) for each in found]}
            click.echo(dump(told, indent=True), nl=False)
        else:
            for index, each in enumerate(found):
                if index:
                    click.echo("---")
                for line in lines(each):
                    click.echo(line)
        if unread:
            sys.exit(FINDINGS)


@click.command(cls=Taught)
@_of_manifests
@click.option(
    "--format", "form", type=click.Choice(["text", "dot", "mermaid", "json"]), default="text"
)
@click.option("--from", "start", metavar="NAME", help="Only ways that begin at this.")
@click.option("--to", "end", metavar="NAME", help="Only ways that end at this.")
def graph(form: str, start: str | None, end: str | None, **given: Any) -> None:
    """Draw who refers to whom: a line an edge, or for Graphviz, Mermaid, or as JSON.

    With --from and --to: the ways that lead from one object to another, none of them through an
    object twice. NAME is the name of an object, with its kind and namespace or without: NAME,
    KIND/NAME, NAMESPACE/NAME, 'KIND NAMESPACE/NAME'.

    Ways follow names, selectors, routes, the calls of workloads and the flows between Ray's own
    pods. NetworkPolicies are asked about those flows, and about calls of workloads to Services that
    the operator makes: what they close is no way. Other callers are not judged, such as the pods
    of an ingress controller: that a way is drawn does not say that all of it is open.
    """
    with statuses():
        from raypolicy.drawing import DRAWINGS, Drawn
        from raypolicy.links import graph_of
        from raypolicy.sheet import places

        whole = [
            Drawn(model.bundle.name, graph_of(model), places(model)) for model in _models(given)
        ]
        ends = [name for name in (start, end) if name is not None]
        for name in ends:
            if not any(each.graph.called(name) for each in whole):
                raise UsageError(f"no object here is called {name}{_meant(name, whole)}")
        parts = (each._replace(graph=_part(each.graph, start, end)) for each in whole)
        drawn = [each for each in parts if each.graph.vertices]
        click.echo(DRAWINGS[form](drawn), nl=False)
        if ends and not drawn:
            click.echo(f"nothing leads from {start or 'anything'} to {end or 'anything'}", err=True)
            sys.exit(FINDINGS)


def _part(found: Graph, start: str | None, end: str | None) -> Graph:
    """What lies on the ways between the objects that are called so, if they are named."""
    if start is None and end is None:
        return found
    ends = [None if name is None else found.called(name) for name in (start, end)]
    return Graph({}, ()) if [] in ends else found.between(*(each or () for each in ends))


def _meant(name: str, drawn: Iterable[Drawn]) -> str:
    """The name that is probably meant, or those there are if they are few."""
    from raypolicy.expect import did_you_mean

    known = {
        called
        for each in drawn
        for vertex in each.graph.vertices
        for called in vertex.names
        if called.count("/") == name.count("/") and called.count(" ") == name.count(" ")
    }
    words = did_you_mean(name, known)
    return words if len(words) < _LONG else ""


def _models(given: dict[str, Any], unread: list[str] | None = None) -> Iterator[Model]:
    """The models of what is given; what can't be read is said, and put on the list."""
    from raypolicy.inputs.files import RawFile
    from raypolicy.run import models

    paths, rev = given["paths"], given["rev"]
    if rev is None:
        require_existing(paths)
    elif "-" in paths:
        raise UsageError("--rev reads what is in git: it does not go with standard input")
    stream = RawFile("<stdin>", None, sys.stdin.buffer.read()) if "-" in paths else None
    files = [path for path in paths if path != "-"]
    none = True
    for model in models(files, options_of(given), stream=stream):
        none = False
        for line in model.bundle.unread:
            click.echo(printable(line), err=True)
            if unread is not None:
                unread.append(line)
        yield model
    if none:
        click.echo("nothing here speaks of Ray", err=True)
