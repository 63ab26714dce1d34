"""Texts and lines that no fix may change: templates, generated files. Not here: fixes (`fix`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from raypolicy.reader import read_yaml
from raypolicy.source import INSIDE, Edit, SourceFile

_HEAD: Final = r"(?:[ \t]*(?:[#%][^\r\n]*|---[ \t]*(?:#[^\r\n]*)?)?(?:\r\n|\r|\n|\Z))*"
_GENERATED: Final = r"""
    \b(?:auto|automatically)?[- ]?generated\b.*\b(?:do\ not|don't)\ (?:edit|change|modify)
  | \bdo\ not\ (?:hand-?)?(?:edit|modify)\b
  | @generated\b
  | \bcode\ generated\b
  | \b(?:auto|automatically)[- ]?generated\b
  | \b(?:file|manifest|document|yaml)\ (?:is|was|has\ been)\ (?:\w+\ )?generated\b
  | ^\#\s*generated\ (?:by|from|with|using)\b
"""
_RENDERED: Final = r"(?m)^# Source: [\w.-]+/(?:charts/[\w.-]+/)*templates/"
_TEMPLATE: Final = r"\{\{|\{%"
_OTHER_TEMPLATES: Final = r"(?m)(?:^|[ \t])#@|<%[-=\s]"
_PLACEHOLDER: Final = r"\{\{|\{%|%\{|\$\{[^}\r\n]*\}|\$\([^)\r\n]*\)"
_COMMENT: Final = r"(?:^|[ \t])#"


def reason_to_leave(source: SourceFile) -> str:
    """Why a text is to be left as it is, whatever is wrong with it; empty if it may be changed."""
    if INSIDE in source.name:
        return "it is packed or rendered, not a file"
    head = re.compile(_HEAD).match(source.text)
    for line in head[0].splitlines() if head else ():
        if re.search(_GENERATED, line, re.IGNORECASE | re.VERBOSE):
            return f"it says that it is generated: {line.strip(' #')}"
    if re.search(_RENDERED, source.text):
        return "it is the output of helm template"
    at = next(_templated(source), None)
    if at is not None:
        return f"it is a template: {source.text[at : at + 2]} in line {source.position(at).line}"
    return ""


def placeholder_on_lines(source: SourceFile, edits: Iterable[Edit]) -> str:
    """The first placeholder in a line that edits would change, empty if there is none.

    Lines that are only put behind a line do not change it.
    """
    text = source.text
    for (_, start, end), new in edits:
        if start == end and new.startswith(("\n", "\r")):
            continue
        begins = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
        ends = re.compile(r"[\r\n]|\Z").search(text, end)
        found = re.compile(_PLACEHOLDER).search(text, begins, ends.start() if ends else end)
        if found:
            return found[0]
    return ""


def _templated(source: SourceFile) -> Iterator[int]:
    """Where a text has the signs of a template, comments that nothing but YAML reads left out."""
    found = [match.start() for match in re.finditer(_TEMPLATE, source.text)]
    if found:
        written = list(_written(source))
        for at in found:
            line = source.text[source.text.rfind("\n", 0, at) + 1 : at]
            comment = re.search(_COMMENT, line)
            if not comment or any(start <= at < end for start, end in written):
                yield at
    for match in re.finditer(_OTHER_TEMPLATES, source.text):
        yield match.start() + match[0].startswith((" ", "\t"))


def _written(source: SourceFile) -> Iterator[tuple[int, int]]:
    """Where scalars are written, keys included; the whole of a document that can't be read."""
    for document in read_yaml(source):
        start = document.start
        if document.defect is not None:
            yield start, document.end
            continue
        pending, seen = [(document.value, document.extent)], set[int]()
        while pending:
            value, extent = pending.pop()
            if type(value) not in (dict, list):
                yield start + extent[0], start + extent[1]
            elif id(value) not in seen:
                seen.add(id(value))
                parts: Any = document.spans.get(id(value), {})
                for key, item in value.items() if type(value) is dict else enumerate(value):
                    pending.append((item, parts[key][-2:]))
                    if type(value) is dict:
                        yield start + parts[key][0], start + parts[key][1]
