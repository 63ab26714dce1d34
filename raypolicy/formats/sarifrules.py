"""What SARIF says of a rule. Not here: its results (`sarifresults`)."""

from __future__ import annotations

from collections.abc import Iterator

from raypolicy.findings import RuleInfo, Severity
from raypolicy.formats.json import Object
from raypolicy.formats.style import clip, sentence

_DESCRIPTION = 1024
_NAME = 255
_PROBLEMS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "recommendation",
}


def sarif_rule(rule: RuleInfo, homepage: str) -> Object:
    name = "".join(part[:1].upper() + part[1:] for part in rule.id.split("-"))
    summary = sentence(rule.summary or rule.id)
    described: Object = {
        "id": rule.id,
        "name": clip(name, _NAME),
        "shortDescription": {"text": clip(summary, _DESCRIPTION)},
        "fullDescription": {"text": clip(sentence(rule.why) or summary, _DESCRIPTION)},
        "help": {
            "text": "\n\n".join(_help(rule, summary, "{}")),
            "markdown": "\n\n".join(_help(rule, summary, "<{}>")),
        },
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": _properties(rule),
    }
    pages = (url for url in (*rule.see, homepage) if url.startswith(("https://", "http://")))
    if page := next(pages, None):
        described["helpUri"] = page
    return described


def _help(rule: RuleInfo, summary: str, link: str) -> Iterator[str]:
    yield summary
    if rule.why:
        yield rule.why.strip()
    if rule.help:
        yield f"How to fix it: {rule.help.strip()}"
    if rule.refused_by:
        yield f"Refused by: {rule.refused_by}."
    if rule.see:
        yield "See: " + ", ".join(link.format(url) for url in rule.see)


def _properties(rule: RuleInfo) -> Object:
    # A security-severity makes the results security alerts; any other number fails the upload.
    security = rule.security is not None and 0 < rule.security <= 10
    tags = dict.fromkeys(("kubernetes", "ray", rule.topic, "security" if security else ""))
    properties: Object = {
        "tags": [tag for tag in tags if tag],
        "precision": "high",
        "problem.severity": _PROBLEMS[rule.severity],
    }
    if security:
        properties["security-severity"] = f"{rule.security:.1f}"
    return properties
