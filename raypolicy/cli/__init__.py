"""The command line: options → one call → print. The only room that knows click."""

from __future__ import annotations

from typing import Final

import click

from raypolicy import __version__
from raypolicy.cli.checking import check

_ABOUT_RULES: Final = {
    "docs": "docs",
    "explain": "explain",
    "facts": "facts",
    "rules": "list_rules",
    "test": "test",
}
"""Commands that a check has no use for, imported when one is called."""


class Commands(click.Group):
    """`check`, and the commands about rules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ABOUT_RULES])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _ABOUT_RULES:
            return super().get_command(ctx, cmd_name)
        from raypolicy.cli import catalogue

        command: click.Command = getattr(catalogue, _ABOUT_RULES[cmd_name])
        return command


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="raypolicy")
def main() -> None:
    """Audit Ray manifests for Kubernetes offline: RayCluster, RayJob, RayService, RayCronJob."""


main.add_command(check)
