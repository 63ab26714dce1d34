"""Where values, keys and parts of texts stand: `fixtures/positions/`, document and spans in one file.

Below `# expect`, each line says `path | first-last | text`, lines and columns from 1, the last one
just behind the end, a line break in the text as `⏎`, no text as `∅`. A path is written as in rules, and may end in

- `key`: the place of the key, for an item of a list its first line;
- `~ TEXT`: the place of that part of the value;
- `> PATH`: a path in the YAML or JSON document that is written in the value.

`document N: PATH` is for streams, `.` is the whole document, `!` the place of its defect. Every file
is read by both parsers, as it is and with CRLF.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from raypolicy.document import Document
from raypolicy.reader import PureParser, embedded, parser_class, read_yaml
from raypolicy.source import SourceFile, Span
from raypolicy.tree import ABSENT, DERIVED, Node, root_of

FIXTURES = Path(__file__).parent.parent / "fixtures" / "positions"
MARK = "# expect\n"
STEP = re.compile(r"\[(\d+)\]|\.?([^.\[]+)")
PURE_CANNOT = {"styles.yaml", "indentation.yaml"}
"""Tabs between tokens, which PyYAML's own scanner refuses."""


class Expected(NamedTuple):
    file: str
    path: str
    place: str
    text: str


def expectations(file: Path) -> list[Expected]:
    lines = file.read_text("utf-8").partition(MARK)[2].split("\n")
    rows = [line.removeprefix("# ").split(" | ", 2) for line in lines if line]
    return [Expected(file.name, *row) for row in rows]


FILES = sorted(FIXTURES.glob("*.yaml"))
EXPECTED = [each for file in FILES for each in expectations(file)]


def documents(name: str, line_break: str, parser: Any) -> list[Document]:
    text = (FIXTURES / name).read_text("utf-8").partition(MARK)[0]
    return read_yaml(SourceFile(name, text.replace("\n", line_break)), parser)


def span_at(found: list[Document], path: str) -> Span:
    """The span that a line of expectations asks for."""
    path, _, inner = path.partition(" > ")
    wanted = re.match(r"document (\d+): ", path)
    number, path = (int(wanted[1]), path[wanted.end() :]) if wanted else (1, path)
    document = found[number - 1]
    if path == "!":
        assert document.defect is not None
        return document.span(document.defect.offset, document.defect.offset)
    path, _, part = path.partition(" ~ ")
    node = walk(root_of(document), path.removesuffix(" key"))
    if inner:
        return span_at(embedded(node), inner)
    if part:
        start = node.value.index(part)
        return node.part(start, start + len(part)).span
    return node.key_span if path.endswith(" key") else node.span


def walk(node: Node[Any], path: str) -> Node[Any]:
    for index, name in STEP.findall("" if path == "." else path):
        node = node.get(int(index) if index else name)
    return node


def shown(span: Span) -> tuple[str, str]:
    place = "{}:{}-{}:{}".format(*span.first, *span.last)
    return place, span.text.replace("\r\n", "\n").replace("\n", "⏎") or "∅"


@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("parser", [parser_class(), PureParser], ids=["libyaml", "pyyaml"])
@pytest.mark.parametrize("file", [file.name for file in FILES])
def test_positions(file: str, parser: Any, line_break: str) -> None:
    if parser is PureParser and file in PURE_CANNOT:
        pytest.skip("PyYAML's own scanner takes no tabs between tokens")
    read = documents(file, line_break, parser)
    expected = {each.path: (each.place, each.text) for each in EXPECTED if each.file == file}
    assert {path: shown(span_at(read, path)) for path in expected} == expected


def test_every_fixture_expects_something_and_nothing_twice() -> None:
    for file in FILES:
        paths = [each.path for each in EXPECTED if each.file == file.name]
        assert len(paths) > 5
        assert len(set(paths)) == len(paths)


# Nodes that are derived from others


def node(text: str, *keys: str | int) -> Node[Any]:
    return root_of(read_yaml(SourceFile("a.yaml", text))[0]).get(*keys)


def test_a_derived_value_stands_where_the_first_of_its_origins_does() -> None:
    one, other = node("a: 1\nb: 2\n", "a"), node("a: 1\nb: 2\n", "b")
    made = one.put(3, other)
    assert (made.value, shown(made.span), made.how) == (3, ("1:4-1:5", "1"), DERIVED)
    assert [shown(origin.span) for origin in made.origins] == [("2:4-2:5", "2")]


def test_a_derived_value_of_something_missing_stands_at_the_ancestors_key() -> None:
    made = node("a: {b: 1}\n", "a", "missing").put("default")
    assert shown(made.span) == ("1:1-1:2", "a")
    assert shown(made.key_span) == ("1:1-1:2", "a")


def test_a_derived_value_of_a_written_null_stands_at_the_null() -> None:
    made = node("a: ~\n", "a").put("default")
    assert shown(made.span) == ("1:4-1:5", "~")


def test_a_derived_absence_stands_at_the_key() -> None:
    made = node("a: 1\n", "a").put(ABSENT)
    assert shown(made.span) == ("1:1-1:2", "a")


def test_at_key_moves_a_value_to_its_key() -> None:
    assert shown(node("a: {b c: 1}\n", "a", "b c").at_key("b c").span) == ("1:5-1:8", "b c")
    assert shown(node("a: [x]\n", "a", 0).at_key("x").span) == ("1:5-1:6", "x")


def test_a_part_of_a_derived_text_is_the_whole_place() -> None:
    made = node("a: {b: 1}\n", "a", "missing").put("some text")
    assert shown(made.part(5, 9).span) == ("1:1-1:2", "a")


def test_a_part_keeps_its_value_and_the_path() -> None:
    part = node("a: ['x-y-z']\n", "a", 0).part(2, 3)
    assert (part.value, part.path, shown(part.span)) == ("y", ("a", 0), ("1:8-1:9", "y"))


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), (2, 2), (3, 3)], ids=["first", "middle", "last"]
)
def test_an_empty_part_is_the_whole_value(start: int, end: int) -> None:
    assert shown(node("a: xyz\n", "a").part(start, end).span) == ("1:4-1:7", "xyz")


def test_paths_lead_back_to_the_root() -> None:
    assert node("a: [{b: {}}]\n", "a", 0, "b", "c", "d").path == ("a", 0, "b", "c", "d")


def test_spans_in_a_second_document_count_from_the_start_of_the_file() -> None:
    first, second = read_yaml(SourceFile("a.yaml", "a: 1\n---\na: 2\n"))
    assert (root_of(first).get("a").span.start, root_of(second).get("a").span.start) == (3, 12)
