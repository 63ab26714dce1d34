"""The commands about rules: explain, rules, schema, test, docs. Not here: check."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from raypolicy.cli.completing import rules as rule_names
from raypolicy.cli.helping import Taught
from raypolicy.cli.status import statuses
from raypolicy.errors import UsageError
from raypolicy.formats.style import count

if TYPE_CHECKING:
    from pathlib import Path


_ALL: Final = "`raypolicy rules` lists them"


@click.command(cls=Taught)
@click.argument("rule", shell_complete=rule_names)
@click.option("-r", "--rules", multiple=True, type=click.Path(exists=True))
def explain(rule: str, rules: tuple[str, ...]) -> None:
    """Say what a rule is about, why, how to mend it, with examples and sources."""
    with statuses():
        from raypolicy.docs import explanation

        click.echo(explanation(_plan(rule, rules)), nl=False)


@click.command("rules", cls=Taught)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("-r", "--rules", "own", multiple=True, type=click.Path(exists=True))
def list_rules(form: str, own: tuple[str, ...]) -> None:
    """List the catalogue."""
    with statuses():
        from raypolicy.docs import catalogue_json, catalogue_table

        plans = _plans(own)
        click.echo(catalogue_json(plans) if form == "json" else catalogue_table(plans), nl=False)


@click.command(cls=Taught)
@click.argument("kind", type=click.Choice(["rule", "config"]))
def schema(kind: str) -> None:
    """Print the JSON Schema of rule files, or of configurations, for editors."""
    with statuses():
        from raypolicy.catalogue import shipped
        from raypolicy.ruleschema import rule_schema
        from raypolicy.schemas import config_schema

        click.echo(rule_schema() if kind == "rule" else config_schema(shipped()), nl=False)


@click.command(cls=Taught)
@click.argument("rule", nargs=-1, shell_complete=rule_names)
def test(rule: tuple[str, ...]) -> None:
    """Run the examples in rule files: the catalogue's and yours, or those of what is named."""
    with statuses():
        from raypolicy.examples import failures
        from raypolicy.formats.style import opening

        plans = [plan for name in rule for plan in _named(name)] if rule else _plans(())
        failed = 0
        for plan in plans:
            for failure in failures(plan):
                failed += 1
                said = f"{plan['file']}:{failure.line}: {failure.message} [{failure.rule}]"
                click.echo(opening(said))
        examples = sum(len(plan["examples"]) for plan in plans)
        click.echo(
            f"{count(len(plans), 'rule')}, {count(examples, 'example')}: {failed} failed", err=True
        )
        sys.exit(1 if failed else 0)


@click.command(cls=Taught)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail if a page is stale.")
@click.pass_context
def docs(ctx: click.Context, only_check: bool) -> None:
    """Write the generated pages of a checkout."""
    with statuses():
        written = _pages(ctx.find_root().command)
        stale = [path for path, text in written.items() if not _same(path, text)]
        for path in stale:
            click.echo(f"{'stale' if only_check else 'written'}: {path}")
        if only_check:
            sys.exit(1 if stale else 0)
        for path, text in written.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")


def _pages(root: click.Command) -> dict[Path, str]:
    """The generated pages, the manual among them."""
    from raypolicy.catalogue import shipped, shipped_rules
    from raypolicy.cli.manual import manual
    from raypolicy.docs import pages

    written = pages(shipped(prose=True))
    return {**written, shipped_rules().parent / "docs" / "raypolicy.1": manual(root)}


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


def _plans(own: tuple[str, ...]) -> list[dict[str, Any]]:
    """The catalogue, then the rules that are named, else those of the configuration here."""
    from raypolicy.catalogue import prepare_all, shipped
    from raypolicy.configfile import configuration

    return [*shipped(prose=True), *prepare_all(own or configuration(None).get("rules", ()))]


def _named(name: str) -> list[dict[str, Any]]:
    from raypolicy.catalogue import prepare_all

    if os.path.exists(name):
        return prepare_all([name])
    return [_plan(name, ())]


def _plan(name: str, own: tuple[str, ...]) -> dict[str, Any]:
    from raypolicy.expect import did_you_mean

    plans = {plan["id"]: plan for plan in _plans(own)}
    if name not in plans:
        of_topic = [each for each, plan in plans.items() if plan["topic"] == name]
        if of_topic:
            raise UsageError(f"{name!r} is a topic; its rules are {', '.join(of_topic)}")
        raise UsageError(f"no rule {name!r}{did_you_mean(name, plans, _ALL)}")
    return plans[name]
