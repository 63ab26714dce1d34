"""Which rules run under what the user set. Not here: how they run (`rule`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from raypolicy.catalogue import prepare_all, shipped
from raypolicy.config import Options
from raypolicy.errors import UsageError
from raypolicy.findings import Severity
from raypolicy.paths import did_you_mean
from raypolicy.rule import Rule


def rules_for(options: Options) -> list[Rule]:
    """The rules that run. Raises UsageError for a name that no rule or topic has."""
    plans = shipped(prose=options.prose)
    if options.rules:
        own = prepare_all(options.rules)
        taken = {plan["id"] for plan in plans}
        for plan in own:
            if plan["id"] in taken:
                raise UsageError(f"a rule {plan['id']!r} is shipped already; rename yours")
        plans = [*plans, *own]
    _check_names(options, plans)
    return [
        Rule(plan, options.settings.get(plan["id"], {})) for plan in plans if _wanted(plan, options)
    ]


def _wanted(plan: Mapping[str, Any], options: Options) -> bool:
    names = {plan["id"], plan["topic"]}
    if names & set(options.ignore) or Severity[plan["severity"].upper()] < options.min_severity:
        return False
    if options.select:
        return bool(names & set(options.select))
    return plan["profile"] == "default" or options.profile == "pedantic"


def _check_names(options: Options, plans: Iterable[Mapping[str, Any]]) -> None:
    wanted = (*options.select, *options.ignore)
    if not wanted:
        return
    known = {name for plan in plans for name in (plan["id"], plan["topic"])}
    for name in wanted:
        if name not in known:
            raise UsageError(f"no rule or topic {name!r}{did_you_mean(name, known)}")
