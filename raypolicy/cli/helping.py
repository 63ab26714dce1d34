"""Commands whose `--help` teaches: purposes, examples. Not here: its words (`lessons`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from raypolicy.cli.lessons import Lesson


class Taught(click.Command):
    """A command with a lesson, which is read when somebody asks for help."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from raypolicy.cli.lessons import options_by_purpose

        for title, options in options_by_purpose(self, ctx):
            with formatter.section(title):
                formatter.write_dl(options)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from raypolicy.cli.lessons import LESSONS

        write_lesson(LESSONS[self.name or ""], formatter)


def write_lesson(lesson: Lesson, formatter: click.HelpFormatter) -> None:
    """Examples, a command and below it what it does, then what it answers and further words."""
    if lesson.examples:
        with formatter.section("Examples"):
            for command, words in lesson.examples:
                formatter.write(f"{'':{formatter.current_indent}}{command}\n")
                formatter.indent()
                formatter.write_text(words)
                formatter.dedent()
    if lesson.statuses:
        with formatter.section("Exit status"):
            formatter.write_dl(lesson.statuses)
    for paragraph in lesson.closing:
        formatter.write_paragraph()
        formatter.write_text(paragraph)
