"""When a RayCronJob is due, as the operator reads `schedule`. Not here: the zone (`timezones`).

Source: KubeRay `controllers/ray/utils/validation.go`, ValidateRayCronJobSpec; robfig/cron v3.0.1
`parser.go`, ParseStandard, getRange and parseDescriptor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from raypolicy import goduration, timezones

_BLANKS: Final = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
EVERY: Final = "@every "
"""What stands before an interval."""
_NAMED: Final = frozenset("@yearly @annually @monthly @weekly @daily @midnight @hourly".split())
_ZONED: Final = ("TZ=", "CRON_TZ=")
_LARGEST: Final = (1 << 63) - 1
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS_OF: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS: Final = "sun mon tue wed thu fri sat".split()


class Field(NamedTuple):
    """One of the five, the numbers it may have, and the names of the first of them."""

    name: str
    low: int
    high: int
    words: list[str]

    def number(self, text: str) -> int | None:
        """The number that a text or a name is; None if it is neither."""
        if text.lower() in self.words:
            return self.low + self.words.index(text.lower())
        return _integer(text)

    def allowed(self) -> str:
        words = f", or {self.words[0]} to {self.words[-1]}" if self.words else ""
        sunday = "; Sunday is 0" if self.words is _DAYS else ""
        return f"{self.low} to {self.high}{words}{sunday}"


FIELDS: Final = (
    Field("minute", 0, 59, []),
    Field("hour", 0, 23, []),
    Field("day of the month", 1, 31, []),
    Field("month", 1, 12, _MONTHS),
    Field("day of the week", 0, 6, _DAYS),
)


class Fault(NamedTuple):
    """What the operator does not take: characters of the text, what they are (`hour`), what is
    wrong, as the end of a sentence, and what to write for them, None where that isn't clear.
    """

    start: int
    end: int
    part: str
    reason: str
    meant: str | None = None


def faults(text: str, *, zoned: bool = False) -> Iterator[Fault]:
    """All that is wrong with a schedule; with `zoned`, it may begin with TZ= and a time zone."""
    whole = (0, len(text), "schedule")
    start, end = 0, len(text)
    if zoned and text.startswith(_ZONED):
        blank, sign = text.find(" "), text.find("=")
        if blank < 0:
            yield Fault(*whole, "has a time zone and nothing behind it")
            return
        zone = text[sign + 1 : blank]
        if not timezones.is_known(zone):
            yield Fault(sign + 1, blank, "time zone", "is not known")
        start = blank
        start += len(text[blank:]) - len(text[blank:].lstrip())
        end = start + len(text[start:].rstrip())
    if text.startswith("@", start):
        yield from _descriptor(text, start, end)
        return
    if not text:
        yield Fault(*whole, "is empty")
        return
    words = [found.span() for found in re.finditer(f"[^{_BLANKS}]+", text[:end])]
    words = [each for each in words if each[0] >= start]
    if len(words) != len(FIELDS):
        yield _count(text, words)
        return
    for field, (begin, behind) in zip(FIELDS, words, strict=True):
        yield from _field(field, text[begin:behind], begin)


def is_never(text: str) -> bool:
    """Whether a sound schedule without a zone names no moment at all, such as the 31st of February.

    Where both days are given, either will do (robfig/cron `spec.go`, dayMatches).
    """
    if text.startswith("@"):
        return False
    parts = members(text)
    (minutes, _), (hours, _), (days, any_day), (months, _), (weekdays, any_weekday) = parts
    dated = any(day <= _DAYS_OF[month - 1] for day in days for month in months)
    if any_day or any_weekday:
        due = dated and bool(weekdays)
    else:
        due = bool(months) and (dated or bool(weekdays))
    return not (minutes and hours and due)


def members(text: str) -> list[tuple[set[int], bool]]:
    """Of each field of a sound schedule without a zone the numbers, and whether it leaves them
    open.
    """
    words = re.findall(f"[^{_BLANKS}]+", text)
    return [_members(field, word) for field, word in zip(FIELDS, words, strict=True)]


def _members(field: Field, text: str) -> tuple[set[int], bool]:
    """The numbers that a sound field names, and whether it leaves them open."""
    numbers: set[int] = set()
    is_open = False
    for part in re.findall("[^,]+", text):
        ends, *steps = part.split("/")
        low, *rest = ends.split("-")
        step = int(steps[0]) if steps else 1
        if low in ("*", "?"):
            first, last = field.low, field.high
            is_open = is_open or step == 1
        else:
            first = field.number(low) or 0
            last = field.number(rest[0]) or 0 if rest else field.high if steps else first
        numbers.update(range(first, last + 1, step))
    return numbers, is_open


def _descriptor(text: str, start: int, end: int) -> Iterator[Fault]:
    said = text[start:end]
    if said in _NAMED:
        return
    if said.startswith(EVERY):
        if goduration.parse(said[len(EVERY) :]) is None:
            begin = start + len(EVERY)
            yield Fault(begin, end, "interval", "is no duration such as 30m or 1h30m")
        return
    plain = said.strip().lower()
    meant = plain if plain in _NAMED else None
    known = "@hourly, @daily, @weekly, @monthly, @yearly and @every DURATION"
    yield Fault(start, end, "schedule", f"is none of {known}", meant)


def _count(text: str, words: list[tuple[int, int]]) -> Fault:
    """Too few or too many fields; the first of six zero-filled ones are seconds."""
    count = len(words)
    needed = "from minute to day of the week"
    meant = None
    if count == len(FIELDS) + 1 and text[slice(*words[0])] in ("0", "00"):
        meant = text[words[1][0] : words[-1][1]]
    seconds = ", and no seconds" if count > len(FIELDS) else ""
    fields = "1 field" if count == 1 else f"{count} fields"
    return Fault(0, len(text), "schedule", f"has {fields}; it needs five, {needed}{seconds}", meant)


def _field(field: Field, text: str, begin: int) -> Iterator[Fault]:
    for found in re.finditer("[^,]+", text):
        fault = _range(field, found[0])
        if fault is not None:
            at = begin + found.start()
            meant = "0" if field.words is _DAYS and found[0] == "7" else None
            yield Fault(at, at + len(found[0]), field.name, fault, meant)


def _range(field: Field, text: str) -> str | None:
    """What is wrong with `*`, a number, a range, or either with a step."""
    ends, *steps = text.split("/")
    low, *rest = ends.split("-")
    first, last = field.low, field.high
    if low not in ("*", "?"):
        numbers = [field.number(each) for each in (low, *rest)]
        if None in numbers[:2]:
            return f"has something else than {field.allowed()}"
        if len(numbers) > 2:
            return "has more than one hyphen"
        first, last = numbers[0] or 0, numbers[-1] or 0
        if not rest and steps:
            last = field.high
    step = _integer(steps[0]) if steps else 1
    if len(steps) > 1:
        return "has more than one slash"
    if step is None:
        return "has no number behind the slash"
    if first < field.low or max(first, last) > field.high:
        return f"is out of bounds, {field.allowed()}"
    if first > last:
        return "ends before it begins"
    return "has the step 0" if step == 0 else None


def _integer(text: str) -> int | None:
    """A number as Go's Atoi reads it, if it isn't negative."""
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 400:
        return None
    value = int(digits)
    return value if value <= _LARGEST else None
