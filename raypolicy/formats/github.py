"""Findings as workflow commands, which GitHub makes annotations of. Not here: SARIF; summaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from raypolicy.findings import Finding, Report, Severity
from raypolicy.formats.coverage import verdict
from raypolicy.formats.places import region, rooted
from raypolicy.formats.style import Style, clip, holds_in, printable, sentence

LIMIT: Final = 10
"""Annotations of each kind that GitHub makes for a step; it drops further ones without a word."""
_MESSAGE: Final = 1_000
_COMMANDS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = {**_DATA, **str.maketrans({":": "%3A", ",": "%2C"})}


def render(report: Report, style: Style) -> str:
    """The worst first. A last line, no command, says what could not be annotated."""
    lines: list[str] = []
    left: list[Finding] = []
    for severity in reversed(Severity):
        alike = [finding for finding in report.findings if finding.severity == severity]
        lines += [_annotation(finding, style.below) for finding in alike[:LIMIT]]
        left += alike[LIMIT:]
    if left:
        lines.append(
            f"{len(left)} of {len(report.findings)} findings have no annotation"
            f" ({verdict(left)}): GitHub makes {LIMIT} of each severity for a step."
        )
    return "".join(f"{line}\n" for line in lines)


def command(name: str, properties: Mapping[str, object], message: str) -> str:
    """A workflow command as GitHub's own toolkit writes it."""
    given = ",".join(
        f"{key}={str(value).translate(_PROPERTY)}" for key, value in properties.items()
    )
    return f"::{name} {given}::{message.translate(_DATA)}"


def _annotation(finding: Finding, below: str) -> str:
    line, column, end = region(finding.span)
    title = printable(finding.rule.id)
    properties = {
        "title": title,
        "file": printable(rooted(finding.span.source.name, below)),
        "line": line,
        "endLine": line,
        "col": column,
        "endColumn": end,
    }
    where = sentence(holds_in(finding))
    where = where[:1].upper() + where[1:]
    said = [
        f"{sentence(printable(clip(finding.message, _MESSAGE)))} {where}",
        sentence(printable(finding.rule.help.replace("\n", " "))),
    ]
    message = "\n".join(text.strip() for text in said if text.strip())
    return command(_COMMANDS[finding.severity], properties, message or title)
