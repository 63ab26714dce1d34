"""Durations as Go reads them, `1h30m`. Not here: what they are written for.

Source: Go `src/time/format.go`, ParseDuration.
"""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_PART: Final = r"([0-9]*)(\.[0-9]*)?([^.0-9]+)"
_MOST: Final = 1 << 63
_LONGEST: Final = 200
"""Characters; a longer text is taken for no duration."""


def parse(text: str) -> int | None:
    """Nanoseconds of a whole text such as `5m`, `1.5h`, `-2s` or `0`; None for anything else."""
    sign, rest = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    if rest == "0":
        return 0
    if not rest or len(rest) > _LONGEST:
        return None
    total = at = 0
    while at < len(rest):
        found = re.compile(_PART).match(rest, at)
        amount = None if found is None else _amount(*found.groups(default=""))
        if found is None or amount is None:
            return None
        total += amount
        at = found.end()
        if total > _MOST:
            return None
    if sign == "-":
        return -total
    return total if total < _MOST else None


def _amount(whole: str, fraction: str, unit: str) -> int | None:
    """One number with its unit; None where it is none, or too large."""
    if unit not in _UNITS or not (whole or fraction.lstrip(".")):
        return None
    nanoseconds = int(whole or "0") * _UNITS[unit]
    digits = fraction[1:19]
    if digits:
        nanoseconds += int(digits) * _UNITS[unit] // 10 ** len(digits)
    return nanoseconds if nanoseconds <= _MOST else None
