"""What the user got wrong about the tool itself. Not here: mistakes in manifests (`findings`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from raypolicy.source import Span

_MOST: Final = 20


class UsageError(Exception):
    """An option, a configuration or a rule file that can't be used: exit status 2."""


class PlacedError(UsageError):
    """A mistake in a rule file or a configuration: what was expected, and where."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span

    def __str__(self) -> str:
        line, column = self.span.first
        return f"{self.span.source.name}:{line}:{column}: error: {self.message}"


def all_of(errors: Sequence[UsageError]) -> UsageError:
    """Several mistakes as one error, a line each; a single one is itself."""
    if len(errors) == 1:
        return errors[0]
    lines = [str(error) for error in errors[:_MOST]]
    left = len(errors) - len(lines)
    return UsageError("\n".join(lines + [f"and {left} more"] * (left > 0)))
