"""What an upgrade of KubeRay changes, for people and as JSON. Not here: finding it (`upgrade`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any, Final

from raypolicy.findings import Finding
from raypolicy.tree import ABSENT, Unknown
from raypolicy.upgrade import Remade, Step, Upgrade

_SHOWN: Final = 3
"""Resources that are named before the others are counted."""
_LONGEST: Final = 160
_WHO: Final = {"api-server": "API server", "pod-creation": "API server, at the pods"}


def lines(found: Upgrade) -> Iterator[str]:
    """A heading a kind of change, and under it what it means for which manifest."""
    covered = found.coverage
    counted = f"{_count(covered.files, 'file')}, {_count(covered.resources, 'Ray resource')}"
    yield f"KubeRay {found.before} to {found.after}: {counted}"
    yield from found.unread
    yield from _steps("Refused", found.refused)
    yield from _steps("Found besides", found.found)
    yield from _steps("Not found any more", found.gone)
    changed = {each.resource for each in found.remade}
    if changed:
        yield ""
        yield f"Made otherwise, in {_count(len(changed), 'resource')}"
        yield from _remade(found.remade)
    if not (found.refused or found.found or found.gone or changed or found.unread):
        yield "nothing changes"


def as_json(found: Upgrade) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "version": 1,
        "from": str(found.before),
        "to": str(found.after),
        "unread": list(found.unread),
        "refused": [_step(each) for each in found.refused],
        "found": [_step(each) for each in found.found],
        "gone": [_step(each) for each in found.gone],
        "made": [
            {
                "since": str(each.release),
                "resource": each.resource,
                "role": each.role,
                "path": each.change.path,
                "before": _plain(each.change.before),
                "after": _plain(each.change.after),
            }
            for each in found.remade
        ],
    }


def _steps(title: str, steps: Iterable[Step]) -> Iterator[str]:
    steps = sorted(steps, key=lambda each: (each.release.version, each.finding.order))
    if steps:
        yield ""
        yield f"{title} ({len(steps)})"
    for release, group in _by_release(steps):
        yield f"  from KubeRay {release} on"
        for step in group:
            finding = step.finding
            yield f"    {_place(step)}: {finding.severity}: {finding.message} [{_rule(finding)}]"


def _by_release(steps: list[Step]) -> Iterator[tuple[str, list[Step]]]:
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(str(step.release), []).append(step)
    yield from found.items()


def _remade(changes: Iterable[Remade]) -> Iterator[str]:
    """Changes that several resources share are told once, with the words of the first."""
    alike: dict[tuple[Any, ...], list[Remade]] = {}
    for each in changes:
        role = each.role.partition("/")[0]
        kinds = (type(each.change.before), type(each.change.after))
        alike.setdefault((str(each.release), role, each.change.path, kinds), []).append(each)
    last = ""
    for (release, role, path, _), same in sorted(
        alike.items(), key=lambda each: _order(each[1][0])
    ):
        if release != last:
            yield f"  from KubeRay {release} on"
            last = release
        resources = [*dict.fromkeys(each.resource for each in same)]
        if not path:
            made = "is made" if same[0].change.before is ABSENT else "is not made any more"
            yield f"    {role} {made}  ({_some(resources)})"
            continue
        yield f"    {role} {path}  ({_some(resources)})"
        before, after = same[0].change.before, same[0].change.after
        if before is not ABSENT:
            yield f"      - {_shortened(before, after)}"
        if after is not ABSENT:
            yield f"      + {_shortened(after, before)}"


def _order(each: Remade) -> tuple[Any, ...]:
    return (each.release.version, each.role, each.change.path)


def _some(resources: list[str]) -> str:
    shown = ", ".join(resources[:_SHOWN])
    more = len(resources) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _shortened(value: Any, other: Any) -> str:
    """A value in one line; of a long text only the words that the other doesn't share."""
    if isinstance(value, str) and isinstance(other, str) and len(value) > _LONGEST // 2:
        words, others = value.split(" "), other.split(" ")
        first = _shared(words, others)
        last = _shared(words[first:][::-1], others[first:][::-1])
        inside = words[first : len(words) - last]
        value = " ".join(["…"] * (first > 0) + inside + ["…"] * (last > 0))
    text = json.dumps(_plain(value), ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …"


def _shared(words: list[str], others: list[str]) -> int:
    """How many words both begin with."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(words, others, strict=False))
    return sum(1 for _ in pairs)


def _step(step: Step) -> dict[str, Any]:
    finding = step.finding
    return {
        "since": str(step.release),
        "rule": finding.rule.id,
        "severity": str(finding.severity),
        "refused_by": finding.rule.refused_by,
        "message": finding.message,
        "resource": finding.resource,
        "path": finding.span.source.name,
        "line": finding.span.first.line,
        "column": finding.span.first.column,
    }


def _place(step: Step) -> str:
    span = step.finding.span
    return f"{span.source.name}:{span.first.line}:{span.first.column}"


def _rule(finding: Finding) -> str:
    """Its id, and who refuses the resource."""
    by = finding.rule.refused_by
    return finding.rule.id if by is None else f"{finding.rule.id}, by the {_WHO.get(by, by)}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _plain(value: Any) -> Any:
    """As JSON has it; what can't be known is a text that says so."""
    if value is ABSENT:
        return None
    if type(value) is Unknown:
        return f"unknown: {value.reason}"
    if type(value) is dict:
        return {key: _plain(each) for key, each in value.items()}
    if type(value) is list:
        return [_plain(each) for each in value]
    return value
