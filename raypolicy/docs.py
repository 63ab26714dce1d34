"""Rule files → the pages and explanations that people read. Not here: reports of findings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from raypolicy.catalogue import PACKAGE, shipped_rules
from raypolicy.errors import UsageError
from raypolicy.ruleschema import rule_schema
from raypolicy.rulespage import rules_page
from raypolicy.schemas import config_schema

Plan: TypeAlias = Mapping[str, Any]

_CONFIGURED = ("mandatory", "require")
"""What an example may configure."""

_REFUSERS = {
    "api-server": "refused by the API server",
    "webhook": "refused by KubeRay's webhook",
    "operator": "refused by KubeRay's operator",
    "pod-creation": "refused when the operator creates pods or services",
}


def explanation(plan: Plan) -> str:
    """What a rule is about, for a terminal."""
    parts = [f"{plan['id']}  ({traits(plan)})", plan["summary"] + ".", plan["why"]]
    if plan["help"]:
        parts.append(f"How to mend it: {plan['help']}")
    if plan["settings"]:
        shown = ", ".join(f"{name}: {value}" for name, value in plan["settings"].items())
        parts.append(f"Settings: {shown}")
    for example in plan["examples"]:
        side = "fail" if "fail" in example else "pass"
        title = "Found, at the marked lines" if side == "fail" else "Not found"
        configured = [f"{key}: {example[key]}" for key in _CONFIGURED if key in example]
        title = ", with ".join((title, *configured))
        parts.append(f"{title}:\n\n{_indented(example[side])}")
        if "fixed" in example:
            parts.append(f"After the fix:\n\n{_indented(example['fixed'])}")
    if plan["see"]:
        parts.append("See:\n" + "\n".join(f"  {url}" for url in plan["see"]))
    return "\n\n".join(parts) + "\n"


def traits(plan: Plan) -> str:
    """Severity, profile, releases, who refuses it, whether it has a fix."""
    found = [plan["severity"]]
    if plan["profile"] != "default":
        found.append(f"profile {plan['profile']}")
    if plan["releases"]:
        found.append(f"where {_clauses(plan['releases'])}, or if selected by name")
    if plan["refused_by"]:
        found.append(_REFUSERS[plan["refused_by"]])
    if plan["fix"]:
        found.append("safe fix" if plan["safe"] else "fix that needs a look")
    return ", ".join(found)


def _clauses(clauses: Any) -> str:
    """The clauses of `releases` as they are written."""
    if isinstance(clauses, list):
        return " and ".join(map(_clauses, clauses))
    if "any" in clauses:
        return " or ".join(map(_clauses, clauses["any"]))
    start, steps = clauses["left"]
    path = ".".join((start, *(name for _, name in steps)))
    right = clauses.get("right", {}).get("literal", "")
    return f"{path} {clauses['op']} {right}".rstrip()


def catalogue_table(plans: Iterable[Plan]) -> str:
    """The rules by topic, a line each."""
    rows = sorted(plans, key=lambda plan: (plan["topic"], plan["id"]))
    width = max((len(plan["id"]) for plan in rows), default=0)
    lines: list[str] = []
    topic = None
    for plan in rows:
        if plan["topic"] != topic:
            topic = plan["topic"]
            lines += ["", topic] if lines else [topic]
        marks = "fix" if plan["fix"] else ""
        pedantic = "pedantic" if plan["profile"] == "pedantic" else ""
        extra = ", ".join(filter(None, (pedantic, marks)))
        summary = f"{plan['summary']} [{extra}]" if extra else plan["summary"]
        lines.append(f"  {plan['id']:{width}}  {plan['severity']:7}  {summary}")
    return "\n".join(lines) + "\n"


def catalogue_json(plans: Iterable[Plan]) -> str:
    """The rules for machines; the shape is in the documentation."""
    rules = [
        {
            "id": plan["id"],
            "topic": plan["topic"],
            "summary": plan["summary"],
            "severity": plan["severity"],
            "profile": plan["profile"],
            "help": plan["help"],
            "fixable": bool(plan["fix"]),
            "refused_by": plan["refused_by"],
            "security": plan["security"],
            "see": plan["see"],
        }
        for plan in sorted(plans, key=lambda plan: plan["id"])
    ]
    return json.dumps({"version": 1, "rules": rules}, indent=2) + "\n"


def pages(plans: Iterable[Plan]) -> dict[Path, str]:
    """The generated pages of a checkout and what they should say. Raises UsageError elsewhere."""
    rules = list(plans)
    root = shipped_rules()
    if root.parent == PACKAGE:
        raise UsageError("the pages belong to a checkout; this is an installed package")
    docs = root.parent / "docs"
    return {
        root / "README.md": rules_page(rules, root),
        docs / "words.md": words_page(),
        docs / "schemas" / "config.schema.json": config_schema(rules),
        docs / "schemas" / "rule.schema.json": rule_schema(),
    }


def words_page() -> str:
    """The facts that rules may name, a table a view."""
    from raypolicy.facts.view import View, words
    from raypolicy.roots import ROOTS

    lines = [
        "# The words of rules",
        "",
        "Written by `raypolicy docs` from the views. A path in `given` begins at a root; after it "
        "come facts (below) and the fields of the manifest in their own spelling. "
        "`raypolicy facts FILE` shows what they are for a manifest.",
        "",
        "Roots: "
        + ", ".join(f"`{name}[*]` ({view.__name__})" for name, view in ROOTS.items())
        + ", `target` (Target).",
    ]
    pending: list[type[View]] = [*ROOTS.values()]
    done: set[type[View]] = set()
    while pending:
        view = pending.pop(0)
        if view in done:
            continue
        done.add(view)
        known = words(view)
        meaning = " ".join((view.__doc__ or "").split())
        lines += ["", f"## {view.__name__}", "", meaning, ""]
        if known:
            lines += ["| fact | leads to | is |", "|---|---|---|"]
        for word in known.values():
            of = getattr(word.type, "__name__", str(word.type))
            shape = f"list of {of}" if word.kind.endswith("s") else of
            lines.append(f"| `{word.name}` | {_cell(shape)} | {_cell(word.meaning)} |")
            if isinstance(word.type, type) and issubclass(word.type, View):
                pending.append(word.type)
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
