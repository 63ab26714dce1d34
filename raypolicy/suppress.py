"""Findings that a comment hides, and why. Not here: baselines; configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from raypolicy.document import Document
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


def suppressions(source: SourceFile, documents: Iterable[Document]) -> list[Suppression]:
    """The suppressing comments of a source; what stands inside a text value is no comment."""
    if "raypolicy:" not in source.text:
        return []
    texts = [span for document in documents for span in document.texts()]
    found = []
    for match in re.finditer(_IGNORE, source.text):
        if any(span.start <= match.start() < span.end for span in texts):
            continue
        line = source.position(match.start()).line
        rules = frozenset(filter(None, re.split(r"[\s,]+", match["rules"])))
        if not match["file"] or line <= _FILE_LINES:
            found.append(Suppression(line, bool(match["file"]), rules, match["reason"].strip()))
    return found


def divide(
    findings: Iterable[Finding], documents: Iterable[Document]
) -> tuple[list[Finding], list[tuple[Finding, str]]]:
    """Findings that stand, and those that a comment hides with its reason."""
    read: dict[str, list[Document]] = {}
    for document in documents:
        read.setdefault(document.source.name, []).append(document)
    shown: list[Finding] = []
    hidden: list[tuple[Finding, str]] = []
    known: dict[str, list[Suppression]] = {}
    for finding in findings:
        source = finding.span.source
        if source.name not in known:
            known[source.name] = suppressions(source, read.get(source.name, ()))
        by = next((each for each in known[source.name] if each.hides(finding)), None)
        if by is None:
            shown.append(finding)
        else:
            hidden.append((finding, by.reason))
    return shown, hidden
