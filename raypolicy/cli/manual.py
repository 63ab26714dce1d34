"""The man page, made of the commands and their lessons. Not here: `--help` (`helping`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from raypolicy.cli.lessons import GROUPS, LESSONS, STATUSES, options_by_purpose

_FILES = (
    (".raypolicy.yaml", "configuration, looked for in the working directory and above"),
    ("policies/", "a usual place for rule files of your own: rules: [policies/]"),
)
_ENVIRONMENT = (
    ("NO_COLOR, FORCE_COLOR, CLICOLOR, CLICOLOR_FORCE", "whether to colour, after --color"),
)


def manual(root: click.Command) -> str:
    """`raypolicy.1` in roff."""
    return "".join(f"{line}\n" for line in _lines(root))


def _lines(root: click.Command) -> Iterator[str]:
    yield '.TH RAYPOLICY 1 "" "raypolicy" "User Commands"'
    yield from (".SH NAME", r"raypolicy \- audit Ray manifests for Kubernetes offline")
    yield from (".SH SYNOPSIS", ".B raypolicy", r".I COMMAND", "[OPTIONS] [ARGUMENTS]")
    ctx = click.Context(root, info_name="raypolicy", **root.context_settings)
    assert isinstance(root, click.Group)
    yield from (".SH DESCRIPTION", _text(root.help or ""))
    yield from (".SH COMMANDS",)
    for _, names in GROUPS:
        for name in names:
            command = root.get_command(ctx, name)
            if command is not None:
                yield from _command(command, click.Context(command, ctx, name))
    yield from _list("EXIT STATUS", STATUSES)
    yield from _list("FILES", _FILES)
    yield from _list("ENVIRONMENT", _ENVIRONMENT)
    yield from (".SH SEE ALSO", r"kubectl(1), kustomize(1), helm(1), git(1)")


def _command(command: click.Command, ctx: click.Context) -> Iterator[str]:
    name = command.name or ""
    usage = " ".join(command.collect_usage_pieces(ctx))
    lesson = LESSONS[name]
    yield f".SS {_text(f'raypolicy {name} {usage}')}"
    yield _text(" ".join((command.help or "").split()))
    for title, options in options_by_purpose(command, ctx):
        yield from (".PP", rf"\fI{_text(title)}\fR")
        for option in options:
            yield from _item(*option)
    for shown, words in lesson.examples:
        yield from (".PP", _text(words), ".RS", ".nf", _text(shown), ".fi", ".RE")
    for paragraph in lesson.closing:
        yield from (".PP", _text(paragraph))


def _list(title: str, items: tuple[tuple[str, str], ...]) -> Iterator[str]:
    yield f".SH {title}"
    for term, words in items:
        yield from _item(term, words)


def _item(term: str, words: str) -> Iterator[str]:
    yield from (".TP", rf"\fB{_text(term)}\fR", _text(" ".join(words.split())))


def _text(text: str) -> str:
    """A text as roff prints it as it is: no requests, hyphens that can be copied."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("…", "...")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)
