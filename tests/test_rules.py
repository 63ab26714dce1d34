"""Every shipped rule keeps its word: its examples hold, it shows both sides, it says why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from raypolicy.catalogue import prepare_all, shipped, shipped_rules
from raypolicy.examples import failures
from raypolicy.facts.view import View, words
from raypolicy.findings import Severity
from raypolicy.roots import ROOTS

RULES = shipped(prose=True)
IDS = [rule["id"] for rule in RULES]
EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=IDS)


def examples() -> Iterator[Any]:
    for rule in RULES:
        for number, example in enumerate(rule["examples"], 1):
            side = "fail" if "fail" in example else "pass"
            yield pytest.param(rule, example, id=f"{rule['id']}-{side}-{number}")


@pytest.mark.parametrize(("rule", "example"), list(examples()))
def test_example(rule: dict[str, Any], example: dict[str, Any]) -> None:
    alone = {**rule, "examples": [example]}
    assert [each.message for each in failures(alone) if each.line == example["line"]] == []


@EVERY_RULE
def test_rule_shows_both_sides_and_its_fix(rule: dict[str, Any]) -> None:
    assert [
        each.message for each in failures({**rule, "examples": []}) if "fix" in each.message
    ] == ([] if not rule["fix"] else ["the rule has a fix, but no example shows it (fixed:)"])
    sides = [side for example in rule["examples"] for side in ("pass", "fail") if side in example]
    assert min(sides.count("pass"), sides.count("fail")) >= 2
    assert bool(rule["fix"]) == any("fixed" in example for example in rule["examples"])


SHORT = {
    "missing-spec",
    "retries-in-interactive-mode",
    "sidecar-mode-on-selected-cluster",
    "unreadable-document",
}
"""Rules of which nothing whole can be shown; nor can it of kustomizations and suppressions."""


@EVERY_RULE
def test_one_example_of_each_side_is_a_whole_manifest(rule: dict[str, Any]) -> None:
    if rule["topic"] in ("kustomize", "suppressions") or rule["id"] in SHORT:
        return
    for side in ("pass", "fail"):
        longest = max(each[side].count("\n") for each in rule["examples"] if side in each)
        assert longest >= 20, side


@EVERY_RULE
def test_rule_says_what_why_and_how(rule: dict[str, Any]) -> None:
    assert rule["message"]
    assert rule["summary"] and not rule["summary"].endswith(".")
    assert len(rule["summary"]) <= 100
    assert len(rule["why"]) >= 80
    assert rule["help"].endswith((".", "!"))
    assert rule["see"], "a rule names its sources"
    assert all(re.fullmatch(r"https://\S+", url) for url in rule["see"])


@EVERY_RULE
def test_severity_and_who_refuses_agree(rule: dict[str, Any]) -> None:
    if rule["refused_by"] is not None:
        assert rule["severity"] == str(Severity.ERROR)
    if rule["profile"] == "pedantic":
        assert rule["severity"] != str(Severity.ERROR)
    if rule["security"] is not None:
        assert rule["topic"] == "security"


def test_the_folder_is_the_topic_and_the_file_the_id() -> None:
    files = {
        path.relative_to(shipped_rules()).as_posix() for path in shipped_rules().rglob("*.yaml")
    }
    assert files == {f"{rule['topic']}/{rule['id']}.yaml" for rule in RULES}


def test_no_topic_is_called_like_a_rule() -> None:
    assert not {rule["topic"] for rule in RULES} & set(IDS)


def test_the_prepared_catalogue_is_what_the_files_say() -> None:
    assert prepare_all([shipped_rules()]) == RULES


def views() -> set[type[View]]:
    found: set[type[View]] = set()
    waiting: list[Any] = list(ROOTS.values())
    while waiting:
        view = waiting.pop()
        if isinstance(view, type) and issubclass(view, View) and view not in found:
            found.add(view)
            waiting += [*(word.type for word in words(view).values()), *view.__subclasses__()]
    return found


@pytest.mark.parametrize("view", sorted(views(), key=lambda view: view.__name__))
def test_no_derived_name_hides_a_field(view: type[View]) -> None:
    """camelCase is what is written, snake_case is derived; a name that is both is a written fact."""
    hidden = {word.name for word in words(view).values() if not word.written} & view.fields
    allowed = {name for name in hidden if name in ALSO_FIELDS.get(view.__name__, ())}
    assert hidden - allowed == set()


ALSO_FIELDS = {
    # A view in the place of the field: it is that field, with words of its own.
    "Container": {"image", "ports"},
    "Pod": {"containers"},
}


@pytest.mark.parametrize("view", sorted(views(), key=lambda view: view.__name__))
def test_every_fact_says_what_it_means(view: type[View]) -> None:
    assert [
        word.name for word in words(view).values() if not word.meaning.endswith((".", "…"))
    ] == []
