"""Durations as Go reads them, and the time a RayService may take to start."""

from __future__ import annotations

import pytest

from raypolicy.effective.timeout import fault
from raypolicy.goduration import parse

SECOND = 10**9
DURATIONS = [
    ("0", 0),
    ("-0", 0),
    ("5m", 300 * SECOND),
    ("1h30m", 5400 * SECOND),
    ("1.5h", 5400 * SECOND),
    (".5s", SECOND // 2),
    ("5.s", 5 * SECOND),
    ("-2s", -2 * SECOND),
    ("+2s", 2 * SECOND),
    ("00005s", 5 * SECOND),
    ("1us", 1000),
    ("1\u00b5s", 1000),
    ("1\u03bcs", 1000),
    ("0.0000000001s", 0),
    ("9223372036854775807ns", 2**63 - 1),
    ("-9223372036854775808ns", -(2**63)),
    ("9223372036854775808ns", None),
    ("2562048h", None),
    ("", None),
    ("-", None),
    ("3", None),
    ("1.5", None),
    (".s", None),
    ("m", None),
    ("1d", None),
    ("5 m", None),
    ("1h-5m", None),
    ("1e3s", None),
    ("\u0661s", None),
    ("1m" * 200, None),
]


@pytest.mark.parametrize(("text", "nanoseconds"), DURATIONS, ids=[row[0][:24] for row in DURATIONS])
def test_a_duration(text: str, nanoseconds: int | None) -> None:
    assert parse(text) == nanoseconds


TIMEOUTS = [
    ("", None),
    ("10m", None),
    ("600", None),
    ("+600", None),
    ("0600", None),
    ("0", "above zero"),
    ("00", "above zero"),
    ("0s", "above zero"),
    ("-5m", "above zero"),
    ("-5", "above zero"),
    ("1d", "no duration"),
    ("1.5", "no duration"),
    ("5m ", "no duration"),
    ("ten minutes", "no duration"),
    ("99999999999999999999", "no duration"),
]


@pytest.mark.parametrize(("text", "reason"), TIMEOUTS)
def test_the_time_a_service_may_take(text: str, reason: str | None) -> None:
    found = fault(text)
    assert found is None if reason is None else found is not None and reason in found
