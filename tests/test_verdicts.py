"""raypolicy agrees with what KubeRay's own code has said about stored manifests, and about each in
which the two once differed. Not here: asking that code (`oracle/test_gates`), which stores them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest
import yaml
from stored import Stored, read
from verdicts import Difference, Judge, declared, differences

RELEASES: Final = tuple(dict.fromkeys(case.release for case in read()))


@cache
def judge(release: str, gates: tuple[str, ...]) -> Judge:
    return Judge(release, gates)


def differing(case: Stored) -> Iterator[Difference]:
    """The differences about a case that are not declared."""
    found = differences(case, judge(case.release, case.gates).refusals(case.text))
    return (d for d in found if not any(each.covers(d, case.release) for each in declared()))


@pytest.mark.parametrize("release", RELEASES)
def test_both_say_the_same_about_stored_manifests(release: str) -> None:
    cases = [case for case in read() if case.release == release]
    assert len(cases) > 150
    found = [f"{d}\n    {case.gates}\n    {case.text}" for case in cases for d in differing(case)]
    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:20])


def test_stored_manifests_show_both_sides_of_each_gate() -> None:
    for gate in ("schema", "webhook", "operator"):
        verdicts = [getattr(case, gate) for case in read()]
        assert sum(v == () for v in verdicts) > 200, gate
        assert any(verdicts), gate


class Found(NamedTuple):
    """A manifest in which the two once differed, and who refuses it; nobody where empty."""

    name: str
    refused_by: str
    text: str


def found() -> list[Found]:
    entries = yaml.safe_load((Path(__file__).parent / "data" / "differed.yaml").read_text())
    return [
        Found(
            each["name"],
            each["refused_by"],
            json.dumps(
                {
                    "apiVersion": f"ray.io/{each.get('version', 'v1')}",
                    "kind": each["kind"],
                    "metadata": each["metadata"],
                    "spec": each["spec"],
                }
            ),
        )
        for each in entries
    ]


@pytest.mark.parametrize("case", found(), ids=lambda case: case.name)
def test_what_once_differed(case: Found) -> None:
    refusals = judge(RELEASES[0], ()).refusals(case.text)
    assert {each.by for each in refusals} == ({case.refused_by} if case.refused_by else set())
