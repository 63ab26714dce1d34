"""Which rules run under what the user set. Not here: how they run (`rule`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from raypolicy.catalogue import prepare_all, shipped
from raypolicy.config import TERMS, Options, is_mandatory, severity_of
from raypolicy.errors import UsageError
from raypolicy.expect import did_you_mean
from raypolicy.findings import Severity
from raypolicy.rule import Rule


def rules_for(options: Options) -> list[Rule]:
    """The rules that run. Raises UsageError for a name that no rule or topic has."""
    plans = _plans(options)
    _check_names(options, plans)
    _check_mandatory(options, plans)
    return [
        Rule(
            plan,
            options.settings.get(plan["id"], {}),
            severity_of(plan, options),
            all_releases=plan["id"] in options.select,
        )
        for plan in plans
        if _wanted(plan, options)
    ]


def topics(options: Options) -> dict[str, str]:
    """Every rule there is, whether it runs or not, and its topic."""
    return {plan["id"]: plan["topic"] for plan in _plans(options)}


def _plans(options: Options) -> list[dict[str, Any]]:
    plans = shipped(prose=options.prose)
    if options.rules:
        own = prepare_all(options.rules)
        taken = {plan["id"] for plan in plans}
        for plan in own:
            if plan["id"] in taken:
                raise UsageError(f"a rule {plan['id']!r} is shipped already; rename yours")
        plans = [*plans, *own]
    return plans


def _wanted(plan: Mapping[str, Any], options: Options) -> bool:
    if is_mandatory(options, plan["id"], plan["topic"]):
        return True
    names = {plan["id"], plan["topic"]}
    least = Severity[options.min_severity.upper()]
    if names & set(options.ignore) or severity_of(plan, options) < least:
        return False
    if options.select:
        return bool(names & set(options.select))
    return plan["profile"] == "default" or options.profile == "pedantic"


def _check_names(options: Options, plans: Iterable[Mapping[str, Any]]) -> None:
    settings = {plan["id"]: plan["settings"] for plan in plans}
    known = {*settings, *(plan["topic"] for plan in plans)}
    for name in (*options.select, *options.ignore, *options.mandatory):
        if name not in known:
            raise UsageError(f"no rule or topic {name!r}{did_you_mean(name, known)}")
    for name in (*options.severity, *options.settings):
        if name not in settings:
            raise UsageError(f"no rule {name!r}{did_you_mean(name, settings)}")
    for name, given in options.settings.items():
        for setting, value in given.items():
            if setting not in settings[name]:
                near = did_you_mean(setting, settings[name])
                raise UsageError(f"{name} has no setting {setting!r}{near}")
            if type(value) is not type(settings[name][setting]):
                raise UsageError(f"{name}: {setting} is like {settings[name][setting]!r}")


def _check_mandatory(options: Options, plans: Iterable[Mapping[str, Any]]) -> None:
    """Refuse to leave out what is mandatory, and to demand of suppressions what they can't say."""
    for plan in plans:
        rule, topic = plan["id"], plan["topic"]
        left = {rule, topic} & set(options.ignore)
        if left and is_mandatory(options, rule, topic):
            raise UsageError(f"{rule} is mandatory, so {left.pop()} cannot be ignored")
    for term in options.require:
        if term not in TERMS:
            raise UsageError(f"suppressions have no {term!r}{did_you_mean(term, TERMS)}")
