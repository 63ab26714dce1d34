"""Schedules of RayCronJobs and their time zones, as KubeRay's operator reads them.

Not here: what rules say of them (their examples).
"""

from __future__ import annotations

import pytest

from raypolicy import timezones
from raypolicy.effective.interval import shortest
from raypolicy.effective.schedule import faults, is_never

SOUND = [
    "* * * * *",
    "*/15 8-18 1,15 JAN-jun mon-Fri",
    "? ? ? ? ?",
    "  0   3 * * *",
    "+5 03 * * *",
    "*/61 * * * *",
    "5/10 * * * *",
    "0 0 31 2 *",
    "1,,2 * * * *",
    ", * * * *",
    "*-nonsense * * * *",
    "0\t3\u00a0* * *",
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
    "@every 1h30m",
    "@every 0s",
    "@every -5m",
    "@every 500ms",
]


@pytest.mark.parametrize("text", SOUND)
def test_a_schedule_that_is_read(text: str) -> None:
    assert list(faults(text)) == []


FAULTY = [
    # schedule, what is at fault, the faulty text, a word of the reason, what must be meant
    ("0 3 * * 7", "day of the week", "7", "Sunday is 0", "0"),
    ("0 3 * * 1,7", "day of the week", "7", "0 to 6", "0"),
    ("0 3 * * 5-7", "day of the week", "5-7", "out of bounds", None),
    ("0 24 * * *", "hour", "24", "0 to 23", None),
    ("60 * * * *", "minute", "60", "0 to 59", None),
    ("0 0 0 * *", "day of the month", "0", "1 to 31", None),
    ("0 0 * 13 *", "month", "13", "jan to dec", None),
    ("70/5 * * * *", "minute", "70/5", "out of bounds", None),
    ("*/0 * * * *", "minute", "*/0", "step 0", None),
    ("*/x * * * *", "minute", "*/x", "no number behind the slash", None),
    ("1/2/3 * * * *", "minute", "1/2/3", "more than one slash", None),
    ("1-2-3 * * * *", "minute", "1-2-3", "more than one hyphen", None),
    ("30-10 * * * *", "minute", "30-10", "ends before it begins", None),
    ("-5 * * * *", "minute", "-5", "something else", None),
    ("MON * * * *", "minute", "MON", "something else", None),
    ("0 0 L * *", "day of the month", "L", "something else", None),
    ("0 0 * * 1#2", "day of the week", "1#2", "something else", None),
    ("0 0 15W * *", "day of the month", "15W", "something else", None),
    ("\u0661 * * * *", "minute", "\u0661", "something else", None),
    ("99999999999999999999 * * * *", "minute", "99999999999999999999", "something else", None),
    ("* * *", "schedule", "* * *", "has 3 fields", None),
    ("hourly", "schedule", "hourly", "has 1 field;", None),
    ("0 0 3 * * *", "schedule", "0 0 3 * * *", "no seconds", "0 3 * * *"),
    ("5 0 3 * * *", "schedule", "5 0 3 * * *", "no seconds", None),
    ("", "schedule", "", "is empty", None),
    ("   ", "schedule", "   ", "has 0 fields", None),
    ("@Daily", "schedule", "@Daily", "@daily", "@daily"),
    ("@daily ", "schedule", "@daily ", "@daily", "@daily"),
    (" @daily", "schedule", " @daily", "has 1 field;", None),
    ("@reboot", "schedule", "@reboot", "@every DURATION", None),
    ("@every 10", "interval", "10", "no duration", None),
    ("@every 1d", "interval", "1d", "no duration", None),
    ("@every", "schedule", "@every", "@every DURATION", None),
    ("TZ=UTC * * * * *", "schedule", "TZ=UTC * * * * *", "has 6 fields", None),
]


@pytest.mark.parametrize(("text", "part", "faulty", "reason", "meant"), FAULTY)
def test_a_schedule_that_is_refused(
    text: str, part: str, faulty: str, reason: str, meant: str | None
) -> None:
    (found,) = faults(text)
    assert (found.part, text[found.start : found.end], found.meant) == (part, faulty, meant)
    assert reason in found.reason


