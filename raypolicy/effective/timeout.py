"""How long a RayService may take to become ready, as the operator reads it.

Source: KubeRay `controllers/ray/utils/validation.go`, validateInitializingTimeout.
"""

from __future__ import annotations

import re
from typing import Final

from raypolicy import goduration

_NUMBER: Final = "[+-]?[0-9]{1,40}"
_LARGEST: Final = 1 << 63


def fault(text: str) -> str | None:
    """Why a text is no time above zero, as the end of a sentence; None for one that is, or empty.

    It may be a duration of Go's or a number of seconds; a zero is both.
    """
    if text == "":
        return None
    time = goduration.parse(text)
    if time is None and re.fullmatch(_NUMBER, text):
        time = int(text) if -_LARGEST <= int(text) < _LARGEST else None
    if time is None:
        return "is no duration such as 10m or 1h30m, nor a number of seconds"
    return None if time > 0 else "is not above zero"
