"""Fixes beside another editor of YAML that keeps layouts, yaml-edit: the same change of the same
place gives the same data and mostly the same text. Not here: what fixes do (`test_fixes`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml_edit

from raypolicy.bundle import make_bundle
from raypolicy.catalogue import shipped
from raypolicy.edits.plain import Path, Step, difference, look_up, same
from raypolicy.model import Aim, Model
from raypolicy.reader import read_yaml
from raypolicy.releases import kuberay
from raypolicy.rule import Rule
from raypolicy.ruleset import RuleSet
from raypolicy.source import SourceFile, apply_edits

pytestmark = pytest.mark.integration

# It has its own mind about quotes, and of what is left where all is taken out. Of its texts this
# share has to be ours, quotes aside; of its data all.
LEAST_SAME_TEXT = 0.9


def values(text: str) -> list[Any]:
    return [document.value for document in read_yaml(SourceFile("x", text))]


def fixed() -> Iterator[tuple[str, str, str]]:
    """Rule, text and what its fix makes of the text, of each finding that has one."""
    rules = shipped(prose=True)
    for rule in rules:
        alone = RuleSet([Rule(rule, {})])
        for example in rule["examples"] if rule["fix"] else ():
            text = example.get("fail", "")
            if not text or "# file: " in text:
                continue
            bundle = make_bundle("", [SourceFile("x.yaml", text)])
            model = Model(bundle, Aim(kuberay(example.get("target")), "2026-01-01"))
            for finding in alone.run(model).findings:
                if finding.fix is not None:
                    yield rule["id"], text, apply_edits(text, finding.fix.edits)


def by_the_other(text: str, steps: list[Step]) -> str:
    """The text with the same steps done by yaml-edit, those that take something away last."""
    file = yaml_edit.YamlFile.parse(text)
    renamed = dict(renamings(text, steps))
    for step in sorted(steps, key=lambda step: (step.act == "drop", len(step.path))):
        number, *path = step.path
        holder: Any = file.documents()[int(number)].as_mapping()
        *above, last = path
        for key in above:
            if holder.get(key) is None or holder.get(key).is_scalar():
                holder[key] = {}
            child = holder.get(key)
            holder = child.as_mapping() if child.is_mapping() else child.as_sequence()
        if step.path in renamed:
            holder.rename_key(renamed[step.path][-1], last)
        elif step.act == "append":
            holder[last].as_sequence().append(step.value)
        elif step.act == "put":
            holder[last] = step.value
        elif step.path not in renamed.values():
            del holder[last]
    return str(file)


def renamings(text: str, steps: list[Step]) -> Iterator[tuple[Path, Path]]:
    """New and old path of keys that come where others with the same value go."""
    for new in steps:
        for old in steps:
            beside = old.act == "drop" and new.path[:-1] == old.path[:-1]
            if new.act == "put" and beside and look_up(values(text), old.path) == new.value:
                yield new.path, old.path


def bare(text: str) -> str:
    """A text without quotes and escapes."""
    return "".join(char for char in text if char not in "'\"\\")


def test_the_same_data_and_mostly_the_same_text() -> None:
    count: Counter[bool] = Counter()
    for rule, text, ours in fixed():
        steps = difference(values(text), values(ours))
        theirs = by_the_other(text, steps)
        assert same(values(theirs), values(ours)), (rule, theirs)
        count[bare(theirs) == bare(ours)] += 1
    assert count.total() > 100
    assert count[True] > LEAST_SAME_TEXT * count.total(), count
