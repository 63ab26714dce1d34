"""Values as Go writes them into texts: quoted, as JSON, numbers. Not here: what the texts are for.

Source: Go's strconv.Quote, fmt and encoding/json; k8s.io/apimachinery, Quantity.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from raypolicy.values import Quantity

_SHORT: Final = {
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
    '"': '\\"', "\\": "\\\\",
}  # fmt: skip
_SCALE: Final = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_DECIMAL: Final = r"([+-]?)([0-9]*)\.?([0-9]*)(?:([numkMGTPE])|[eE]([+-]?[0-9]+))?"


def quoted(text: str) -> str:
    """strconv.Quote: in double quotes, what can't be printed escaped."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(letter: str) -> str:
    if letter in _SHORT:
        return _SHORT[letter]
    if letter.isprintable():
        return letter
    code = ord(letter)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def as_json(value: Any) -> str:
    """json.Marshal: no blanks, keys in order, `<`, `>` and `&` escaped."""
    if type(value) is dict:
        entries = sorted(value.items(), key=lambda entry: str(entry[0]).encode("utf-8", "replace"))
        return "{" + ",".join(f"{as_json(str(k))}:{as_json(each)}" for k, each in entries) + "}"
    if type(value) is list:
        return "[" + ",".join(map(as_json, value)) + "]"
    if type(value) is float:
        return number(value)
    text = json.dumps(value, ensure_ascii=False)
    for letter in "<>&\u2028\u2029\x7f":
        text = text.replace(letter, f"\\u{ord(letter):04x}") if letter != "\x7f" else text
    return text


def number(value: float) -> str:
    """A float64 in JSON: the shortest form that reads back, with an exponent beyond 1e21."""
    if value != value or value in (float("inf"), float("-inf")):
        return "null"
    if value == 0:
        return "-0" if str(value).startswith("-") else "0"
    digits, _, exponent = f"{value!r}".lower().partition("e")
    if 1e-6 <= abs(value) < 1e21:
        return _plain(digits, int(exponent or 0))
    if not exponent:  # Python writes 1e20 so, and all smaller ones with an exponent from 1e-5 down
        return digits.removesuffix(".0")
    sign = "-" if exponent[0] == "-" else "+"
    return f"{digits.removesuffix('.0')}e{sign}{exponent.lstrip('+-').lstrip('0')}"


def _plain(digits: str, exponent: int) -> str:
    sign, digits = ("-", digits[1:]) if digits[0] == "-" else ("", digits)
    whole, _, part = digits.partition(".")
    part = part.rstrip("0")
    if exponent > 0:
        part = part.ljust(exponent, "0")
        whole, part = whole + part[:exponent], part[exponent:]
    elif exponent < 0:
        whole = whole.rjust(1 - exponent, "0")
        whole, part = whole[:exponent], whole[exponent:] + part
    whole = whole.lstrip("0") or "0"
    part = part.rstrip("0")
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def approximate(quantity: Quantity) -> float:
    """Quantity.AsApproximateFloat64: its figures times a power of ten, as inexact as that is."""
    found = re.fullmatch(_DECIMAL, quantity.text)
    if found is None:  # a binary suffix
        return quantity.nano / 10**9
    sign, whole, part, suffix, exponent = found.groups("")
    scale = _SCALE.get(suffix, int(exponent or 0)) - len(part)
    base = float(int(f"{whole}{part}" or "0"))
    return (-base if sign == "-" else base) * (float(f"1e{scale}") if scale else 1.0)


def decimal(value: float) -> str:
    """`%f` of a float32."""
    import struct

    return f"{struct.unpack('f', struct.pack('f', value))[0]:.6f}"