def test_all_faults_are_told() -> None:
    assert [each.part for each in faults("60 24 * * 7")] == ["minute", "hour", "day of the week"]


ZONED = [
    ("TZ=Europe/Berlin 0 3 * * *", []),
    ("CRON_TZ=UTC   @daily ", []),
    ("TZ= * * * * *", []),
    ("TZ=Berlin 0 3 * * *", ["time zone"]),
    ("TZ=UTC 0 24 * * *", ["hour"]),
    ("TZ=UTC", ["schedule"]),
    ("TZ=UTC ", ["schedule"]),
    ("tz=UTC * * * * *", ["schedule"]),
]


@pytest.mark.parametrize(("text", "parts"), ZONED)
def test_before_1_7_a_schedule_may_begin_with_a_zone(text: str, parts: list[str]) -> None:
    assert [each.part for each in faults(text, zoned=True)] == parts


ZONES = [
    ("UTC", True),
    ("", True),
    ("Local", True),
    ("Europe/Berlin", True),
    ("US/Pacific", True),
    ("Asia/Calcutta", True),
    ("Etc/GMT+3", True),
    ("EST", True),
    ("posix/Europe/Berlin", True),
    ("utc", False),
    ("europe/berlin", False),
    ("Berlin", False),
    ("CEST", False),
    ("PST", False),
    ("GMT+3", False),
    ("Europe", False),
    ("Europe/", False),
    ("/UTC", False),
    ("../UTC", False),
    ("Europe/Berlin ", False),
]


@pytest.mark.parametrize(("name", "known"), ZONES)
def test_time_zones(name: str, known: bool) -> None:
    assert timezones.is_known(name) is known


NEAREST = [
    ("Berlin", "Europe/Berlin"),
    ("europe/berlin", "Europe/Berlin"),
    ("Europe/Berln", "Europe/Berlin"),
    ("America/New York", "America/New_York"),
    ("utc", "UTC"),
    ("CEST", None),
    ("Europe", None),
]


@pytest.mark.parametrize(("name", "meant"), NEAREST)
def test_the_zone_that_must_be_meant(name: str, meant: str | None) -> None:
    assert timezones.nearest(name) == meant


MOMENTS = [
    ("0 0 31 2 *", True),
    ("0 0 30,31 feb ?", True),
    ("0 0 31 4-6/2 *", True),
    ("0 0 29 2 *", False),
    ("0 0 31 4,5 *", False),
    ("0 0 31 2 mon", False),
    ("0 0 31 2 */1", True),
    ("0 0 31 2 */2", False),
    (", * * * *", True),
    ("0 0 * * ,", True),
    ("0 0 * , mon", True),
    ("0 0 * * *", False),
    ("@every 0s", False),
]


@pytest.mark.parametrize(("text", "never"), MOMENTS)
def test_a_schedule_that_names_no_moment(text: str, never: bool) -> None:
    assert is_never(text) is never


INTERVALS = [
    # schedule, seconds between the two runs that come closest
    ("* * * * *", 60),
    ("*/15 * * * *", 900),
    ("0,50 * * * *", 600),
    ("50 0,1 * * *", 3_600),
    ("0 23,0 * * *", 3_600),
    ("0 23,0 * * 1", 23 * 3_600),
    ("0 3 * * *", 86_400),
    ("0 3 * * 1", 7 * 86_400),
    ("0 3 * * mon,tue", 86_400),
    ("0 3 1 * *", 28 * 86_400),
    ("0 3 1 * 1", 86_400),
    ("0 3 28,29 2 *", 86_400),
    ("0 3 1 1 *", 365 * 86_400),
    ("0 0 29 2 *", None),
    ("0 0 31 2 *", None),
    (", * * * *", None),
    ("@hourly", 3_600),
    ("@weekly", 7 * 86_400),
    ("@every 1h30m", 5_400),
    ("@every 500ms", 0),
    ("@every -5m", -300),
]


@pytest.mark.parametrize(("text", "seconds"), INTERVALS)
def test_the_shortest_interval(text: str, seconds: int | None) -> None:
    assert shortest(text) == seconds
