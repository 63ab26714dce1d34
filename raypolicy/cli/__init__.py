"""The command line: options → one call → print. The only room that knows click."""

from __future__ import annotations

from typing import Final

import click

from raypolicy import __version__
from raypolicy.cli.checking import check

_OTHERS: Final = {
    "completion": "completing.completion",
    "docs": "catalogue.docs",
    "explain": "catalogue.explain",
    "facts": "showing.facts",
    "graph": "showing.graph",
    "preview": "showing.preview",
    "rules": "catalogue.list_rules",
    "schema": "catalogue.schema",
    "test": "catalogue.test",
    "upgrade": "upgrading.upgrade",
}
"""Commands that a check has no use for, imported when one is called."""


class Commands(click.Group):
    """`check`, and the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_OTHERS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _OTHERS:
            return super().get_command(ctx, cmd_name)
        from importlib import import_module

        module, _, name = _OTHERS[cmd_name].partition(".")
        command: click.Command = getattr(import_module(f"raypolicy.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from raypolicy.cli.lessons import GROUPS

        for title, names in GROUPS:
            commands = [(name, self.get_command(ctx, name)) for name in names]
            known = [(name, each.get_short_help_str(200)) for name, each in commands if each]
            with formatter.section(title):
                formatter.write_dl(known)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from raypolicy.cli.helping import write_lesson
        from raypolicy.cli.lessons import LESSONS

        write_lesson(LESSONS["raypolicy"], formatter)


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="raypolicy")
def main() -> None:
    """Audit Ray manifests for Kubernetes offline: RayCluster, RayJob, RayService, RayCronJob."""


main.add_command(check)
