"""The catalogue as a page, `rules/README.md`. Not here: a rule explained, other pages (`docs`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, Final, TypeAlias

Plan: TypeAlias = Mapping[str, Any]

_SEVERITIES: Final = ("error", "warning", "note")
_REFUSERS: Final = {
    None: "",
    "api-server": "API server",
    "webhook": "webhook",
    "operator": "operator",
    "pod-creation": "pod creation",
}
_LEGEND: Final = """\
Written by `raypolicy docs` from the rule files. `raypolicy explain RULE` says why, with examples,
sources and what to do.

- **error**: it is refused, or the cluster cannot work as written. **warning**: it is silently
  overridden or ignored, fails in a foreseeable situation, or opens the cluster to others. **note**:
  advice with a cost that a team may knowingly pay.
- *pedantic*: sound advice that many good manifests do not follow; for `--profile pedantic`.
- **fix**: `raypolicy check --fix` makes the safe ones; with `--unsafe` those that need a look, too.
- **refused by**: who would say no. The API server does at once; the optional webhook, too; the
  operator and the creation of pods and services only after `kubectl apply` has said "created".
"""


def rules_page(plans: Iterable[Plan], folder: Path) -> str:
    """All rules by topic, the worst first; each topic begins with what its `README.md` says.

    Raises FileNotFoundError for a topic without one.
    """
    rows = sorted(plans, key=_order)
    topics = {topic: list(found) for topic, found in groupby(rows, key=lambda plan: plan["topic"])}
    abouts = {topic: _about(folder / topic / "README.md") for topic in topics}
    lines = ["# The rules", "", _LEGEND]
    lines += [
        f"{len(rows)} rules: {_counted(rows)}.",
        "",
        "| topic | is about | rules |",
        "|---|---|---|",
    ]
    lines += [
        f"| [{topic}](#{topic}) | {_first(abouts[topic])} | {len(found)} |"
        for topic, found in topics.items()
    ]
    for topic, found in topics.items():
        lines += ["", f"## {topic}", "", abouts[topic], "", *_table(found)]
    return "\n".join(lines) + "\n"


def _about(page: Path) -> str:
    """What a topic's page says below its title."""
    return page.read_text("utf-8").partition("\n")[2].strip()


def _first(about: str) -> str:
    return about.partition("\n\n")[0].replace("\n", " ")


def _order(plan: Plan) -> tuple[Any, ...]:
    pedantic = plan["profile"] == "pedantic"
    return plan["topic"], pedantic, _SEVERITIES.index(plan["severity"]), plan["id"]


def _counted(plans: Iterable[Plan]) -> str:
    rows = list(plans)
    by = Counter(plan["severity"] for plan in rows)
    parts = [f"{by[severity]} {severity}s" for severity in _SEVERITIES]
    refused = sum(plan["refused_by"] is not None for plan in rows)
    mended = sum(bool(plan["fix"]) for plan in rows)
    return f"{', '.join(parts)}; {refused} say what would be refused, {mended} have a fix"


def _table(plans: Iterable[Plan]) -> Iterator[str]:
    yield "| rule | finds | severity | fix | refused by |"
    yield "|---|---|---|---|---|"
    for plan in plans:
        link = f"[{plan['id']}]({plan['topic']}/{plan['id']}.yaml)"
        summary = plan["summary"].replace("|", "\\|")
        severity = plan["severity"]
        if plan["profile"] == "pedantic":
            severity += ", *pedantic*"
        fix = ("safe" if plan["safe"] else "a look") if plan["fix"] else ""
        yield f"| {link} | {summary} | {severity} | {fix} | {_REFUSERS[plan['refused_by']]} |"
