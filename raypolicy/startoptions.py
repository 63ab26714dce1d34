"""The options of `ray start` by release: the data table as typed look-ups. Not here: the facts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from raypolicy import kubenames
from raypolicy.prepared import table, version_of
from raypolicy.values import Version, placeholder

FLAG, BOOL, INT, FLOAT, TEXT, JSON = TYPES = ("flag", "bool", "int", "float", "text", "json")
CHOICE: Final = "choice"
_BOOLEANS: Final = frozenset("1 0 true false t f yes no y n on off".split())
_SPECIAL: Final = ("address", "block", "labels", "no-monitor", "resources")
"""Options that KubeRay treats in a way of its own."""
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:/_-")
"""Characters that bash leaves alone wherever they stand."""
_NEAR: Final = 0.8  # of difflib's measure; `dashboard-prt` is 0.96 from `dashboard-port`


class StartOption(NamedTuple):
    """An option of `ray start`, without dashes.

    `type` is one of TYPES or CHOICE, then `choices` has the words. `since` and `until` are the
    release that brought it and the first without it, None for before and after the table.
    `on_workers` is `abort`, `ignore` or empty.
    """

    name: str
    type: str
    choices: tuple[str, ...]
    bytes: bool
    since: Version | None
    until: Version | None
    hidden: bool
    shown_since: Version | None
    on_workers: str

    def has(self, ray: Version) -> bool:
        """Whether `ray start` of this release takes it."""
        return (self.since is None or self.since <= ray) and (
            self.until is None or ray < self.until
        )

    def shown(self, ray: Version) -> bool:
        """Whether `ray start --help` of this release tells of it."""
        later = self.shown_since is not None and ray < self.shown_since
        return self.has(ray) and not self.hidden and not later

    def takes(self, value: str) -> bool:
        """Whether it takes this value, as click reads it."""
        if self.type == INT:
            plain = value.isascii() and value.isdigit()
            return plain or re.fullmatch(r"[+-]?[0-9]+(_[0-9]+)*", value.strip()) is not None
        if self.type == FLOAT:
            return (
                re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", value)
                is not None
            )
        if self.type == JSON:
            return json_object(value) is not None
        if self.type == CHOICE:
            return value.lower() in self.choices
        return self.type == TEXT or (self.type == BOOL and value.lower() in _BOOLEANS)


def json_object(text: str) -> dict[str, Any] | None:
    """The object that a text is in JSON; None for anything else."""
    import json  # few parameters are

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if type(value) is dict else None


def node_labels(text: object) -> dict[str, str] | None:
    """What the option `labels` has in it, `a=b,c=d` or JSON in quotes; None for anything else."""
    bare = text.strip().strip("'\"") if isinstance(text, str) and not placeholder(text) else ""
    found: dict[str, Any] | None = json_object(bare)
    if found is None:
        pairs = [part.partition("=") for part in bare.split(",") if part.strip()]
        found = {key.strip(): value.strip() for key, equals, value in pairs if equals}
        found = found if len(found) == len(pairs) else None
    faults = (
        (kubenames.key_fault(key), kubenames.label_value_fault(str(value)))
        for key, value in (found or {}).items()
    )
    sound = all(fault == (None, None) for fault in faults)
    texts = all(type(value) is str for value in (found or {}).values())
    return found if found and sound and texts else None


def start_options() -> dict[str, StartOption]:
    """Every option that a known release has or had, by name."""
    return _options()[0]


@lru_cache(4096)
def is_sound(name: str, value: str, worker: bool) -> bool:
    """Whether every release takes an option with this value, which bash leaves as it is."""
    option = start_options().get(name)
    if option is None or name in _SPECIAL or (option.since, option.until) != (None, None):
        return False
    plain = value and _PLAIN.issuperset(value) and value.lower() not in ("true", "false")
    return bool(plain) and option.takes(value) and not (worker and option.on_workers)


def covers(ray: Version) -> bool:
    """Whether the table speaks of this release: none older or newer than those looked at."""
    _, first, last = _options()
    return first.minor <= ray.minor <= last.minor


def oldest() -> Version:
    """The oldest release that the table speaks of."""
    return _options()[1]


def is_forgotten(ray: Version | None) -> bool:
    """Whether a release is older than all that the table speaks of."""
    return ray is not None and ray.minor < _options()[1].minor


def respelt(name: str) -> str:
    """A name as options are written: small letters, words joined by single dashes."""
    words: list[str] = []
    for before, letter in zip(" " + name, name, strict=False):
        words.append("-" if letter.isupper() and before.islower() else "")
        words.append(letter.lower())
    return "-".join(filter(None, "".join(words).replace("_", "-").split("-")))


def nearest(name: str, among: Iterable[str]) -> str | None:
    """The option that a misspelt name is near to; None where there is none, or more than one."""
    from difflib import get_close_matches  # here: hardly any name is misspelt

    near = get_close_matches(respelt(name), list(among), 2, _NEAR)
    return near[0] if near else None


@lru_cache(1)
def _options() -> tuple[dict[str, StartOption], Version, Version]:
    rows = table("start-options")
    options = {name: _option(name, row) for name, row in rows["options"].items()}
    return options, version_of(rows["oldest"]), version_of(rows["newest"])


def _option(name: str, row: str) -> StartOption:
    """A row: `int since=2.8.0 hidden`."""
    kind, *rest = row.split()
    kind, _, choices = kind.partition(":")
    said = {key: value for key, _, value in (word.partition("=") for word in rest)}
    return StartOption(
        name,
        kind,
        tuple(choices.split(",")) if choices else (),
        "bytes" in said,
        _date(said.get("since")),
        _date(said.get("until")),
        "hidden" in said,
        _date(said.get("shown-since")),
        said.get("workers", ""),
    )


def _date(text: str | None) -> Version | None:
    return None if text is None else version_of(text)
