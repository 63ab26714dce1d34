"""Text as Go writes it: JSON, and strings in quotes. Not here: what is written.

Source: Go `encoding/json`, Marshal with HTML escaped and keys in order; `strconv`, Quote.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

_DEEPEST: Final = 200
_ESCAPED: Final = str.maketrans(
    {each: f"\\u{ord(each):04x}" for each in ("<", ">", "&", "\u2028", "\u2029")}
)
_SHORT: Final = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
    '"': r"\"",
}


def dumped(value: object, depth: int = 0) -> str | None:
    """Plain data as JSON; None for what has no JSON, or is nested beyond sense."""
    if depth > _DEEPEST:
        return None
    if type(value) is dict:
        entries = []
        for key in sorted(map(str, value)):
            each = dumped(value.get(key), depth + 1)
            if each is None:
                return None
            entries.append(f"{_string(key)}:{each}")
        return f"{{{','.join(entries)}}}"
    if type(value) is list:
        items = [dumped(each, depth + 1) for each in value]
        return None if None in items else f"[{','.join(map(str, items))}]"
    if value is None or type(value) in (bool, int):
        return json.dumps(value)
    if type(value) is float:
        return _number(value)
    return _string(value) if type(value) is str else None


def quoted(text: object) -> str:
    """A text in double quotes, with what can't be printed escaped."""
    return f'"{"".join(map(_escaped, str(text)))}"'


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).translate(_ESCAPED)


def _number(value: float) -> str | None:
    if value != value or value in (float("inf"), float("-inf")):
        return None
    if value and not 1e-6 <= abs(value) < 1e21:
        return f"{Decimal(repr(value)).normalize():e}"
    plain = f"{Decimal(repr(value)):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
