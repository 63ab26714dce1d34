"""The value of an option as bash reads it. Not here: whole commands (`effective.shell`)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from raypolicy.effective.shell import closing

_BLANKS: Final = " \t\n"
_ENDING: Final = ";&|<>()"
_ESCAPED_IN_QUOTES: Final = '$`"\\'
_VARIABLE: Final = r"\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])"


class Reading(NamedTuple):
    """What a text behind `--option=` comes to.

    `value` is what the option gets, quotes taken off; None where bash puts in what only it knows,
    or more follows. `fault` is the part that ends the value or the command too early, from start to
    end; None where nothing does.
    """

    value: str | None
    fault: tuple[int, int] | None


def read(text: str) -> Reading:
    """A text after an equals sign, with more options behind it.

    Blanks at its end do no harm, neither do further words that are options, nor a redirection of
    the whole command; a line break at the end is let pass, as if nothing came behind it. Braces are
    taken as they stand.
    """
    value: list[str] = []
    vague = False
    at = 0
    while at < len(text):
        letter = text[at]
        if letter in _BLANKS:
            return _further(text, at, None if vague else "".join(value))
        if letter in _ENDING:
            return Reading(None, (at, at + 1))
        piece, end = _piece(text, at)
        if end < 0:
            return Reading(None, (at, at + 1))
        vague = vague or piece is None
        value.append(piece or "")
        at = end
    return Reading(None if vague else "".join(value), None)


def _further(text: str, at: int, value: str | None) -> Reading:
    """What stands behind the first word."""
    rest = text[at:].lstrip(_BLANKS)
    if not rest:
        return Reading(value, None)
    start = len(text) - len(rest)
    if "\n" not in text[at:start] and re.match(r"-|[0-9]?[<>]", rest):
        return Reading(None, None)
    end = start + 1 if rest[0] in _ENDING else len(text.rstrip(_BLANKS))
    return Reading(None, (start, end))


def _piece(text: str, at: int) -> tuple[str | None, int]:
    """What starts here and where it ends: a character, what is in quotes, a substitution (None).

    The end is -1 where it is not closed.
    """
    letter = text[at]
    if letter == "\\":
        following = text[at + 1 : at + 2]
        return ("" if following == "\n" else following), at + 2
    if letter == "'":
        end = text.find("'", at + 1)
        return text[at + 1 : end], end + 1 or -1
    if letter == '"':
        return _quoted(text, at + 1)
    if letter in "$`":
        return _substitution(text, at, quoted=False)
    return letter, at + 1


def _quoted(text: str, at: int) -> tuple[str | None, int]:
    """What is in double quotes, from behind the first of them."""
    value: list[str] = []
    vague = False
    while at < len(text):
        letter, following = text[at], text[at + 1 : at + 2]
        if letter == '"':
            return (None if vague else "".join(value)), at + 1
        piece: str | None = letter
        end = at + 1
        if letter == "\\" and following and following in _ESCAPED_IN_QUOTES:
            piece, end = following, at + 2
        elif letter in "$`":
            piece, end = _substitution(text, at, quoted=True)
        if end < 0:
            break
        vague = vague or piece is None
        value.append(piece or "")
        at = end
    return None, -1


def _substitution(text: str, at: int, quoted: bool) -> tuple[str | None, int]:
    """A variable, a command or arithmetic; a dollar sign by itself is only that."""
    following = text[at + 1 : at + 2]
    if text[at] == "`":
        return None, closing(text, at)
    if (following and following in "({") or (following in "'\"" and following and not quoted):
        return None, closing(text, at + 1)
    variable = re.compile(_VARIABLE).match(text, at)
    return ("$", at + 1) if variable is None else (None, variable.end())
