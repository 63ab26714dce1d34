"""Texts with a form: patterns, times. Not here: where a schema asks for one (`walk`).

Source: kube-openapi `pkg/validation/strfmt/time.go` and `date.go`; the definitions' own patterns.
"""

from __future__ import annotations

import re
from typing import Final

from raypolicy.values import Quantity

_AMOUNT: Final = "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(("
"""How the pattern of an amount begins, the only one that is often asked for."""
_TIME: Final = r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})"
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_amount(pattern: str) -> bool:
    """Whether a pattern is that of an amount."""
    return pattern.startswith(_AMOUNT)


def has_form(text: str, pattern: str) -> bool:
    """Whether a text has the form that a pattern of the definitions asks for."""
    if is_amount(pattern) and Quantity.parse(text) is not None:
        return True
    # Go's `$` is the end of the text, Python's is before a last line break as well.
    return (
        re.search(pattern.removesuffix("$") + (r"\Z" if pattern[-1] == "$" else ""), text)
        is not None
    )


def is_time(text: str) -> bool:
    """Whether a text is a date and a time as the API server reads `date-time`."""
    day, _, time = text.lower().partition("t")
    found = re.fullmatch(_TIME, time, re.ASCII)
    if found is None or "t" in time or found[1] > "23" or found[2] > "59" or found[3] > "59":
        return False
    date = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", day, re.ASCII)
    if date is None:
        return False
    year, month, number = map(int, date.groups())
    if not 1 <= month <= 12:
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= number <= _DAYS[month - 1] + leap
