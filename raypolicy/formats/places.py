"""Findings for programs: places from the repository's root, the worst first. Not here: URIs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from raypolicy.findings import Finding, sort_findings
from raypolicy.source import Span


class Region(NamedTuple):
    """Part of a line, from 1, in code points; `end` is just behind its last character."""

    line: int
    column: int
    end: int


def region(span: Span) -> Region:
    """The span within its first line: a receiver may show only what is in a change as a whole."""
    line, column = span.first
    _, end = span.source.bounds(line)
    return Region(line, column, column + max(1, min(span.end, end) - span.start))


def rooted(name: str, below: str = "") -> str:
    """A file's path from the root of the repository, which it never leaves, without `./`; `below`
    is the working directory as seen from there.
    """
    return posixpath.normpath(posixpath.join("/", below, name.lstrip("/"))).lstrip("/") or "."


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (-finding.severity, finding.order))


def worst(findings: Sequence[Finding], limit: int) -> Sequence[Finding]:
    """The worst findings, no more than the limit, in the order of their places."""
    return findings if len(findings) <= limit else sort_findings(worst_first(findings)[:limit])
