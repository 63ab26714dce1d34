"""Parts: what is written, opened; leaves with their places; plain values."""

from __future__ import annotations

from typing import Any

from raypolicy.made.parts import at, leaves, opened, plain, value
from raypolicy.reader import read_yaml
from raypolicy.source import SourceFile
from raypolicy.tree import INJECTED, Node, root_of

TEXT = """
a: {b: 1, c: null, d: [x, {e: true}, null]}
f: {}
"""


def root(text: str) -> Node[Any]:
    return root_of(read_yaml(SourceFile("a.yaml", text))[0])


def test_nulls_are_left_out_and_all_else_stays() -> None:
    assert plain(opened(root(TEXT))) == {"a": {"b": 1, "d": ["x", {"e": True}]}, "f": {}}


def test_nothing_written_is_no_part() -> None:
    assert opened(root(TEXT).get("z")) is None


def test_leaves_have_their_paths() -> None:
    assert [path for path, _ in leaves(opened(root(TEXT)))] == [
        ("a", "b"),
        ("a", "d", 0),
        ("a", "d", 1, "e"),
        ("f",),
    ]


def test_a_leaf_is_where_it_was_written() -> None:
    leaf = at(opened(root(TEXT)), "a", "d", 1, "e")
    assert (leaf.span.text, leaf.how) == ("true", "written")


def test_values_by_keys() -> None:
    part = opened(root(TEXT))
    assert value(part, "a", "d", 0) == "x"
    assert value(part, "a", "d", 7) is None
    assert value(part, "a", "b", "c") is None


def test_an_injected_leaf_stands_where_it_was_put() -> None:
    node = root(TEXT).get("a", "b")
    part = {"new": node.put("head", how=INJECTED)}
    assert plain(part) == {"new": "head"}
    assert part["new"].how == INJECTED
    assert part["new"].span.text == "1"
