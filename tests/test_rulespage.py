"""The page of all rules: topics with what they are about, the worst rules first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from raypolicy.rulespage import rules_page


def plan(topic: str, rule: str, **other: Any) -> dict[str, Any]:
    usual = {
        "severity": "error",
        "profile": "default",
        "refused_by": None,
        "fix": [],
        "safe": False,
    }
    return {"topic": topic, "id": rule, "summary": f"About {rule}", **usual, **other}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for topic, about in {"cats": "All cats.\n\nSome are black.", "dogs": "All dogs."}.items():
        (tmp_path / topic).mkdir()
        (tmp_path / topic / "README.md").write_text(f"# {topic}\n\n{about}\n")
    return tmp_path


def test_rows_say_how_bad_how_mended_and_who_refuses(folder: Path) -> None:
    page = rules_page(
        [
            plan("cats", "b", severity="note", profile="pedantic"),
            plan("cats", "c", severity="warning", fix=[{}], safe=True),
            plan("cats", "z", refused_by="webhook", fix=[{}], summary="A | B"),
        ],
        folder,
    )
    assert page.splitlines()[-5:] == [
        "| rule | finds | severity | fix | refused by |",
        "|---|---|---|---|---|",
        "| [z](cats/z.yaml) | A \\| B | error | a look | webhook |",
        "| [c](cats/c.yaml) | About c | warning | safe |  |",
        "| [b](cats/b.yaml) | About b | note, *pedantic* |  |  |",
    ]


def test_a_topic_says_what_it_is_about(folder: Path) -> None:
    page = rules_page([plan("dogs", "d"), plan("cats", "a"), plan("cats", "b")], folder)
    assert (
        "3 rules: 3 errors, 0 warnings, 0 notes; 0 say what would be refused, 0 have a fix." in page
    )
    assert "| [cats](#cats) | All cats. | 2 |\n| [dogs](#dogs) | All dogs. | 1 |" in page
    assert "## cats\n\nAll cats.\n\nSome are black.\n\n| rule" in page


def test_a_topic_without_a_page_is_said(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match="birds"):
        rules_page([plan("birds", "x")], folder)
