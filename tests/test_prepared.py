"""Data tables: from YAML, from what was made of it, and anew when the YAML has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from raypolicy import prepared


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prepared, "_DATA", str(tmp_path))
    (tmp_path / "t.yaml").write_text("a: [1, y]\n")
    return tmp_path


def read(name: str = "t") -> object:
    prepared.table.cache_clear()
    try:
        return prepared.table(name)
    finally:
        prepared.table.cache_clear()


def test_a_table_is_read_as_kubernetes_reads_yaml_and_kept(data: Path) -> None:
    assert read() == {"a": [1, True]}
    assert prepared.load(data / "t.prepared")["value"] == {"a": [1, True]}


def test_what_is_kept_is_used_until_the_table_changes(data: Path) -> None:
    read()
    held = prepared.load(data / "t.prepared")
    prepared.keep(data / "t.prepared", {**held, "value": {"kept": 1}})
    assert read() == {"kept": 1}
    (data / "t.yaml").write_text("b: changed\n")
    assert read() == {"b": "changed"}


def test_a_wheel_holds_tables_without_a_stamp(data: Path) -> None:
    prepared.keep(data / "t.prepared", {"stamp": None, "value": {"built": 1}})
    assert read() == {"built": 1}


@pytest.mark.parametrize("cut", [0, 1, 20, 30, -1])
def test_what_is_not_whole_is_made_anew(data: Path, cut: int) -> None:
    prepared.keep(data / "t.prepared", {"stamp": None, "value": {"built": 1}})
    (data / "t.prepared").write_bytes((data / "t.prepared").read_bytes()[:cut])
    assert read() == {"a": [1, True]}


def test_where_nothing_may_be_written_the_yaml_is_parsed(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(prepared, "keep", refuse)
    assert read() == {"a": [1, True]}
    assert not (data / "t.prepared").exists()
