"""Findings that a comment hides, and why. Not here: baselines; configuration."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, NamedTuple

from raypolicy.document import Document
from raypolicy.findings import Finding, Suppressed
from raypolicy.source import SourceFile

_IGNORE: Final = (
    r"#[ \t]*raypolicy:[ \t]*ignore(?P<file>-file)?\[(?P<rules>[^\]\r\n]*)\]"
    r"[ \t]*(?P<reason>[^\r\n]*)"
)
_FILE_LINES: Final = 20
"""`ignore-file` counts in the first lines of a file only, where a reader looks for it."""


class Suppression(NamedTuple):
    """A comment that hides findings of these rules or topics: in a line, or in the whole file."""

    line: int
    """The line it speaks of; 0 for the file."""
    rules: frozenset[str]
    reason: str

    def hides(self, finding: Finding) -> bool:
        return bool(self.rules & {finding.rule.id, finding.rule.topic})


def suppressions(source: SourceFile, documents: Iterable[Document]) -> dict[int, list[Suppression]]:
    """The suppressing comments of a source by the line they speak of: their own, or the next where
    nothing else is in theirs. What stands inside a text value is no comment.
    """
    found: dict[int, list[Suppression]] = {}
    if "raypolicy:" not in source.text:
        return found
    texts = sorted((span.start, span.end) for each in documents for span in each.texts())
    for match in re.finditer(_IGNORE, source.text):
        before = bisect_right(texts, (match.start(), len(source.text)))
        if before and match.start() < texts[before - 1][1]:
            continue
        line, column = source.position(match.start())
        if match["file"] and line > _FILE_LINES:
            continue
        rules = frozenset(filter(None, re.split(r"[\s,]+", match["rules"])))
        ahead = source.line(line)[: column - 1].strip()
        alone = not ahead or ahead.startswith("#")
        speaks_of = 0 if match["file"] else line + alone
        comment = Suppression(speaks_of, rules, match["reason"].strip())
        found.setdefault(speaks_of, []).append(comment)
    return found


def divide(
    findings: Iterable[Finding], documents: Iterable[Document]
) -> tuple[list[Finding], list[Suppressed]]:
    """Findings that stand, and those that a comment hides with its reason."""
    read: dict[str, list[Document]] = {}
    for document in documents:
        read.setdefault(document.source.name, []).append(document)
    shown: list[Finding] = []
    hidden: list[Suppressed] = []
    known: dict[str, dict[int, list[Suppression]]] = {}
    for finding in findings:
        source = finding.span.source
        if source.name not in known:
            known[source.name] = suppressions(source, read.get(source.name, ()))
        comments = known[source.name]
        candidates: list[Suppression] = []
        if comments:
            line = finding.span.first.line
            candidates = [*comments.get(line, ()), *comments.get(0, ())]
        by = next((each for each in candidates if each.hides(finding)), None)
        if by is None:
            shown.append(finding)
        else:
            hidden.append(Suppressed(finding, by.reason))
    return shown, hidden
