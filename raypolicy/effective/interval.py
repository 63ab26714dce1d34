"""How long after each other the runs of a schedule come. Not here: how it is read (`schedule`).

Source: robfig/cron v3.0.1 `spec.go`, Next, and `constantdelay.go`, Every.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from raypolicy import goduration
from raypolicy.effective.schedule import EVERY, members

_DAY: Final = 86_400
_NAMED: Final = {
    "@hourly": 3_600,
    "@daily": _DAY,
    "@midnight": _DAY,
    "@weekly": 7 * _DAY,
    "@monthly": 28 * _DAY,
    "@yearly": 365 * _DAY,
    "@annually": 365 * _DAY,
}
_FIRST: Final = date(2024, 1, 1)
"""With a leap day, so that all days of a year come in the days from here on."""
_DAYS: Final = 2 * 366


def shortest(text: str) -> int | None:
    """Seconds between those two runs of a sound schedule without a zone that come closest, clocks
    put forward or back left out of it; None where it has no two runs within two years.

    Of `@every` it is what is written, in whole seconds, whatever becomes of it.
    """
    if text.startswith(EVERY):
        nanos = goduration.parse(text.removeprefix(EVERY))
        return None if nanos is None else nanos // 10**9
    if text.startswith("@"):
        return _NAMED.get(text)
    (minutes, _), (hours, _), (days, any_day), (months, _), (weekdays, any_weekday) = members(text)
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    if not times:
        return None
    gaps = [later - earlier for earlier, later in pairwise(times)]
    last: int | None = None
    for number in range(_DAYS):
        day = _FIRST + timedelta(number)
        fits = day.day in days, (day.weekday() + 1) % 7 in weekdays
        due = all(fits) if any_day or any_weekday else any(fits)
        if day.month in months and due:
            if last is not None:
                gaps.append((number - last) * 24 * 60 + times[0] - times[-1])
            last = number
    return None if last is None or not gaps else min(gaps) * 60
