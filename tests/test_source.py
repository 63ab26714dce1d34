"""Lines and columns of a text, by an independent and slow count of its line breaks."""

from __future__ import annotations

import re
from random import Random

import pytest

from raypolicy.source import Position, SourceFile


def _lines(text: str) -> list[tuple[int, int]]:
    """Start and end of every line; LF, CRLF and CR end one."""
    breaks = [match.span() for match in re.finditer(r"\r\n|\n|\r", text)]
    starts = [0, *(end for _, end in breaks)]
    return list(zip(starts, [*(start for start, _ in breaks), len(text)], strict=True))


TEXTS = {
    "empty": "",
    "one line": "a: 1",
    "LF": "a: 1\nb: 2\n",
    "CRLF": "a: 1\r\nb: 2\r\n",
    "CR": "a: 1\rb: 2\r",
    "all three": "a\r\n\rb\n\r\r\nc\n\n",
    "not line breaks": "a\u0085b\u2028c\u2029d\x0be\x0cf\n",
    "a block of characters": "x" * 4096,
    "a block and its line break": "x" * 4095 + "\n",
    "CRLF across two blocks": "x" * 4095 + "\r\n" + "y" * 4095 + "\r\n",
    "a line break a character": "\n" * 4200,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_lines_are_those_of_an_editor(text: str) -> None:
    source = SourceFile("a.yaml", text)
    lines = _lines(text)
    assert [source.bounds(number) for number in range(1, len(lines) + 1)] == lines
    for number, (start, end) in enumerate(lines, 1):
        assert source.line(number) == text[start:end]
        for offset in {start, end}:
            assert source.position(offset) == Position(number, offset - start + 1)


def test_random_places_of_random_texts() -> None:
    random = Random(7)
    for _ in range(30):
        text = "".join(random.choices("ab😀\n\r", (90, 9, 1, 5, 1), k=random.randrange(20_000)))
        source, lines = SourceFile("a.yaml", text), _lines(text)
        for number in random.sample(range(len(lines)), min(len(lines), 20)):
            start, end = lines[number]
            assert source.bounds(number + 1) == (start, end)
            offset = random.randint(start, end)
            assert source.position(offset) == Position(number + 1, offset - start + 1)
