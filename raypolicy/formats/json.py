"""The report as JSON for programs of any kind. Not here: SARIF."""

from __future__ import annotations

import json
import re
from typing import Any

from raypolicy.findings import Coverage, Finding, Fix, Report, Suppressed
from raypolicy.fingerprints import report_fingerprints
from raypolicy.formats.style import Style
from raypolicy.source import Span

VERSION = 1
_HASHES = re.compile("#(?=#)")
_INDENTED = 2_000

Object = dict[str, Any]


def render(report: Report, style: Style) -> str:
    names = report_fingerprints(report)
    return dump(
        {
            "version": VERSION,
            "coverage": _coverage(report.coverage),
            "findings": [_finding(f, names[id(f)]) for f in report.findings],
            "suppressed": [
                {**_finding(f, names[id(f)]), **terms}
                for f, terms in map(_terms, report.suppressed)
            ],
            "gone": [gone._asdict() for gone in report.gone],
            "unknown": [{**_place(span), "reason": reason} for span, reason in report.unknown],
        },
        indent=len(report.findings) <= _INDENTED,
    )


def dump(value: Object | list[Object], *, indent: bool) -> str:
    """ASCII only, so that it can be written anywhere; indented for people unless it is huge."""
    text = json.dumps(value, indent=2 if indent else None)
    # `##` stands in strings only; some CI runners obey `##[…]` anywhere in a log line.
    return _HASHES.sub(r"\\u0023", text) + "\n"


def _coverage(coverage: Coverage) -> Object:
    return {
        "files": coverage.files,
        "documents": coverage.documents,
        "resources": coverage.resources,
        "bundles": coverage.bundles,
        "not_read": [{"path": path, "reason": reason} for path, reason in coverage.not_read],
    }


def _finding(finding: Finding, fingerprint: str) -> Object:
    return {
        "rule": finding.rule.id,
        "severity": str(finding.severity),
        "message": finding.message,
        **_place(finding.span),
        "label": finding.label,
        "resource": finding.resource,
        "related": [{**_place(span), "label": label} for span, label in finding.related],
        "fix": _fix(finding.fix) if finding.fix else None,
        "rendered": [{"name": name, "line": line} for name, line in finding.rendered],
        "fingerprint": fingerprint,
    }


def _terms(hidden: Suppressed) -> tuple[Finding, Object]:
    """A hidden finding, and what is said about hiding it."""
    terms = hidden._asdict()
    return terms.pop("finding"), terms


def _fix(fix: Fix) -> Object:
    edits = [{**_place(span), "text": text} for span, text in fix.edits]
    return {"title": fix.title, "safe": fix.safe, "edits": edits}


def _place(span: Span) -> Object:
    """Lines and columns from 1, columns in code points, the end just behind the last character."""
    first, last = span.first, span.last
    return {
        "path": span.source.name,
        "line": first.line,
        "column": first.column,
        "end_line": last.line,
        "end_column": last.column,
    }
