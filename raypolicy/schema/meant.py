"""What an unknown field was meant to be: a near name, another place, another release.

Not here: that it is unknown (`walk`). It is looked for only where something is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

from raypolicy.nearnames import is_near, same_letters
from raypolicy.nearnames import slip as slip_between
from raypolicy.schema.fields import Part, Step, at, child, part, releases, releases_with, root
from raypolicy.schema.walk import TYPE, UNKNOWN_FIELD, faults
from raypolicy.values import Version

_FARTHEST: Final = 4
"""Steps up and down the schema within which a field of the same name is looked for."""
_MOST_PLACES: Final = 3
_LIKENESS: Final = 0.72
"""Of difflib, from which on a name is said to be like another."""
_SHORTEST: Final = 5
_SHORTEST_PART: Final = 3
_FORBIDDEN: Final = "ephemeralContainers"
"""What the schema of pods has, but no template may."""


class Span(NamedTuple):
    """Whence a field that a release does not have comes: the first release with it, and the first
    without; None where that is not so.
    """

    since: Version | None
    until: Version | None


class Guess(NamedTuple):
    """What an unknown field was meant to be, the first of these that there is: a `slip` of another;
    a level too many, which `wraps` what belongs where it stands; a field that it is `alike`; the
    same field in other `places`.
    """

    slip: str | None = None
    wraps: bool = False
    alike: str | None = None
    places: Mapping[str, tuple[Step, ...]] = {}


def guess(number: int, path: tuple[Step, ...], holder: dict[str, Any]) -> Guess:
    """What the field at the end of a path was meant to be, in the schema with a number."""
    name, inside = str(path[-1]), at(number, path[:-1])
    here = {} if inside is None else part(inside)
    given = (name, here, holder)
    meant = slip(*given)
    if meant is not None:
        return Guess(slip=meant)
    if inside is not None and wraps(inside, holder, name):
        return Guess(wraps=True)
    limits = (*path[:-1], "limits", name)
    if not isinstance(holder[name], dict | list) and _may_hold(number, limits, holder[name]):
        return Guess(places={"limits": limits})
    meant = contained(*given)
    places = {} if meant is not None else elsewhere(number, path, holder[name])
    if meant is None and not places:
        meant = alike(*given) or held(*given)
    return Guess(alike=meant, places=places)


def span(api_version: str, kind: str, path: tuple[Step, ...], release: Version) -> Span:
    """In which other releases there is a field that this one does not have."""
    having = releases_with(api_version, kind, path)
    later = [each for each in having if each > release]
    earlier = [each for each in having if each < release]
    gone = None
    if earlier and not later:
        after = (each for each in releases() if each > earlier[-1])
        gone = next((each for each in after if root(api_version, kind, each) is not None), None)
    return Span(later[0] if later else None, gone)


def slip(name: str, here: Part, value: dict[str, Any]) -> str | None:
    """The field that a name must be meant for: the same letters in another case or with other
    signs, or one slip of the keyboard; None where that is not plain or would not fit.
    """
    names = _free(here, value)
    meant = same_letters(name, names)
    if meant is None:
        near = (
            [each for each in names if slip_between(name, each)] if len(name) >= _SHORTEST else []
        )
        meant = near[0] if len(near) == 1 else None
    return meant if meant is not None and _fits(value[name], here["properties"][meant]) else None


def alike(name: str, here: Part, value: dict[str, Any]) -> str | None:
    """The field that a name is like without being a slip: `serveConfig` for `serveConfigV2`."""
    if len(name) < _SHORTEST:
        return None
    from difflib import get_close_matches

    given, fields = value[name], here["properties"]
    names = [each for each in _free(here, value) if _fits(given, fields[each])]
    names = [each for each in names if _shares(given, fields[each])]
    longer = [each for each in names if each.lower().startswith(name.lower())]
    if len(longer) == 1:
        return longer[0]
    close = get_close_matches(name, names, 1, _LIKENESS)
    return close[0] if close else None


def contained(name: str, here: Part, value: dict[str, Any]) -> str | None:
    """The field of which a name is a part: `name` for `groupName`, `path` for `mountPath`; of
    several the one that must be there.
    """
    if len(name) < _SHORTEST_PART:
        return None
    given = value[name]
    fields = here.get("properties", {})
    longer = [each for each in _free(here, value) if name.lower() in each.lower()]
    longer = [each for each in longer if _takes(given, fields[each])]
    if isinstance(given, dict):  # free mappings take anything
        longer = [each for each in longer if _has_fields(fields[each])]
    needed = [each for each in longer if each in here.get("required", ())]
    found = needed or longer
    return found[0] if len(found) == 1 else None


def held(name: str, here: Part, value: dict[str, Any]) -> str | None:
    """The field that takes just what an unknown one holds: `rayClusterSpec` for a mapping with a
    `headGroupSpec`.
    """
    given, fields = value[name], here.get("properties", {})
    if not isinstance(given, dict | list) or not given:
        return None
    typed = (each for each in _free(here, value) if _has_fields(fields[each]))
    found = [each for each in typed if _takes(given, fields[each])]
    return found[0] if len(found) == 1 else None


def wraps(number: int, holder: dict[str, Any], name: str) -> bool:
    """Whether an unknown field holds nothing but what belongs where it stands itself: `spec` in a
    `jobTemplate`, which is one already.
    """
    inside = holder[name]
    if not isinstance(inside, dict) or not inside or holder.keys() & inside.keys():
        return False
    return inside.keys() <= part(number).get("properties", {}).keys() and _takes(inside, number)


def elsewhere(number: int, path: tuple[Step, ...], value: object) -> dict[str, tuple[Step, ...]]:
    """Where in the schema with a number a field of that name is that would take the value: the
    places nearest to the path's, three at the most, each with what to call it from the next mapping
    that both are in: `workerGroupSpecs[]`, `template.spec`.
    """
    name = str(path[-1])
    for distance in range(1, _FARTHEST + 1):
        found: dict[str, tuple[Step, ...]] = {}
        for up in range(min(distance, len(path) - 1) + 1):
            above = path[: len(path) - 1 - up]
            start = at(number, above)
            if start is not None:
                for below in _below(start, name, value, distance - up):
                    told = below or above[-2:]
                    if told == path[-2:-1]:  # of the same name as where it stands now
                        told = (*above[-2:], *told)
                    found[_told(told)] = (*above, *below, name)
        if found:
            return found if len(found) <= _MOST_PLACES else {}
    return {}


def _may_hold(number: int, path: tuple[Step, ...], value: object) -> bool:
    """Whether there is a place for a value at a path; so there is for an amount that stands right
    under `resources` one level deeper.
    """
    place = at(number, path)
    return place is not None and _fits(value, place)


def _below(number: int, name: str, value: object, depth: int) -> Iterator[tuple[Step, ...]]:
    """Paths of a length to parts that have a field which would take the value."""
    if depth == 0:
        field = part(number).get("properties", {}).get(name)
        if field is not None and _fits(value, field):
            yield ()
        return
    for step, below in part(number).get("properties", {}).items():
        if step == _FORBIDDEN:
            continue
        item = child(below, 0)
        for rest in _below(below if item is None else item, name, value, depth - 1):
            yield (step, *rest) if item is None else (step, 0, *rest)


def _told(path: tuple[Step, ...]) -> str:
    return "".join("[]" if type(step) is int else f".{step}" for step in path).lstrip(".")


def _free(here: Part, value: Collection[str]) -> list[str]:
    """The fields of a part that a mapping does not have yet."""
    return [name for name in here.get("properties", {}) if name not in value]


def _has_fields(number: int) -> bool:
    """Whether a field is a mapping with fields of its own, or a list of such."""
    item = child(number, 0)
    return bool(part(number if item is None else item).get("properties"))


def _shares(value: object, number: int) -> bool:
    """Whether a field with fields of its own has any of what a mapping holds."""
    fields = part(number).get("properties", {})
    return not (isinstance(value, dict) and value and fields) or not fields.keys().isdisjoint(value)


def _takes(value: object, number: int) -> bool:
    """Whether a value would do for a field with all that is in it, whatever is missing."""
    if value is None:
        return True
    return not any(each.kind in (TYPE, UNKNOWN_FIELD) for each in faults(value, number))


def _fits(value: object, number: int) -> bool:
    """Whether a value, as far as its own type goes, would do for a field."""
    if value is None:
        return True
    return not any(each.kind == TYPE and not each.path for each in faults(value, number))


def nearest_value(value: object, allowed: list[str]) -> str | None:
    """The one of the allowed values that a text must be meant for; None where that isn't plain."""
    if type(value) is not str:
        return None
    if len(allowed) == 1:
        return allowed[0]
    same = same_letters(value, allowed)
    near = [each for each in allowed if is_near(value, each)]
    return same or (near[0] if len(near) == 1 else None)
