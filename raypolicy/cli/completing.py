"""Words that a shell offers while an option is typed, and its script. Not here: options."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

import click

from raypolicy.cli.helping import Taught
from raypolicy.formats import FORMATS

SHELLS: Final = ("bash", "zsh", "fish")


def rules(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of shipped rules."""
    return _beginning(incomplete, (plan["id"] for plan in _plans()))


def rules_and_topics(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Ids of shipped rules and their topics; of a list with commas the last word is completed."""
    done, comma, begun = incomplete.rpartition(",")
    names = {plan[key] for plan in _plans() for key in ("id", "topic")}
    return [f"{done}{comma}{name}" for name in _beginning(begun, sorted(names))]


def formats(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of formats."""
    return _beginning(incomplete, FORMATS)


@click.command(cls=Taught)
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@click.pass_context
def completion(ctx: click.Context, shell: str | None) -> None:
    """Print a script that makes a shell complete commands, options, rules and topics."""
    from click.shell_completion import get_completion_class

    shell = shell or os.path.basename(os.environ.get("SHELL", ""))
    if shell not in SHELLS:
        raise click.UsageError(f"which shell? {' | '.join(SHELLS)} is expected.", ctx)
    made = get_completion_class(shell)
    assert made is not None
    root = ctx.find_root()
    click.echo(made(root.command, {}, "raypolicy", "_RAYPOLICY_COMPLETE").source())


def _plans() -> Iterable[dict[str, str]]:
    from raypolicy.catalogue import shipped

    return shipped()


def _beginning(start: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(start)]
