"""Names that differ by a slip of the keyboard. Not here: what they name, and who is asked."""

from __future__ import annotations


def slip(name: str, other: str) -> tuple[str, str, int] | None:
    """The one letter too few, too many or mistaken, or the two exchanged, by which names differ:
    what the shorter has, what the longer has instead, and where; None for more than that.
    """
    short, long = sorted((name, other), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    end = 0
    while end < len(short) - start and short[-1 - end] == long[-1 - end]:
        end += 1
    few, instead = short[start : len(short) - end], long[start : len(long) - end]
    swapped = len(few) == 2 and few == instead[::-1]
    return (few, instead, start) if swapped or (len(few) <= 1 and len(instead) == 1) else None
