"""The command line: options → one call → print. The only room that knows click."""

from __future__ import annotations

import click

from raypolicy import __version__
from raypolicy.cli.catalogue import docs, explain, facts, list_rules, test
from raypolicy.cli.checking import check


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="raypolicy")
def main() -> None:
    """Audit Ray manifests for Kubernetes offline: RayCluster, RayJob, RayService, RayCronJob."""


for command in (check, facts, explain, list_rules, test, docs):
    main.add_command(command)
