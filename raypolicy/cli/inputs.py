"""Options that say what is read and what it is judged for, and what becomes of them. Not here: any
command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from raypolicy.config import Options

_NAMES: Final = ("target_kuberay", "feature_gates", "exclude", "kustomize", "values")
_OPTIONS: Final = (
    click.option(
        "--target-kuberay",
        metavar="VERSION",
        help="KubeRay release to judge for, such as 1.6 or 1.6.2.  [default: the newest]",
    ),
    click.option(
        "--feature-gate",
        "feature_gates",
        multiple=True,
        metavar="NAME",
        help="A feature gate of the operator that is on; repeatable.",
    ),
    click.option(
        "--kustomize",
        type=click.Choice(["auto", "never"]),
        help="Build kustomizations, if kustomize or kubectl is installed, or never."
        "  [default: auto]",
    ),
    click.option(
        "--exclude", multiple=True, metavar="GLOB", help="Leave files or directories out."
    ),
    click.option("--rev", metavar="REV", help="Read a git revision; the work tree is left alone."),
    click.option(
        "--values",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False),
        help="A file of values to render Helm charts with; repeatable, the last wins.",
    ),
    click.option(
        "-c",
        "--config",
        type=click.Path(exists=True, dir_okay=False),
        help="Configuration file.  [default: .raypolicy.yaml here or above]",
    ),
    click.option("--no-config", is_flag=True, help="Use no configuration file."),
)


def of_inputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


def options_of(
    given: Mapping[str, Any],
    others: Iterable[str] = (),
    *,
    suppressions: bool = True,
    prose: bool = False,
) -> Options:
    """What the command line says with these options and others, else what the configuration file
    says.
    """
    from raypolicy.config import Options, configuration

    said = {name: given[name] for name in (*_NAMES, *others) if given[name]}
    configured = {} if given["no_config"] else configuration(given["config"])
    chosen = {**configured, **said, "rev": given["rev"]}
    return Options.of(chosen, suppressions=suppressions, prose=prose)
