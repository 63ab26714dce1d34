"""Findings that a comment hides, and why. Not here: baselines; configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from raypolicy.findings import Finding
from raypolicy.source import SourceFile

_IGNORE: Final = (
    r"#[ \t]*raypolicy:[ \t]*ignore(?P<file>-file)?\[(?P<rules>[^\]\r\n]*)\]"
    r"[ \t]*(?P<reason>[^\r\n]*)"
)
_FILE_LINES: Final = 20
"""`ignore-file` counts in the first lines of a file only, where a reader looks for it."""


class Suppression(NamedTuple):
    """A comment that hides findings: of these rules, on this line or the next, or in the file."""

    line: int
    whole_file: bool
    rules: frozenset[str]
    reason: str

    def hides(self, finding: Finding) -> bool:
        line = finding.span.first.line
        near = self.whole_file or self.line in (line, line - 1)
        return near and bool(self.rules & {finding.rule.id, finding.rule.topic})


def suppressions(source: SourceFile) -> list[Suppression]:
    """The suppressing comments of a source."""
    if "raypolicy:" not in source.text:
        return []
    found = []
    for match in re.finditer(_IGNORE, source.text):
        line = source.position(match.start()).line
        rules = frozenset(filter(None, re.split(r"[\s,]+", match["rules"])))
        if not match["file"] or line <= _FILE_LINES:
            found.append(Suppression(line, bool(match["file"]), rules, match["reason"].strip()))
    return found


def divide(
    findings: Iterable[Finding],
) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    """Findings that stand, and those that a comment hides with its reason."""
    shown: list[Finding] = []
    hidden: list[tuple[Finding, str]] = []
    known: dict[int, list[Suppression]] = {}
    for finding in findings:
        source = finding.span.source
        comments = known.get(id(source))
        if comments is None:
            comments = known[id(source)] = suppressions(source)
        by = next((each for each in comments if each.hides(finding)), None)
        if by is None:
            shown.append(finding)
        else:
            hidden.append((finding, by.reason))
    return shown, hidden
