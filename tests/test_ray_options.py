"""The table of what Ray reads: sound in itself, and what is looked up in it."""

from __future__ import annotations

import pytest

from raypolicy import rayoptions
from raypolicy.prepared import table, version_of
from raypolicy.rayoptions import Option, options
from raypolicy.values import Version

TABLE = table("ray-options")
ROWS = [(level, name) for level, rows in TABLE["levels"].items() for name in rows]
TYPES = {"text", "number", "whole", "boolean", "list", "map", "any", "choice", "packages"}


def option(level: str, name: str) -> Option:
    return options(level)[name]


@pytest.mark.parametrize(("level", "name"), ROWS, ids=".".join)
def test_a_row_is_sound(level: str, name: str) -> None:
    row = option(level, name)
    assert row.type in TYPES
    assert not row.level or (row.level in TABLE["levels"] and row.type in ("list", "map"))
    assert (row.type == "choice") == bool(row.choices)
    bounds = (row.least, row.above, row.most, row.never, row.unit)
    assert row.type in ("number", "whole") or bounds == (None,) * 5
    assert row.successor is None or row.successor in options(level)
    newest = version_of(TABLE["newest"])
    assert all(date is None or date <= newest for date in (row.since, row.until))


def test_the_releases_looked_at() -> None:
    looked_at = [version_of(each) for each in TABLE["looked_at"]]
    assert looked_at == sorted(looked_at)
    assert (str(looked_at[0]), str(looked_at[-1])) == (TABLE["oldest"], TABLE["newest"])
    assert str(rayoptions.newest()) == TABLE["newest"]


def test_strict_levels_are_levels() -> None:
    assert TABLE["strict"].keys() <= TABLE["levels"].keys()


@pytest.mark.parametrize(
    ("level", "ray", "strict"),
    [
        ("logging_config", None, True),
        ("deployment", None, False),
        ("tracing_config", None, None),
        ("tracing_config", "2.58", False),
        ("tracing_config", "2.59", True),
    ],
)
def test_levels_that_refuse_other_keys(level: str, ray: str | None, strict: object) -> None:
    assert rayoptions.is_strict(level, Version.parse(ray)) is strict


@pytest.mark.parametrize(
    ("kind", "name", "ray", "takes", "since"),
    [
        ("schemes", "https", "2.9", True, None),
        ("schemes", "http", "2.55", False, "2.56"),
        ("schemes", "http", None, True, "2.56"),
        ("schemes", "ftp", None, False, None),
        ("archives", ".tgz", "2.56", True, "2.56"),
    ],
)
def test_what_code_may_come_as(
    kind: str, name: str, ray: str | None, takes: bool, since: str | None
) -> None:
    assert rayoptions.takes(kind, name, Version.parse(ray)) is takes
    first = rayoptions.first_with(kind, name)
    assert (None if first is None else str(first)) == since
