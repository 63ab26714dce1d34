"""The keys of what Ray reads in a manifest, by release: the table as look-ups. Not here: facts."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple

from raypolicy.nearnames import same_letters
from raypolicy.prepared import table, version_of
from raypolicy.startoptions import nearest as nearest_to
from raypolicy.values import Version

_TABLE: Final = "ray-options"
_NUMBERS: Final = ("number", "whole")
_BOUNDS: Final = ("least", "above", "most", "never", "unit")
_FORMS: Final = {
    "text": "a text", "number": "a number", "whole": "a whole number", "boolean": "true or false",
    "list": "a list", "map": "a mapping", "packages": "a list, or the path of a file",
}  # fmt: skip
_OF_REQUIREMENT: Final = ("==", ">=", "<=", "~=", "!=", ",", "\n")
"""What tells packages in a text from the name of a file, which is all that a text may be."""


class Option(NamedTuple):
    """A key of a level: what its value is, and the releases of Ray that have it.

    `level` is that of the mapping, or of each item of the list, that the value is; empty where
    anything may follow. `since` and `until` are None for before and after the table.
    """

    type: str
    level: str
    choices: tuple[str, ...]
    since: Version | None
    until: Version | None
    successor: str | None
    least: float | None
    above: float | None
    most: float | None
    never: float | None
    unit: float | None

    def has(self, ray: Version) -> bool:
        """Whether a release of Ray has the key."""
        return (self.since or ray) <= ray and (self.until is None or ray < self.until)

    def fault(self, value: object, ray: Version | None) -> str | None:
        """What the value must be instead, in words; None where a release of Ray may take it."""
        if self.type == "choice":
            words = (each for each in self.choices if not each.isdigit())
            return None if str(value) in self.choices else f"one of {', '.join(words)}"
        strict = ray is not None and ray >= version_of(table(_TABLE)["pydantic_2"])
        if self.type == "any" or self._fits(value, strict):
            return self._beyond(value)
        return _FORMS[self.type]

    def _fits(self, value: object, strict: bool) -> bool:
        if self.type in ("list", "map"):
            empty = self.type == "map" and value in ("", []) and not strict
            return type(value) is (list if self.type == "list" else dict) or empty
        if self.type == "packages":
            text = value if isinstance(value, str) else ""
            return not any(sign in text.strip() for sign in _OF_REQUIREMENT)
        if type(value) in (list, dict) or (
            strict and self.type == "text" and type(value) is not str
        ):
            return False
        # What is left are scalars, which Ray turns into one another where it can.
        if self.type in _NUMBERS and isinstance(value, str):
            return _number(value) is not None
        if self.type == "whole" and isinstance(value, float):
            return value.is_integer() or not strict
        return self.type != "boolean" or not isinstance(value, float)

    def _beyond(self, value: object) -> str | None:
        number = value if isinstance(value, int | float) else None
        if number is None or isinstance(value, bool):
            return None
        if self.least is not None and number < self.least:
            return f"at least {self.least:g}"
        if self.above is not None and number <= self.above:
            return f"above {self.above:g}"
        if self.most is not None and number > self.most:
            return f"at most {self.most:g}"
        if number == self.never:
            return f"{self.least:g}, or above {self.never:g}"
        if self.unit is not None and number > self.unit and number % self.unit:
            return f"a whole number above {self.unit:g}"
        return None


def options(level: str) -> dict[str, Option]:
    """The keys of a level, those of any release."""
    return _levels()[level]


def is_strict(level: str, ray: Version | None) -> bool | None:
    """Whether a release of Ray refuses a key that the level does not have; None for an unknown one,
    where releases differ.
    """
    since = table(_TABLE)["strict"].get(level)
    if not since:
        return since is not None
    return None if ray is None else ray >= version_of(since)


def meant(name: str, level: str) -> str | None:
    """The key of the level that a misspelt one must be meant for; none where another level has a
    key of just this name.
    """
    alike = same_letters(name, options(level))
    return alike or (None if homes(name, level) else nearest_key(name, level))


def nearest_key(name: str, level: str) -> str | None:
    """The key of the level that is most like another."""
    dashed = {key.strip("_").replace("_", "-"): key for key in options(level)}
    found = nearest_to(name, dashed)
    return None if found is None else dashed[found]


def homes(name: str, level: str) -> list[str]:
    """The other levels that have a key of this name, keys of every level left out."""
    return [
        other
        for other, known in _levels().items()
        if other != level and name in known and name != "name"
    ]


def newest() -> Version:
    """The newest release that the table speaks of."""
    return version_of(table(_TABLE)["newest"])


def takes(kind: str, name: str, ray: Version | None) -> bool:
    """Whether a release of Ray takes such a scheme or archive; of an unknown one, whether any does.

    `kind` is `schemes` or `archives`.
    """
    since = table(_TABLE)[kind].get(name)
    return since is not None and (not since or ray is None or version_of(since) <= ray)


def first_with(kind: str, name: str) -> Version | None:
    """The release that brought a scheme or archive; None where none has it, or all have."""
    since = table(_TABLE)[kind].get(name)
    return version_of(since) if since else None


def archives() -> tuple[str, ...]:
    """The endings of archives that some release takes, longest first."""
    return tuple(sorted(table(_TABLE)["archives"], key=len, reverse=True))


def is_remote(scheme: str) -> bool:
    """Whether Ray fetches an archive over this scheme."""
    return scheme in table(_TABLE)["remote_schemes"]


@cache
def _levels() -> dict[str, dict[str, Option]]:
    rows = table(_TABLE)["levels"]
    return {
        level: {name: _option(row) for name, row in known.items()} for level, known in rows.items()
    }


def _option(row: str) -> Option:
    """A row: `whole above=0 since=2.10`."""
    kind, *rest = row.split()
    kind, _, level = kind.partition(":")
    choices = tuple(level.split(",")) if kind == "choice" else ()
    said: dict[str, Any] = dict(word.split("=") for word in rest)
    dates = (version_of(said[key]) if key in said else None for key in ("since", "until"))
    bounds = (float(said[key]) if key in said else None for key in _BOUNDS)
    since, until = dates
    least, above, most, never, unit = bounds
    level = "" if choices else level
    named = said.get("as")
    return Option(kind, level, choices, since, until, named, least, above, most, never, unit)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
