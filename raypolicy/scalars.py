"""What a YAML scalar means to kubectl and KubeRay, as JSON. Not here: events, merging (`tree`)."""

from __future__ import annotations

import re


class NotJson(ValueError):
    """A number that YAML knows and JSON does not: .inf, .nan and the like."""


_CORE = "tag:yaml.org,2002:"
_TYPES = {"null": type(None), "bool": bool, "int": int, "float": float}
_INFINITY = float("inf")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(
        ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True
    ),
    **dict.fromkeys(
        ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False
    ),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_ENDLESS = {
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), _INFINITY),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -_INFINITY),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
# The first character decides what a scalar may be; all others begin strings.
_WORD, _COUNT, _NUMBER = 1, 2, 3
_KINDS = {
    **dict.fromkeys(("", *"yYnNtTfFoO~"), _WORD),
    **dict.fromkeys("123456789", _COUNT),
    **dict.fromkeys("0.+-", _NUMBER),
}
# Kept as text, to be compiled when the first scalar of their kind comes.
_INTEGER = r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)|(0[0-7]*)|([1-9][0-9]*))"
_BASES = {2: 16, 3: 8, 4: 2, 5: 8, 6: 10}  # by the group that matched
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_FRACTION = r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?"
_BASE64 = r"(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?"
_CLOCK = r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?"
_TIMESTAMP = (
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    rf"(?:[Tt]{_CLOCK}(?:Z|[-+]([0-9]{{2}}):([0-9]{{2}}))| +{_CLOCK})?"
)


def resolve(text: str) -> object:
    """The JSON value of a plain scalar without a tag: None, bool, int, float or str."""
    kind = _KINDS.get(text[:1])
    if kind is None:
        return text
    if kind == _WORD:
        return _WORDS.get(text, text)
    if text == "0":
        return 0
    if kind == _COUNT and len(text) < 19 and text.isascii() and text.isdigit():
        return int(text)
    return _as_json(_number(text))


def resolve_tagged(tag: str, text: str) -> object:
    """The JSON value of a scalar, quoted or not, that bears a tag; ValueError where Go refuses."""
    return _as_json(_tagged(tag, text))


def resolve_key(text: str, tag: str | None = None) -> str:
    """The JSON key for a mapping key that is plain or tagged (a quoted key is its own text).

    Exact where `key_text(resolve(text))` cannot be: a key does not go through JSON's numbers, so
    `1e6` is 1000000 as a value and "1e+06" as a key.
    """
    return key_text(_untagged(text) if tag is None else _tagged(tag, text))


def key_text(value: object) -> str:
    """A mapping key as JSON has it; ValueError for what cannot be one."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and _is_int64(value):
        return str(value)
    if isinstance(value, float):
        return _single(value)
    raise ValueError(f"a mapping key cannot be {_name(value)}")


def _untagged(text: str) -> object:
    """A plain scalar as Go holds it: numbers are not yet what JSON makes of them."""
    kind = _KINDS.get(text[:1])
    if kind is None:
        return text
    return _WORDS.get(text, text) if kind == _WORD else _number(text)


def _tagged(tag: str, text: str) -> object:
    kind = tag.removeprefix(_CORE) if tag.startswith(_CORE) else ""
    if kind == "binary":
        return _binary(text)
    if kind == "timestamp":
        if _is_timestamp(text):
            return text
    elif kind in _TYPES:
        value = _untagged(text)
        if type(value) is _TYPES[kind]:
            return value
        if kind == "float" and type(value) is int and _is_int64(value):
            return float(value)
    else:
        return text
    raise ValueError(f"{text[:40]!r} is no !!{kind}")


def _number(text: str) -> int | float | str:
    """What a text that begins with a digit, sign or dot is to Go."""
    if text in _ENDLESS:
        return _ENDLESS[text]
    value: int | float | None
    if text[0] == ".":
        # Other than below, underscores must stand between digits here.
        value = _finite(_FRACTION, text)
    else:
        plain = text.replace("_", "")
        value = _integer(plain)
        if value is None:
            value = _finite(_FLOAT, plain)
        if value is None and plain[:2] == "0b" and plain[2:3] in ("+", "-"):
            value = _integer(f"{plain[2]}0b{plain[3:]}")
    return text if value is None else value


def _integer(plain: str) -> int | None:
    """An integer with a base prefix or none; one that has a sign may not need 64 bits unsigned."""
    match = re.fullmatch(_INTEGER, plain)
    if not match or not match.lastindex:
        return None
    digits = match[match.lastindex].lstrip("0") or "0"
    if len(digits) > 64:
        return None
    value = int(match[1] + digits, _BASES[match.lastindex])
    return value if _is_int64(value) or (not match[1] and value < 1 << 64) else None


def _finite(shape: str, text: str) -> float | None:
    """Too large a number is none, so it stays a text."""
    if not re.fullmatch(shape, text):
        return None
    value = float(text)
    return value if abs(value) < _INFINITY else None


def _as_json(value: object) -> object:
    """What is read back once Go has printed the value as JSON: 1e3 and 1.0 are integers there."""
    if isinstance(value, float):
        if not abs(value) < _INFINITY:
            raise NotJson(f"{value} has no form in JSON")
        if value.is_integer() and abs(value) < 1e19:
            printed = _printed(value)
            return printed if _is_int64(printed) else value
    elif type(value) is int and not _is_int64(value):
        return float(value)
    return value


def _printed(value: float) -> int:
    """JSON has the shortest digits that mean this float, filled up with zeros: not int(value)."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    return int(whole + fraction.ljust(int(exponent), "0")) if exponent else int(whole)


def _single(value: float) -> str:
    """A float as a key: the shortest digits that mean it in single precision."""
    import struct

    try:
        (value,) = struct.unpack("f", struct.pack("f", value))
    except OverflowError:
        value = _INFINITY if value > 0 else -_INFINITY
    if not abs(value) < _INFINITY:
        return ".inf" if value > 0 else "-.inf" if value < 0 else ".nan"
    for precision in range(9):
        text = f"{value:.{precision}e}"
        if struct.unpack("f", struct.pack("f", float(text))) == (value,):
            break
    exponent = int(text.partition("e")[2])
    return f"{value:.{max(precision - exponent, 0)}f}" if -4 <= exponent < 6 else text


def _binary(text: str) -> str:
    import base64

    packed = text.replace("\r", "").replace("\n", "")
    if "_" in packed or not re.fullmatch(_BASE64, packed, re.ASCII):
        raise ValueError("!!binary holds no base64")
    # JSON replaces every byte that is no UTF-8, one by one; Python would replace runs of them.
    decoded = base64.b64decode(packed).decode("utf-8", "surrogateescape")
    return re.sub("[\ud800-\udfff]", "\ufffd", decoded)


def _is_timestamp(text: str) -> bool:
    match = re.fullmatch(_TIMESTAMP, text)
    if not match:
        return False
    year, month, day, *clock = (int(part or 0) for part in match.groups())
    hour, minute, second = clock[:3] if match[4] else clock[5:]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = {2: 28 + leap, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)
    zone = clock[3] <= 24 and clock[4] <= 60
    return (
        1 <= month <= 12 and 1 <= day <= days and hour < 24 and minute < 60 and second < 60 and zone
    )


def _is_int64(value: int) -> bool:
    return -(1 << 63) <= value < 1 << 63


def _name(value: object) -> str:
    return "null" if value is None else repr(value)[:40]
