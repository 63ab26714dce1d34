"""`raypolicy upgrade`: what another release of KubeRay does. Not here: how that is found."""

from __future__ import annotations

import sys
from typing import Any

import click

from raypolicy.cli.helping import Taught
from raypolicy.cli.inputs import of_inputs, options_of
from raypolicy.cli.status import FINDINGS, NOTHING_AUDITED, require_existing, statuses
from raypolicy.errors import UsageError
from raypolicy.formats.style import printable


@click.command(cls=Taught)
@click.argument("paths", nargs=-1, type=click.Path(), required=True)
@click.option("--from", "before", metavar="VERSION", required=True, help="KubeRay that runs now.")
@click.option("--to", "after", metavar="VERSION", required=True, help="KubeRay that is to run.")
@of_inputs
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def upgrade(paths: tuple[str, ...], before: str, after: str, as_json: bool, **given: Any) -> None:
    """Say what another release of KubeRay does to manifests ('-' is standard input): what it
    refuses, what else is found or not found any more, and what the operator makes otherwise.

    Each change is told with the release that brings it; the newest patch of every minor release
    between the two is asked as well. A release is named as 1.6, for its newest patch, or 1.6.2.
    """
    with statuses():
        import datetime

        from raypolicy.inputs.files import RawFile
        from raypolicy.upgrade import upgrade as compare
        from raypolicy.upgradesheet import as_json as data
        from raypolicy.upgradesheet import lines

        if given["target_kuberay"]:
            raise UsageError("an upgrade is judged for --from and --to, not for --target-kuberay")
        if given["rev"] is None:
            require_existing(paths)
        elif "-" in paths:
            raise UsageError("--rev reads what is in git: it does not go with standard input")
        stream = RawFile("<stdin>", None, sys.stdin.buffer.read()) if "-" in paths else None
        files = [path for path in paths if path != "-"]
        today = datetime.date.today().isoformat()
        found = compare(files, before, after, options_of(given), stream=stream, today=today)
        if as_json:
            from raypolicy.formats.json import dump

            click.echo(dump(data(found), indent=True), nl=False)
        else:
            for line in lines(found):
                click.echo(printable(line))
        if found.coverage.nothing:
            sys.exit(NOTHING_AUDITED)
        sys.exit(FINDINGS if found.breaks else 0)
