"""How two objects differ: the smallest changes, lists by name."""

from __future__ import annotations

from typing import Any

import pytest

from raypolicy.differing import changes
from raypolicy.tree import ABSENT

CASES = {
    "nothing": ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}, []),
    "a value": ({"a": {"b": 1}}, {"a": {"b": 2}}, [("a.b", 1, 2)]),
    "true is not 1": ({"a": 1}, {"a": True}, [("a", 1, True)]),
    "a field that comes": ({}, {"a": {"b": 1}}, [("a", ABSENT, {"b": 1})]),
    "a field that goes": ({"a": {"b": 1}}, {}, [("a", {"b": 1}, ABSENT)]),
    "an item told by its name": (
        {"env": [{"name": "A", "value": "1"}, {"name": "B"}]},
        {"env": [{"name": "B"}, {"name": "A", "value": "2"}]},
        [("env[A].value", "1", "2")],
    ),
    "items with one name twice are counted": (
        [{"name": "A"}, {"name": "A"}],
        [{"name": "A"}],
        [("[1]", {"name": "A"}, ABSENT)],
    ),
    "items without names are counted": (
        {"args": ["x", "y"]},
        {"args": ["x"]},
        [("args[1]", "y", ABSENT)],
    ),
    "a key with dots": (
        {"labels": {"ray.io/group": "a"}},
        {"labels": {"ray.io/group": "b"}},
        [("labels['ray.io/group']", "a", "b")],
    ),
    "another type": ({"a": [1]}, {"a": {"b": 1}}, [("a", [1], {"b": 1})]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_changes(case: tuple[Any, Any, list[tuple[str, Any, Any]]]) -> None:
    before, after, expected = case
    assert [tuple(each) for each in changes(before, after)] == expected
