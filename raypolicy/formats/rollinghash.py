"""GitHub's hash of source lines, by which it knows an alert again. Not here: `fingerprints`."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, chain, islice, repeat

from raypolicy.source import SourceFile

_WINDOW = 100
_BASE = 37
_MASK = 2**64 - 1
_BASE_TO_WINDOW = pow(_BASE, _WINDOW, 2**64)
_END = "\uffff"
_UTF16 = f"utf-16-{sys.byteorder[0]}e"


def line_hashes(source: SourceFile) -> list[str]:
    """`hash:occurrence` for each line; empty where GitHub would read other text than we did."""
    if source.encoding.lower().replace("_", "-") not in ("utf-8", "utf-8-sig", "utf8", "ascii"):
        return []
    mark = "\ufeff" if source.encoding.endswith("sig") else ""
    try:
        return list(_line_hashes(mark + source.text))
    except UnicodeEncodeError:  # a lone surrogate: the file holds bytes that are no UTF-8
        return []


def _line_hashes(text: str) -> Iterator[str]:
    """A line's hash is the polynomial over the 100 UTF-16 units from its start on, blanks left out.

    It is the difference of two prefix hashes, so one pass over the text gives all lines.
    """
    text = re.sub(r"\r\n?", "\n", text)
    text = re.sub(r"[ \t]", "", text) + _END
    data = text.encode(_UTF16)
    units = memoryview(data).cast("H")
    starts = [0, *(index + 1 for index, unit in enumerate(units) if unit == 0x0A)]
    wanted = sorted({*starts, *(start + _WINDOW for start in starts)})
    padded = chain(units, repeat(0, _WINDOW))
    prefixes = accumulate(padded, lambda total, unit: (total * _BASE + unit) & _MASK, initial=0)
    prefix: dict[int, int] = {}
    done = 0
    for position in wanted:
        prefix[position] = next(islice(prefixes, position - done, None))
        done = position + 1
    seen: Counter[int] = Counter()
    for start in starts:
        value = (prefix[start + _WINDOW] - prefix[start] * _BASE_TO_WINDOW) & _MASK
        seen[value] += 1
        yield f"{value:x}:{seen[value]}"
