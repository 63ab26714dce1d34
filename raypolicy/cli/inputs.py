"""Options that say what is read and what it is judged for, and what becomes of them. Not here: any
command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from raypolicy.config import AnyPath, Options
    from raypolicy.layers import Layer

_NAMES: Final = (
    "target_kuberay",
    "target_kubernetes",
    "feature_gates",
    "exclude",
    "kustomize",
    "values",
)
_OPTIONS: Final = (
    click.option(
        "--target-kuberay",
        metavar="VERSION",
        help="KubeRay release to judge for, such as 1.6 or 1.6.2.  [default: the newest]",
    ),
    click.option(
        "--target-kubernetes",
        metavar="VERSION",
        help="Kubernetes release that it is for, such as 1.33; Helm charts are rendered for it.",
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
    fixes: bool = True,
) -> Options:
    """What the command line says with these options and others, upon what the configuration file
    says. Raises UsageError.
    """
    from raypolicy.config import Options

    said = _said(given, others)
    if _file(given) is not None:
        from raypolicy.layers import origins, values

        layer, _ = layer_of(given, others)
        said = {**said, **values(layer), "origins": origins(layer)}
    said["rev"] = given["rev"]
    return Options.of(said, suppressions=suppressions, prose=prose, fixes=fixes)


def layer_of(given: Mapping[str, Any], others: Iterable[str] = ()) -> tuple[Layer, dict[str, Any]]:
    """What is set by the configuration file and the command line, each value with its origin, and
    what the command line says that no file can.
    """
    from raypolicy.configfile import read_layer
    from raypolicy.layers import merged, of_command_line

    file, said = _file(given), _said(given, others)
    layer, alone = of_command_line(said)
    return merged({} if file is None else read_layer(file), layer), alone


def _file(given: Mapping[str, Any]) -> AnyPath | None:
    from raypolicy.config import config_file

    if given["no_config"] and given["config"] is not None:
        from raypolicy.errors import UsageError

        raise UsageError("--config names a file, and --no-config says that there is none")
    return None if given["no_config"] else config_file(given["config"])


def _said(given: Mapping[str, Any], others: Iterable[str]) -> dict[str, Any]:
    """What the command line says with these options and others, by the names of Options."""
    return {name: given[name] for name in (*_NAMES, *others) if given[name]}
