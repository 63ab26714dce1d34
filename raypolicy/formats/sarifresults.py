"""What SARIF says of a finding: message, places, fixes. Not here: the log around it (`sarif`)."""

from __future__ import annotations

import re
from typing import Final

from raypolicy.findings import Finding, Fix, Suppressed
from raypolicy.formats.json import Object
from raypolicy.formats.places import region, rooted
from raypolicy.formats.style import capitalised, clip, holds_in, printable, sentence
from raypolicy.source import Edit, Span

ROOT = "%SRCROOT%"
_MESSAGE = 1_000
_LABEL = 100
_RELATED = 100
KINDS: Final = {"comment": "inSource", "annotation": "inSource", "baseline": "external"}
"""What SARIF calls the means by which a finding was suppressed; other means are none to it."""
_SPECIAL = re.compile(r"[\[\]\\]")


def sarif_result(finding: Finding, index: int, prints: dict[str, str], below: str = "") -> Object:
    """A finding; `below` is the working directory as seen from the root of the repository."""
    related = [
        {"id": number, **_location(span, below), "message": {"text": _label(label)}}
        for number, (span, label) in enumerate(finding.related[:_RELATED], 1)
    ]
    message = sentence(escaped(clip(finding.message, _MESSAGE)) or finding.rule.id)
    if related:
        links = (f"[{place['message']['text']}]({place['id']})" for place in related)
        message += f" See {', '.join(links)}."
    if where := holds_in(finding):
        message += f" {capitalised(sentence(escaped(where)))}"
    location = _location(finding.span, below)
    if finding.resource:
        location["logicalLocations"] = [
            {"fullyQualifiedName": printable(finding.resource), "kind": "resource"}
        ]
    result: Object = {
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": str(finding.severity),
        "message": {"text": message},
        "locations": [location],
        "partialFingerprints": prints,
    }
    if related:
        result["relatedLocations"] = related
    if finding.fix and all(_encodable(edit.text) for edit in finding.fix.edits):
        result["fixes"] = [_fix(finding.fix, below)]
    return result


def suppression(hidden: Suppressed) -> Object:
    said: Object = {"kind": KINDS[hidden.by], "status": "accepted"}
    if hidden.reason:
        said["justification"] = printable(hidden.reason)
    return said


def escaped(text: str) -> str:
    """The text as a SARIF plain text message: nothing in it is a link, nothing hides."""
    return _SPECIAL.sub(r"\\\g<0>", printable(text))


def uri(name: str, below: str = "") -> str:
    """A relative, percent-encoded reference that stays below the root whatever the name is."""
    from urllib.parse import quote

    path = rooted(name, below)
    return quote(path.encode("utf-8", "surrogateescape" if _from_bytes(path) else "replace"))


def _from_bytes(path: str) -> bool:
    """Whether the lone surrogates, if any, are the file system's own bytes."""
    return not re.search("[\ud800-\udc7f\udd00-\udfff]", path)


def _encodable(text: str) -> bool:
    return not re.search("[\ud800-\udfff]", text)


def _label(label: str) -> str:
    return escaped(clip(label, _LABEL)) or "the other place"


def _location(span: Span, below: str) -> Object:
    return {"physicalLocation": {"artifactLocation": _artifact(span, below), "region": _line(span)}}


def _artifact(span: Span, below: str) -> Object:
    return {"uri": uri(span.source.name, below), "uriBaseId": ROOT}


def _line(span: Span) -> Object:
    line, column, end = region(span)
    return {"startLine": line, "startColumn": column, "endLine": line, "endColumn": end}


def _fix(fix: Fix, below: str) -> Object:
    by_file: dict[str, Object] = {}
    for edit in fix.edits:
        change = by_file.setdefault(
            edit.span.source.name,
            {"artifactLocation": _artifact(edit.span, below), "replacements": []},
        )
        change["replacements"].append(_replacement(edit))
    return {
        "description": {"text": sentence(escaped(fix.title)) or "Fix."},
        "artifactChanges": list(by_file.values()),
        "properties": {"safe": fix.safe},
    }


def _replacement(edit: Edit) -> Object:
    first, last = edit.span.first, edit.span.last
    return {
        "deletedRegion": {
            "startLine": first.line,
            "startColumn": first.column,
            "endLine": last.line,
            "endColumn": last.column,
        },
        "insertedContent": {"text": edit.text},
    }
