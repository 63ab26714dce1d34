"""Cuts of a text that stands inside another → cuts of that one. Not here: what is cut (`edits`).

Only where each line of the text is a line of the manifest: in a literal block scalar, and in a
scalar that is written on one line just as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate

from raypolicy.edits.plain import NoEditError

Cut = tuple[int, int, str]


def outwards(written: str, value: str, cuts: Iterable[Cut]) -> list[Cut]:
    """The cuts of a text value as cuts of the scalar that is written for it.

    Raises NoEditError where the two are not the same but for their indentation.
    """
    if written[:1] == "|":
        place, margin = _literal(written, value)
    else:
        quotes = int(written[:1] in ("'", '"'))
        if written[quotes : len(written) - quotes] != value or "\n" in value:
            raise NoEditError("written otherwise")
        place, margin = (lambda offset: offset + quotes), None
    return [(place(start), place(end), _indented(text, margin)) for start, end, text in cuts]


def _literal(written: str, value: str) -> tuple[Callable[[int], int], str]:
    """Where each offset of a text stands in its block scalar, and the line break with margin."""
    ending = "\r\n" if "\r\n" in written else "\n"
    _, *outer = written.split(ending)
    inner = value.removesuffix("\n").split("\n")
    while inner and not inner[-1]:
        inner.pop()
    first = next((at for at, line in enumerate(inner) if line), len(outer))
    margin = len(outer[first]) - len(inner[first]) if first < min(len(outer), len(inner)) else 0
    if len(outer) != len(inner) or margin < 1:
        raise NoEditError("written otherwise")
    for one, other in zip(inner, outer, strict=True):
        if other[margin:] != one or other[:margin].strip(" "):
            raise NoEditError("written otherwise")
    starts = list(accumulate((len(line) + 1 for line in inner), initial=0))
    before = len(written) - sum(len(ending) + len(line) for line in outer)
    begins = list(accumulate((len(line) + len(ending) for line in outer), initial=before))

    def place(offset: int) -> int:
        line = sum(start <= offset for start in starts[1:])
        if line >= len(inner):
            raise NoEditError("behind the last line")
        lead = min(margin, len(outer[line]))
        return begins[line] + len(ending) + lead + offset - starts[line]

    return place, ending + " " * margin


def _indented(text: str, margin: str | None) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) == 1:
        return text
    if margin is None:
        raise NoEditError("more than one line")
    ending = margin.rstrip(" ")
    *before, last = (f"{margin}{line}" if line else "" for line in lines[1:])
    return "".join((lines[0], *(each or ending for each in before), last or margin))
