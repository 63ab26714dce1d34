"""The commands that show what manifests are taken for: facts, graph. Not here: check."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from raypolicy.cli.status import FINDINGS, require_existing, statuses
from raypolicy.errors import UsageError

if TYPE_CHECKING:
    from raypolicy.graph import Graph, Vertex
    from raypolicy.model import Model


def _of_manifests(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds what all of these commands take."""
    for add in (
        click.argument("paths", nargs=-1, type=click.Path(), required=True),
        click.option("--target-kuberay", metavar="VERSION", help="KubeRay release to judge for."),
        click.option("--rev", metavar="REV", help="Read a git revision, not the work tree."),
        click.option("--values", multiple=True, type=click.Path(exists=True), help="For charts."),
    ):
        command = add(command)
    return command


@click.command()
@_of_manifests
@click.option("--json", "as_json", is_flag=True, help="As JSON: a list of bundles.")
def facts(as_json: bool, **given: Any) -> None:
    """Print the model that rules see: each fact, its value, and where it comes from."""
    with statuses():
        import json

        from raypolicy.formats.style import printable
        from raypolicy.sheet import lines, sheet

        if as_json:
            click.echo(json.dumps([sheet(model) for model in _models(given)], indent=2))
            return
        for model in _models(given):
            for line in lines(model):
                click.echo(printable(line))


@click.command()
@_of_manifests
@click.option(
    "--format", "form", type=click.Choice(["text", "dot", "mermaid", "json"]), default="text"
)
@click.option("--from", "start", metavar="NAME", help="Only what this reaches.")
@click.option("--to", "end", metavar="NAME", help="Only what reaches this.")
def graph(form: str, start: str | None, end: str | None, **given: Any) -> None:
    """Draw who refers to whom: a line an edge, or for Graphviz, Mermaid, or as JSON.

    With --from and --to: the ways that lead from one object to another, over names, selectors and
    the flows that NetworkPolicies leave open. NAME is the name of an object, or KIND/NAME.
    """
    with statuses():
        from raypolicy.drawing import DRAWINGS
        from raypolicy.graph import graph_of
        from raypolicy.sheet import places

        drawn = False
        met = {name: False for name in (start, end) if name is not None}
        for model in _models(given):
            found = graph_of(model)
            sources, targets = _called(found, start, met), _called(found, end, met)
            if (start is None or sources) and (end is None or targets):
                part = found.between(sources, targets) if met else found
                drawn = drawn or bool(part.vertices)
                click.echo(DRAWINGS[form](part, places(model)), nl=False)
        for name, was_met in met.items():
            if not was_met:
                raise UsageError(f"no object here is called {name}")
        if met and not drawn:
            click.echo(f"nothing leads from {start} to {end}", err=True)
            sys.exit(FINDINGS)


def _called(found: Graph, name: str | None, met: dict[str, bool]) -> list[Vertex]:
    vertices = [] if name is None else found.called(name)
    if name is not None and vertices:
        met[name] = True
    return vertices


def _models(given: dict[str, Any]) -> Iterator[Model]:
    from raypolicy.config import Options
    from raypolicy.inputs.files import RawFile
    from raypolicy.run import models

    paths, rev = given["paths"], given["rev"]
    if rev is None:
        require_existing(paths)
    elif "-" in paths:
        raise UsageError("--rev reads what is in git: it does not go with standard input")
    stream = RawFile("<stdin>", None, sys.stdin.buffer.read()) if "-" in paths else None
    options = Options(target_kuberay=given["target_kuberay"], rev=rev, values=given["values"])
    yield from models([path for path in paths if path != "-"], options, stream=stream)
