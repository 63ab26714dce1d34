"""Which rules run under what the user set. Not here: how they run (`rule`)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from raypolicy.catalogue import prepare_all, shipped
from raypolicy.config import Options, is_mandatory, set_severity, severity_of
from raypolicy.errors import UsageError, all_of
from raypolicy.expect import did_you_mean
from raypolicy.findings import Severity
from raypolicy.rule import Rule

_KINDS: Final[Mapping[type, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
}
_ALL: Final = "`raypolicy rules` lists them"


class Selection(NamedTuple):
    """The rules that run, and every rule there is, whether it runs or not, with its topic."""

    rules: list[Rule]
    topics: dict[str, str]


def rules_for(options: Options) -> Selection:
    """What runs. Raises UsageError for a name that no rule or topic has."""
    plans = _plans(options)
    _check_names(options, plans)
    rules = [
        Rule(
            plan,
            options.settings.get(plan["id"], {}),
            severity_of(plan, options),
            all_releases=plan["id"] in options.select,
            fixes=options.fixes,
        )
        for plan in plans
        if _wanted(plan, options)
    ]
    return Selection(rules, {plan["id"]: plan["topic"] for plan in plans})


def _plans(options: Options) -> list[dict[str, Any]]:
    plans = shipped(prose=options.prose)
    if options.rules:
        for path in (os.fspath(each) for each in options.rules):
            if not os.path.exists(path):
                raise options.mistake(f"no such file or directory: {path}", "rules", path)
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
    rule, topic = plan["id"], plan["topic"]
    if rule in options.ignore or topic in options.ignore:
        return False
    least = Severity[options.min_severity.upper()]
    if least is not Severity.NOTE and _worst(plan, options) < least:
        return False
    if options.select:
        return rule in options.select or topic in options.select
    return plan["profile"] == "default" or options.profile == "pedantic"


def _worst(plan: Mapping[str, Any], options: Options) -> Severity:
    """The severity that findings of a rule can have somewhere."""
    found = [severity_of(plan, options)]
    for override in options.overrides:
        word = set_severity(override.severity, plan["id"], plan["topic"])
        found += [Severity[word.upper()]] if word else []
    return max(found)


def _check_names(options: Options, plans: Iterable[Mapping[str, Any]]) -> None:
    settings = {plan["id"]: plan["settings"] for plan in plans}
    known = {*settings, *(plan["topic"] for plan in plans)}
    errors = [
        options.mistake(f"no rule or topic {way[-1]!r}{did_you_mean(way[-1], known, _ALL)}", *way)
        for way in _names(options)
        if way[-1] not in known
    ]
    for name, given in options.settings.items():
        if name in settings:
            errors += _bad_settings(options, name, settings[name], given)
        else:
            near = did_you_mean(name, settings, _ALL)
            errors.append(options.mistake(f"no rule {name!r}{near}", "settings", name))
    errors += _left_out(options, plans)
    if errors:
        raise all_of(errors)


def _left_out(options: Options, plans: Iterable[Mapping[str, Any]]) -> Iterator[UsageError]:
    """Rules that are mandatory, and to be ignored."""
    for plan in plans:
        rule, topic = plan["id"], plan["topic"]
        for name in {rule, topic} & set(options.ignore):
            if is_mandatory(options, rule, topic):
                message = f"{rule} is mandatory, so {name} cannot be ignored"
                yield options.mistake(message, "ignore", name)


def _names(options: Options) -> Iterator[tuple[str, ...]]:
    """The ways to names of rules and topics."""
    yield from (("select", name) for name in options.select)
    yield from (("ignore", name) for name in options.ignore)
    yield from (("mandatory", name) for name in options.mandatory)
    yield from (("severity", name) for name in options.severity)
    for override in options.overrides:
        yield from (("overrides", "ignore", name) for name in override.ignore)
        yield from (("overrides", "severity", name) for name in override.severity)


def _bad_settings(
    options: Options, rule: str, known: Mapping[str, Any], given: Mapping[str, Any]
) -> Iterator[UsageError]:
    for name, value in given.items():
        if name not in known:
            near = did_you_mean(name, known)
            yield options.mistake(f"{rule} has no setting {name!r}{near}", "settings", rule, name)
        elif type(value) is not type(known[name]):
            kind = _KINDS[type(known[name])]
            message = f"{rule}: {name} takes {kind}, such as {known[name]}"
            yield options.mistake(message, "settings", rule, name)
