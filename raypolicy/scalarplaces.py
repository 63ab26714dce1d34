"""Where each character of a YAML text value stands in its source. Not here: other values."""

from __future__ import annotations

_BLANK = " \t\r\n"
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", " ": " ", "0": "\0"}


def places(written: str, value: str) -> list[tuple[int, int]] | None:
    """Start and end in `written` of every character of `value`, whatever style it is written in.

    YAML's styles (plain, quoted, literal, folded) change white space, quotes and escapes only, so
    the two texts are walked side by side. None where an escape has no single character of its own.
    """
    style = written[:1]
    at = 1 if style in ("'", '"') else 0
    if written[at : len(written) - at] == value:  # as nearly always
        return [(place, place + 1) for place in range(at, at + len(value))]
    if style in ("|", ">"):
        at = written.find("\n") + 1 or len(written)
    found: list[tuple[int, int]] = []
    for char in value:
        if char in _BLANK and not (style == '"' and written[at : at + 1] == "\\"):
            end = at + 1 if at < len(written) and written[at] in _BLANK else at
            found.append((at, end))
            at = end
            continue
        while at < len(written) and written[at] in _BLANK and written[at] != char:
            at += 1
        step = _step(written, at, char, style)
        if step is None:
            return None
        found.append((at, at + step))
        at += step
    return found


def _step(written: str, at: int, char: str, style: str) -> int | None:
    """How many characters of the source make this one; None if it isn't there."""
    here = written[at : at + 2]
    if style == '"' and here[:1] == "\\":
        return 2 if _ESCAPES.get(here[1:]) == char else None
    if style == "'" and char == "'":
        return 2 if here == "''" else None
    return 1 if here[:1] == char else None
